"""What an agreement's pages say of need and of change: figures, and what they do not know."""

from __future__ import annotations

from typing import Any, Final

from fastapi import Request

from api.access import Visit
from api.kept import Kept
from api.web.listing import Column
from api.web.translations import Message, _
from geo_service.analysis.change import LEVEL_WORDS
from geo_service.analysis.emerging import EMERGING_WORDS
from geo_service.analysis.usual import Level
from geo_service.domain import vocabulary as words
from geo_service.domain.agreements import State, is_settled
from geo_service.storage import agreements as store
from geo_service.storage.agreements import Agreement
from geo_service.workflows.agreement_need import AgreementNeed, agreement_need, need_inputs

NEWS_COLUMNS: Final = (
    Column("place", _("Sted")),
    Column("change", _("Mod det, der plejer at være")),
    Column("now", _("Nye uger"), numeric=True),
    Column("usual", _("Plejer"), numeric=True),
    Column("counted", _("Talt i")),
    Column("year", _("Roden over året")),
)
LEVEL_BADGES: Final = {
    Level.more: "warn",
    Level.less: "good",
    Level.as_usual: "neutral",
    Level.unknown: "wait",
}
COUNTED: Final[dict[str, Message]] = {
    "rode": _("Politiet har valgt, at andre kun ser, hvilken rode en hændelse er sket i. Et sted "
        "er talt i de hele roder, det ligger i; om det er sket på stedet eller et andet sted i "
        "roden, vides ikke."),
    "250m": _("Politiet har valgt, at andre ser hændelser i felter på 250 m. Et sted er talt i de "
        "hele felter, det ligger i; hvor i feltet det er sket, vides ikke."),
    "point": _("Politiet har valgt, at andre ser, på hvilket punkt en hændelse er sket. Et sted er "
        "talt inden for sit omrids."),
}  # fmt: skip
LEFT_OUT: Final[Message] = (
    _("Det, patruljer selv har fundet, er aldrig med: det ville sende dem hen, hvor de har været. "
        "Det, der er sket indendørs, er heller ikke med. Hvor meget det er, vises kun for "
        "politiet.")
)  # fmt: skip
"""What is counted neither towards need nor as a change."""


def last_agreement(visit: Visit, agreement: Agreement) -> Agreement | None:
    """Return the agreement before this one, agreed by both."""
    return next(
        (
            one
            for one in store.read_agreements(visit.session, agreement.hotspot_area)
            if one.last_evening < agreement.first_evening
            and (is_settled(one.state) or one.state is State.reviewed)
        ),
        None,
    )


def need_of(request: Request, visit: Visit, agreement: Agreement) -> AgreementNeed | None:
    """Return the need of an agreement, counted now if nothing of it is kept."""
    last = last_agreement(visit, agreement)
    last_met = last.first_evening if last else None
    kept: Kept[AgreementNeed | None] = request.app.state.needs
    return kept.get(
        need_inputs(visit.session, visit.caller, agreement, last_met=last_met),
        lambda: agreement_need(visit.session, visit.caller, agreement, last_met=last_met),
    )


def news_of(need: AgreementNeed | None, last: Agreement | None, is_demo: bool) -> dict[str, Any]:
    """Return what the meeting's page says of change."""
    return {
        "news": need.news if need else None,
        "news_columns": NEWS_COLUMNS,
        "news_caveats": _caveats(need, last) if need else [],
        "news_types": [words.CRIME_TYPES[code] for code in words.PUBLIC_SPACE_TYPES],
        "news_is_demo": is_demo,
        "level_words": LEVEL_WORDS,
        "level_badges": LEVEL_BADGES,
        "emerging_words": EMERGING_WORDS,
    }


def _caveats(need: AgreementNeed, last: Agreement | None) -> list[Message]:
    """Return what the figures do not say, a sentence each."""
    news = need.news
    found = [COUNTED[need.precision]]
    if last is not None and not news.reaches_back:
        found.append(
            _("Hændelserne er ikke kendt for en hel uge efter den sidste aftales begyndelse. "
                "Derfor er de nyeste kendte uger sammenlignet.")
        )  # fmt: skip
    if news.time_unknown:
        found.append(
            _("%(n)s hændelser er ikke med, fordi det ikke vides, om de skete om aftenen.",
                n=news.time_unknown)
        )  # fmt: skip
    return [*found, LEFT_OUT, _("Aftenloggens noter er ikke med i tallene.")]
