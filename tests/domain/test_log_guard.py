"""What may point at one person is refused with a reason; what tells of a place goes through."""

import string
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_service.domain.log_guard import (
    MOST_CHARACTERS,
    NO_PERSONS_REMINDER,
    OFFENCES_REMINDER,
    REASONS,
    refuse_persons,
    suspicions,
)
from geo_service.domain.name_words import ALSO_WORDS, FIRST_NAMES, ORDINARY
from geo_service.errors import InvalidInput

PLACES = (
    "Hothers Plads", "Superkilen", "Mjølnerparken", "Mimersparken", "Nørrebrohallen",
    "Skjolds Plads", "Sjælør Boulevard", "IT-containeren",
)  # fmt: skip

REFUSED = [
    ("cpr", "det var 010190-1234 igen"),
    ("cpr", "0101901234"),
    ("cpr", "01 01 90 – 12 34"),
    ("cpr", "01.01.1990-1234"),
    ("cpr", "０１０１９０−１２３４"),
    ("cpr", "٠١٠١٩٠1234"),
    ("cpr", "kl. 21.30 010190 1234"),
    ("cpr", "0101\u200b90\u00ad1234"),
    ("phone", "ring 20 30 40 50"),
    ("phone", "tlf. 20304050"),
    ("phone", "2030-4050"),
    ("phone", "+45 2030 4050"),
    ("phone", "0046 70 123 45 67"),
    ("phone", "ring på 20.30.40.50"),
    ("email", "skriv til nogen@example.dk"),
    ("email", "skriv til superkilen@example.dk"),
    ("email", "nogen (at) example.dk"),
    ("link", "se www.example.dk/profil"),
    ("link", "@bruger_2200"),
    ("link", "snap: bruger22"),
    ("plate", "en bil, AB 12 345, holdt stille"),
    ("plate", "ab12345"),
    ("plate", "AB-12.345"),
    ("plate", "en knallert AB 1234"),
    ("plate", "ABC 123, svensk"),
    ("address", "Haraldsgade 14"),
    ("address", "haraldsgade nr. 14 B"),
    ("address", "Mjølnerparken 14, 2. tv"),
    ("address", "Superkilen 12"),
    ("address", "Haraldsgade 20-22"),
    ("address", "opgang 5"),
    ("address", "2. sal th"),
    ("name", "Jonas Hansen var der"),
    ("name", "Hakan Yildiz stod der"),
    ("name", "vi talte med jonas om det"),
    ("name", "AHMED var der"),
    ("name", "Mohameds bror"),
    ("name", "Jonas' bror"),
    ("name", "Anne-Marie kom forbi"),
    ("name", "M. Hansen kom forbi"),
    ("name", "J. P. Hansen"),
    ("name", "Maria af Sjælland Olsen"),
    ("name", "en fyr kaldet Rotten"),
    ("name", "hr. Yildiz"),
    ("name", "drengen hedder X"),
    ("name", "Peter Lund"),
    ("name", "vi talte med Tom"),
    ("name", "Bo Jensen"),
    ("name", "Jonas\u200b Hansen"),
    ("name", "So\u0308ren Kierkega\u030ard"),
    ("name", "Jonas Hansen Nørrebrohallen"),
    ("name", "Nørrebro Jonas Hansen"),
    ("name", "Sankt Hans Torv Jonas"),
    ("name", "Store Jonas"),
]

HARMLESS = [
    "",
    "Roligt ved Hothers Plads. En gruppe unge på ca. 12 spillede bold.",
    "Mange unge på Superkilen kl. 20–22, god stemning.",
    "Uro ved Nørrebrohallen 20.00–22.00, mere end normalt.",
    "Carl Jacobsens Vej og P. Knudsens Gade: mørkt. Peter Bangs Vej ligeså.",
    "Gadeteamet talte med forældre i Ydre Nørrebro.",
    "Haraldsgade 12 unge, roligt. Haraldsgade 20.30 ligeså.",
    "Lys slukket på stien bag Akacieparken siden 27.11.2026.",
    "SSP og DSB er kontaktet. Politiet kom kl. 21.30.",
    "Tom plads ved stationen. Storm og regn.",
    "Knallertkørsel på Sjælør Boulevard, 3 knallerter.",
    "2014–2018 var det værre end 2026-11-27.",
    "I Mjølnerparken er der fest. I kan godt gå derhen.",
    "Sankt Hans Torv; Røde Plads; Den Sorte Plads.",
    "Aalborg Øst og Bispebjerg Nord. Københavns Kommune har sat lys op.",
    "Bus 5C kørte ikke. Per aften 3 besøg, kl. 20 000 folk.",
    "Superkilen 12 unge; Superkilens lys virker.",
    "• Færre end i går\n• Bedre lys",
]


@pytest.mark.parametrize(("kind", "text"), REFUSED, ids=[text for _, text in REFUSED])
def test_what_may_point_at_one_person_is_refused(kind, text):
    found = suspicions(text, places=PLACES)
    assert kind in {one.kind for one in found}
    with pytest.raises(InvalidInput) as refused:
        refuse_persons(text, places=PLACES)
    assert str(refused.value).startswith("Noten er ikke gemt. Noget i teksten ligner ")
    assert REASONS[kind] in str(refused.value)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_tells_of_a_place_goes_through(text):
    assert suspicions(text, places=PLACES) == []
    refuse_persons(text, places=PLACES)


@pytest.mark.parametrize(("kind", "text"), REFUSED, ids=[text for _, text in REFUSED])
def test_the_sentence_never_repeats_what_was_found(kind, text):
    with pytest.raises(InvalidInput) as refused:
        refuse_persons(text, places=PLACES)
    for one in suspicions(text, places=PLACES):
        found = text[slice(*one.span)]
        assert found
        assert len(found) == 1 or found not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ved Haraldsgade 14 igen", "Haraldsgade 14"),
        ("ved Superkilen 14 igen", "Superkilen 14"),
        ("det var ０１０１９０−１２３４ igen", "０１０１９０−１２３４"),
        ("så Jonas\u200b Hansen gå", "Jonas\u200b Hansen"),
        ("ring 20 30 40 50!", "20 30 40 50"),
    ],
)
def test_the_span_is_where_it_stands_in_the_text_as_given(text, found):
    (one,) = suspicions(text, places=PLACES)
    assert text[slice(*one.span)] == found
    assert str(one).startswith("Noget i teksten ligner")


def test_a_known_place_is_no_person_and_an_unknown_one_is_asked_about():
    text = "Roligt ved Anker Jørgensen i aften"
    assert [one.kind for one in suspicions(text)] == ["name"]
    assert suspicions(text, places=["Anker Jørgensen"]) == []
    assert "vælg det på listen over steder" in REASONS["name"]


def test_a_text_that_is_too_long_is_refused():
    refuse_persons("a" * MOST_CHARACTERS)
    with pytest.raises(InvalidInput, match=r"2001 tegn; skriv højst 2000"):
        refuse_persons("a" * (MOST_CHARACTERS + 1))


def test_every_kind_is_said_once():
    with pytest.raises(InvalidInput) as refused:
        refuse_persons("20304050 og 30405060", what="Beskeden")
    assert str(refused.value) == f"Beskeden er ikke gemt. Noget i teksten {REASONS['phone']}."


def test_the_reminders_are_those_of_the_street_work():
    """Method 2.4.2: offences go to the police, not into a form."""
    assert OFFENCES_REMINDER == "Lovovertrædelser: skriv det ikke her. Ring 114/112."
    assert "person" in NO_PERSONS_REMINDER


quiet_words = st.lists(
    st.sampled_from(
        ["roligt", "ved", "stationen", "en", "gruppe", "unge", "spillede", "bold", "mørkt", "lys",
         "mere", "end", "normalt", "god", "stemning", "musik", "Superkilen", "Nørrebro",
         "kl. 21.30"]
    ),
    max_size=12,
).map(" ".join)  # fmt: skip
separators = st.sampled_from(["", " ", "-", "–", "/", ".", "\u00a0", "\u200b"])
digits = st.sampled_from(["0123456789", "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩"])


@given(quiet_words)
def test_quiet_notes_go_through(text):
    assert suspicions(text, places=PLACES) == []


@given(before=quiet_words, after=quiet_words, day=st.integers(1, 28), month=st.integers(1, 12),
       rest=st.integers(0, 999_999), gap=separators, script=digits)  # fmt: skip
def test_a_cpr_number_never_gets_through(before, after, day, month, rest, gap, script):
    """H14: every separator and every script of digits."""
    number = f"{day:02d}{month:02d}{rest:06d}"
    number = (number[:6] + gap + number[6:]).translate(str.maketrans(string.digits, script))
    text = f"{before} {number} {after}"
    assert "cpr" in {one.kind for one in suspicions(text, places=PLACES)}


@given(before=quiet_words, after=quiet_words, number=st.integers(20_000_000, 99_999_999),
       gap=st.sampled_from(["", " ", ".", "-"]), script=digits)  # fmt: skip
def test_a_telephone_number_never_gets_through(before, after, number, gap, script):
    pairs = [str(number)[n : n + 2] for n in range(0, 8, 2)]
    text = f"{before} {gap.join(pairs).translate(str.maketrans(string.digits, script))} {after}"
    kinds = {one.kind for one in suspicions(text, places=PLACES)}
    is_clock = gap == "-" and not kinds
    assert kinds or is_clock


@given(
    before=quiet_words,
    first=st.sampled_from(sorted(FIRST_NAMES)),
    last=st.sampled_from(["Hansen", "Yildiz", "Ali", "Lund", "Nguyen", "Bak-Jensen"]),
)
def test_a_first_and_a_last_name_never_get_through(before, first, last):
    text = f"{before} {first} {last} var der"
    assert "name" in {one.kind for one in suspicions(text, places=PLACES)}


@given(
    st.sampled_from(sorted(FIRST_NAMES - ALSO_WORDS)), st.sampled_from(["lower", "upper", "title"])
)
def test_a_common_first_name_is_found_however_it_is_written(name, manner):
    assert suspicions(f"vi så {getattr(name, manner)()} igen")


@given(st.text(max_size=200), st.lists(st.text(max_size=12), max_size=3))
def test_any_text_is_read_and_every_span_lies_in_it(text, places):
    for one in suspicions(text, places=places):
        first, last = one.span
        assert 0 <= first < last <= len(text)


def test_no_list_holds_a_word_that_another_takes_back():
    assert not FIRST_NAMES & ORDINARY - ALSO_WORDS
    assert ALSO_WORDS <= FIRST_NAMES


@pytest.mark.parametrize(
    "piece",
    ["01 ", "a", "a.", "Aa ", "1-", "+1 ", "((", "a@", "20", "snap ", "Aa. ", "gade ", "\u0301"],
)
def test_no_text_takes_long(piece):
    text = (piece * MOST_CHARACTERS)[:MOST_CHARACTERS]
    began = process_time()
    suspicions(text, places=PLACES)
    assert process_time() - began < 2
