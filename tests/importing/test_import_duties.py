"""Duty rosters from Excel, CSV and calendars: exact shifts, or one rejection per bad value."""

import io
import zipfile
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_service.domain.evenings import COPENHAGEN, at_hour
from geo_service.domain.staffing import Shift
from geo_service.errors import InvalidInput
from geo_service.importing import sheet_worker
from geo_service.importing.duty_calendar import read_duty_calendar
from geo_service.importing.duty_roster import RosterColumns, read_duties, read_duty_roster
from geo_service.importing.sheets import read_sheet
from geo_service.planning.duty_feed import duty_feed
from tests.importing.workbooks import packed, parts_of, sheet, workbook

HEADER = ["Betegnelse", "Dato", "Fra", "Til", "Hold"]
FRIDAY = date(2026, 11, 27)


def local(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=COPENHAGEN)


def csv(*lines: str, header: str = "betegnelse;dato;fra;til") -> bytes:
    return "\r\n".join([header, *lines]).encode()


def read(*lines: str, **other):
    return read_duty_roster(csv(*lines), file="vagter.csv", **other)


def times(found) -> list[tuple[str, datetime, datetime]]:
    return [(row.member, row.starts_at, row.ends_at) for row in found.shifts.itertuples()]


def test_an_excel_roster_with_dates_times_and_text():
    found = read_duties(
        workbook(
            [
                HEADER,
                ["G1", FRIDAY, time(19, 30), time(23), "G10"],
                ["G2", "27-11-2026", "20.00", "01:00", None],
                [None, None, None, None, None],
                ["G2", "28.11.2026", 18, 24, "G10"],
            ]
        ),
        file="vagter.xlsx",
        members={"G1", "G2"},
    )
    assert found.rejections == []
    assert times(found) == [
        ("G1", local(FRIDAY, 19, 30), local(FRIDAY, 23)),
        ("G2", local(FRIDAY, 20), local(date(2026, 11, 28), 1)),
        ("G2", local(date(2026, 11, 28), 18), local(date(2026, 11, 29), 0)),
    ]
    assert found.shifts["evening"].tolist() == [FRIDAY, FRIDAY, date(2026, 11, 28)]
    assert found.shifts["team"].tolist() == ["G10", None, "G10"]
    assert found.shifts["row"].tolist() == [2, 3, 5]  # as Excel numbers them
    assert found.as_shifts()[1] == Shift(
        local(FRIDAY, 20).astimezone(UTC),
        local(FRIDAY, 25 - 24).astimezone(UTC) + timedelta(days=1),
        "G2",
    )


def test_a_csv_roster_is_read_the_same_way():
    found = read("G1;27-11-2026;20:00;02:00", "G1;2026-11-28;18:00;23:00")
    assert [len(row) for row in times(found)] == [3, 3]
    assert found.shifts["starts_at"].tolist() == [
        local(FRIDAY, 20),
        local(date(2026, 11, 28), 18),
    ]


def test_every_bad_value_is_told_by_row_and_column_and_no_name_is_shown():
    found = read(
        "G1;27-11-2026;20:00;23:00",
        "Jonas Hansen;27-11-2026;20:00;23:00",
        "G2;31-11-2026;25:00;23:00",
        "G1;27-11-2026;20:00;23:00",
        "G9;27-11-2026;20:00;23:00",
        "G2;27-11-2026;06:00;23:00",
        members={"G1", "G2"},
    )
    assert "\n".join(map(str, found.rejections)) == (
        "række 3, kolonne betegnelse: tekst på 12 tegn er ikke en betegnelse "
        "(ventet bogstaver og tal som G1)\n"
        "G2 (række 4), kolonne dato: '31-11-2026' er ikke en dato (ventet dd-mm-åååå)\n"
        "G2 (række 4), kolonne fra: '25:00' er ikke et klokkeslæt (ventet tt:mm)\n"
        "række 6, kolonne betegnelse: 'G9' er ikke oprettet (ventet et medlem af gadeteamet)\n"
        "G2 (række 7), kolonne fra og til: en vagt på 17 timer kan ikke være en vagt "
        "(ventet over 0 og højst 16 timer)"
    )
    assert found.duplicates == 1
    assert found.rows == 6
    assert len(found.shifts) == 1


def test_an_early_end_lies_on_the_day_after_and_a_date_is_the_calendars():
    """00:30 on the 28th belongs to Friday evening the 27th."""
    found = read("G1;28-11-2026;00:30;04:00")
    assert times(found) == [("G1", local(date(2026, 11, 28), 0, 30), local(date(2026, 11, 28), 4))]
    assert found.shifts["evening"].tolist() == [FRIDAY]


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        ("G1;28-03-2026;20:00;02:30", "til", "findes ikke"),
        ("G1;24-10-2026;20:00;02:30", "til", "kommer to gange"),
        ("G1;25-10-2026;02:00;04:00", "fra", "kommer to gange"),
    ],
)
def test_times_in_the_hour_of_the_clock_change_are_refused_in_words(line, column, words):
    (rejection,) = read(line).rejections
    assert rejection.column == column
    assert words in rejection.cure


def test_a_duty_across_the_clock_change_has_its_true_length():
    (long,) = read("G1;24-10-2026;20:00;05:00").as_shifts()
    (short,) = read("G1;28-03-2026;20:00;05:00").as_shifts()
    assert (long.period.minutes, short.period.minutes) == (600, 480)


def test_columns_may_have_other_names_and_others_are_only_counted():
    columns = RosterColumns(member="Kode", day="Dag", starts="Start", ends="Slut")
    found = read_duty_roster(
        csv("Jonas;G1;27-11-2026;20:00;23:00", header="Navn;Kode;Dag;Start;Slut"),
        file="v.csv",
        columns=columns,
    )
    assert len(found.shifts) == 1
    assert found.remarks[-1] == "1 kolonner er ikke læst ind."
    with pytest.raises(InvalidInput) as refused:
        read_duty_roster(csv("x", header="Jonas Hansen"), file="v.csv", columns=columns)
    assert "mangler kolonnen Kode, Dag, Start og Slut" in str(refused.value)
    assert "Jonas" not in str(refused.value)


def test_a_cpr_number_stops_the_file_in_whatever_column():
    book = workbook([[*HEADER, "Note"], ["G1", FRIDAY, time(20), time(23), None, "010190-1234"]])
    with pytest.raises(InvalidInput) as refused:
        read_duties(book, file="v.xlsx")
    assert "række 2, kolonne Note ligner et CPR-nummer" in str(refused.value)
    assert "1234" not in str(refused.value)


def test_a_sheet_is_chosen_by_name():
    book = workbook([["x"]], Uge48=[HEADER[:4], ["G1", FRIDAY, time(20), time(23)]])
    assert len(read_duty_roster(book, file="v.xlsx", sheet="Uge48").shifts) == 1
    for name in ("Uge49", "", "\x00", "\ud800"):
        with pytest.raises(InvalidInput, match="ikke det ark"):
            read_duty_roster(book, file="v.xlsx", sheet=name)


minute_of_day = st.integers(0, 1439)


@settings(max_examples=60)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["G1", "G2", "GA12", "Æ7"]),
            st.dates(date(2020, 1, 1), date(2040, 12, 31)),
            minute_of_day,
            st.integers(1, 16 * 60),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_a_written_roster_comes_back_as_it_went(rows):
    lines, expected = [], set()
    for member, day, first, length in rows:
        start = at_hour(day, 0).replace(hour=first // 60, minute=first % 60)
        end_clock = (first + length) % 1440
        lines.append(
            f"{member};{day:%d-%m-%Y};{start:%H:%M};{end_clock // 60:02d}:{end_clock % 60:02d}"
        )
        end_day = day + timedelta(days=(first + length) // 1440)
        end = datetime.combine(end_day, time(end_clock // 60, end_clock % 60), tzinfo=COPENHAGEN)
        expected.add((member, start.astimezone(UTC), end.astimezone(UTC)))
    found = read(*lines)
    got = {(member, *(one.to_pydatetime() for one in both)) for member, *both in times(found)}
    assert got <= expected
    assert (
        len(found.shifts) + found.duplicates + len({r.row for r in found.rejections}) == found.rows
    )
    # what is missing lies in a night in which the clock is changed
    for rejection in found.rejections:
        assert "uret stilles" in rejection.cure or "kan ikke være en vagt" in rejection.problem


@given(st.binary(max_size=300))
def test_any_bytes_are_a_roster_or_a_refusal(content):
    for begins in (b"", b"betegnelse;dato;fra;til\r\n", b"BEGIN:VCALENDAR\r\n"):
        try:
            found = read_duties(begins + content, file="v", members={"G1"})
        except InvalidInput:
            continue
        assert len(found.shifts) <= found.rows


# Workbooks that mean harm.


def refused(content: bytes, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        read_sheet(content, file="v.xlsx")


def test_a_file_that_unpacks_to_too_much_is_refused():
    parts = parts_of({"Vagter": [HEADER]})
    refused(
        packed({**parts, "xl/big.xml": b" " * (sheet_worker.MOST_UNPACKED_BYTES + 1)}), "for stor"
    )
    refused(packed({**parts, **{f"xl/p{n}.xml": "<x/>" for n in range(600)}}), "for stor")


def test_two_cells_far_apart_do_not_fill_the_memory():
    """A dense table between A1 and XFD1048576 would be seventeen thousand million cells."""
    parts = parts_of({"Vagter": [HEADER]})
    first, last = (
        f'<row r="{row}"><c r="{place}{row}"><v>1</v></c></row>'
        for place, row in (("A", 1), ("XFD", 1_048_576))
    )
    cells = first + last
    parts["xl/worksheets/sheet1.xml"] = sheet([]).replace("<sheetData>", f"<sheetData>{cells}")
    refused(packed(parts), "for stor")


@pytest.mark.parametrize("size", [{"rows": 5_001}, {"columns": 61}], ids=["long", "wide"])
def test_a_sheet_larger_than_a_roster_is_refused(size):
    row = [*HEADER, *["x"] * (size.get("columns", 5) - 5)]
    content = workbook([row] * size.get("rows", 1))
    refused(content, "højst 5000 rækker og 60 kolonner")


def test_entities_are_refused():
    parts = parts_of({"Vagter": [HEADER]})
    entity = '<!DOCTYPE x [<!ENTITY a "aaaa">]>'
    parts["xl/worksheets/sheet1.xml"] = entity + parts["xl/worksheets/sheet1.xml"]
    refused(packed(parts), "definerer egne tegn")
    parts["xl/worksheets/sheet1.xml"] = sheet([HEADER]).encode("utf-16")
    refused(packed(parts), "definerer egne tegn")


def test_a_lie_about_the_size_of_a_part_is_found():
    content = bytearray(workbook([HEADER]))
    place = content.rfind(b"PK\x01\x02")
    content[place + 24 : place + 28] = (5).to_bytes(4, "little")  # unpacked size in the directory
    refused(bytes(content), "ikke et regneark|beskadiget")


def test_parts_that_stand_twice_or_are_encrypted_are_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in parts_of({"Vagter": [HEADER]}).items():
            archive.writestr(name, text)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("xl/workbook.xml", "<x/>")
    refused(out.getvalue(), "ikke et regneark")
    content = bytearray(workbook([HEADER]))
    for mark, flag in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        content[content.find(mark) + flag] |= 1
    refused(bytes(content), "ikke et regneark")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "gammelt eller krypteret"),
        (b"PK\x03\x04" + b"\x00" * 100, "ikke et regneark"),
        (b"betegnelse;dato", "ikke et regneark"),
        (packed({"a.xml": "<x/>"}), "beskadiget"),
    ],
)
def test_what_is_no_workbook_is_refused(content, words):
    refused(content, words)


def test_a_cut_workbook_is_refused():
    content = workbook([HEADER, ["G1", FRIDAY, time(20), time(23), None]])
    for size in range(4, len(content), 700):
        refused(content[:size], "ikke et regneark|beskadiget")


# Calendars.


def calendar(*events: str) -> bytes:
    body = "\r\n".join(
        f"BEGIN:VEVENT\r\nUID:{n}\r\n{event}\r\nEND:VEVENT" for n, event in enumerate(events)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{body}\r\nEND:VCALENDAR\r\n".encode()


def read_events(*events: str, **other):
    other = other or {"members": {"G1", "G2"}}
    return read_duty_calendar(calendar(*events), file="v.ics", **other)


def test_a_calendar_in_utc_local_and_floating_time():
    found = read_events(
        "SUMMARY:Vagt G1\r\nDTSTART:20261127T190000Z\r\nDTEND:20261127T220000Z",
        "SUMMARY:G2 aften\r\nDTSTART;TZID=Europe/Copenhagen:20261127T200000\r\nDURATION:PT5H",
        "SUMMARY:vagt (G2)\r\nDTSTART:20261128T180000\r\nDTEND:20261128T230000",
    )
    assert found.rejections == []
    assert found.unit == "post"
    assert times(found) == [
        ("G1", local(FRIDAY, 20), local(FRIDAY, 23)),
        ("G2", local(FRIDAY, 20), local(date(2026, 11, 28), 1)),
        ("G2", local(date(2026, 11, 28), 18), local(date(2026, 11, 28), 23)),
    ]


def test_nothing_but_code_and_times_is_kept_of_an_event():
    found = read_events(
        "SUMMARY:Vagt G1 Jonas Hansen\r\nLOCATION:Haraldsgade\r\nDESCRIPTION:med Ahmed\r\n"
        "ATTENDEE;CN=Jonas Hansen:mailto:jonas@example.dk\r\n"
        "DTSTART:20261127T190000Z\r\nDTEND:20261127T220000Z"
    )
    kept = found.shifts.to_csv() + "".join(found.remarks)
    assert len(found.shifts) == 1
    assert not [word for word in ("Jonas", "Ahmed", "Haraldsgade", "example") if word in kept]


def test_a_calendar_of_one_member_needs_no_code_in_its_titles():
    found = read_events(
        "SUMMARY:Vagt\r\nDTSTART:20261127T190000Z\r\nDTEND:20261127T220000Z", member="G4"
    )
    assert found.shifts["member"].tolist() == ["G4"]


TIMES = "DTSTART:20261127T190000Z\r\nDTEND:20261127T220000Z"


@pytest.mark.parametrize(
    ("event", "column"),
    [
        (f"SUMMARY:Vagt Jonas\r\n{TIMES}", "SUMMARY"),
        (f"SUMMARY:G1 og G2\r\n{TIMES}", "SUMMARY"),
        (TIMES, "SUMMARY"),
        (f"SUMMARY:G1\r\n{TIMES}\r\nRRULE:FREQ=WEEKLY", "RRULE"),
        ("SUMMARY:G1\r\nDTSTART;VALUE=DATE:20261127\r\nDTEND;VALUE=DATE:20261128", "DTSTART"),
        ("SUMMARY:G1\r\nDTEND:20261127T220000Z", "DTSTART"),
        ("SUMMARY:G1\r\nDTSTART:20261127T190000Z", "DTEND"),
        ("SUMMARY:G1\r\nDTSTART:20261127T190000Z\r\nDTEND:20261127T180000Z", "DTSTART og DTEND"),
        ("SUMMARY:G1\r\nDTSTART:20261127T190000Z\r\nDTEND:20261128T190000Z", "DTSTART og DTEND"),
        ("SUMMARY:G1\r\nDTSTART:18261127T190000Z\r\nDTEND:18261127T220000Z", "DTSTART og DTEND"),
        ("SUMMARY:G1\r\nDTSTART:20261025T023000\r\nDTEND:20261025T060000", "DTSTART"),
        ("SUMMARY:G1\r\nDTSTART;TZID=Mars/Base:20261127T190000\r\nDURATION:PT1H", "DTSTART"),
    ],
)
def test_an_event_that_is_no_duty_is_told(event, column):
    found = read_events(event)
    assert [one.column for one in found.rejections] == [column]
    assert found.rejections[0].place.endswith("post 1)") or found.rejections[0].place == "post 1"
    assert "Jonas" not in str(found.rejections[0])
    assert found.shifts.empty


def test_cancelled_events_are_left_out_and_counted():
    found = read_events(f"SUMMARY:G1\r\nSTATUS:CANCELLED\r\n{TIMES}", f"SUMMARY:G2\r\n{TIMES}")
    assert found.shifts["member"].tolist() == ["G2"]
    assert found.rows == 1
    assert "1 aflyste vagter" in found.remarks[-1]


@pytest.mark.parametrize("name", ["SUMMARY", "DESCRIPTION", "LOCATION", "ATTENDEE;CN=010190-1234"])
def test_a_cpr_number_stops_the_calendar(name):
    with pytest.raises(InvalidInput) as stopped:
        read_events(f"SUMMARY:G1\r\n{TIMES}\r\n{name}:010190-1234")
    assert "post 1, felt" in str(stopped.value)
    assert "1234" not in str(stopped.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"BEGIN:VEVENT", "ikke en kalenderfil"),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR", "ingen vagter"),
        (b"BEGIN:VCALENDAR\r\nnonsense without a colon\r\nEND:VCALENDAR", "kunne ikke læses"),
    ],
)
def test_what_is_no_calendar_is_refused(content, words):
    with pytest.raises(InvalidInput, match=words):
        read_duty_calendar(content, file="v.ics", members={"G1"})


def test_somebody_must_say_whose_calendar_it_is():
    with pytest.raises(InvalidInput, match="hvis kalender"):
        read_duty_calendar(calendar(TIMES), file="v.ics")
    with pytest.raises(InvalidInput, match="aldrig med navn"):
        read_duty_calendar(calendar(TIMES), file="v.ics", member="Jonas")


@settings(max_examples=40)
@given(
    starts=st.lists(
        st.tuples(st.integers(0, 60 * 24 * 365 * 10), st.integers(1, 16 * 60)), max_size=6
    )
)
def test_our_own_feed_comes_back_as_it_went(starts):
    first = datetime(2024, 1, 1, tzinfo=UTC)
    shifts = [
        Shift(first + timedelta(minutes=n), first + timedelta(minutes=n + length), "G1")
        for n, length in starts
    ]
    feed = duty_feed(shifts, feed_id="x", stamped_at=first)
    if not shifts:
        with pytest.raises(InvalidInput, match="ingen vagter"):
            read_duty_calendar(feed, file="v.ics", member="G1")
        return
    found = read_duty_calendar(feed, file="v.ics", member="G1")
    assert found.rejections == []
    assert found.as_shifts() == sorted(set(shifts))
