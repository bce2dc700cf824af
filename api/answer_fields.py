"""What the fields of every answer and file are, in the words of the declaration of access.

An answer has names of its own; here each of them is a declared field of a kind, or a word of the
service itself (how many there are, where the next page begins) that tells nothing protected.
A field of an answer that is not here, and one here that a caller is shown without seeing it,
fail the tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Answer:
    """A part of an answer: of which kind, its declared fields by name, and words of the service."""

    kind: str
    fields: Mapping[str, str]
    words: tuple[str, ...] = ()


def _answer(kind: str, fields: str = "", words: str = "") -> Answer:
    """Read `name` or `name=declared_field`, apart by spaces."""
    pairs = (one.partition("=") for one in fields.split())
    return Answer(kind, {name: field or name for name, _, field in pairs}, tuple(words.split()))


_USER: Final = "id login name language state version last_sign_in rights"
_PROPOSAL: Final = (
    "id hotspot_area=hotspot_area_code first_evening last_evening made_at made_by "
    "dropped=dropped_at"
)
_PLACED: Final = "evening=result starts_at=result ends_at=result place=result place_name=result"
_RULE: Final = "municipality=municipality_code kind keep_days version"
_COUNTS: Final = (
    "rows=rows_in_file stored=rows_stored rejected=rows_rejected duplicates=rows_duplicate remarks"
)

_SUBJECT: Final = (
    "tidspunkt=at hvem=actor rolle=role handling=action slags=object_kind genstand=object_ref "
    "kommune=municipality_code formål=purpose oplysninger=detail"
)

ANSWERS: Final[Mapping[str, Answer]] = {
    "Areas": _answer("area", "kind outline source", "type on features"),
    "Feature": _answer("area", "id=code geometry=geom", "type properties"),
    "AreaFacts": _answer("area", "code name valid_from"),
    "Status": _answer("area", words="version demo editions"),
    "Edition": _answer(
        "area", "municipality=municipality_code kind valid_from valid_to outline source", "areas"
    ),
    "Incidents": _answer(
        "incident", words="type seen_as form since until matched returned next features notes"
    ),
    "IncidentFeature": _answer("incident", "geometry=geom", "type properties"),
    "Incident": _answer(
        "incident",
        "crime_type setting occurred_from occurred_to rode=rode_id id source_system source_ref "
        "found_by",
    ),
    "CountFeature": _answer("incident", "geometry=geom", "type properties"),
    "Count": _answer("incident", "rode=rode_id", "incidents side_m"),
    "Hours": _answer("incident", words="seen_as since until incidents weights notes"),
    "PrecisionSetting": _answer("precision", "precision version=id set_at"),
    "PrecisionHistory": _answer("precision", "precision version=id set_at", "earlier"),
    "ImportsOut": _answer("import", words="total imports"),
    "ImportOut": _answer(
        "import", f"id kind withdrawn=status file_name imported_at imported_by {_COUNTS}"
    ),
    "JobOut": _answer(
        "import",
        f"kind file_name import_id=id {_COUNTS} rejections=remarks",
        "id state text reason done total more_rejections cures",
    ),
    "RejectionOut": _answer(
        "import",
        "place=remarks row=remarks column=remarks found=remarks problem=remarks "
        "expected=remarks cure=remarks",
    ),
    "PlansOut": _answer("proposal", words="plans"),
    "PlanSummary": _answer("proposal", f"{_PROPOSAL} share=result cut=result"),
    "PlanOut": _answer(
        "proposal",
        f"{_PROPOSAL} inputs_hash seed method=result cut=result objective=result bound=result "
        "need=result share=result joint_visits=result period=result remarks=result stages=result "
        "assignments=result gaps=result next_team=result joint_prices=result baselines=result "
        "counted=result",
    ),
    "PlanCounted": _answer(
        "proposal",
        "incidents=result weeks=result until=result precision=result method=result "
        "half_life_weeks=result weights=result",
    ),
    "PlanStage": _answer(
        "proposal", "name=result what=result value=result bound=result state=result says=result"
    ),
    "PlanAssignment": _answer(
        "proposal",
        f"{_PLACED} agency=result team=result form=result joint=result promised=result "
        "reasons=result brief=result",
    ),
    "PlanGap": _answer("proposal", f"{_PLACED} expected=result"),
    "JointPrice": _answer("proposal", "joint_visits=result covered=result share=result"),
    "PlanBaseline": _answer(
        "proposal", "name=result covered=result share=result joint_visits=result"
    ),
    "PlanJobOut": _answer("proposal", "plan_id=id", "id state reason text done total"),
    "UsersOut": _answer("user", words="total users"),
    "UserOut": _answer("user", _USER),
    "InvitedOut": _answer("user", _USER, "invitation"),
    "RightOut": _answer(
        "user",
        "id=rights role=rights municipality=rights hotspot_areas=rights organisation=rights "
        "team=rights granted_at=rights ended_at=rights",
    ),
    "AuditPage": _answer("audit", words="entries next_before chain notes"),
    "AuditEntryOut": _answer(
        "audit",
        "id at actor name role action kind=object_kind ref=object_ref "
        "municipality=municipality_code purpose detail position",
    ),
    "ChainOut": _answer("audit", words="position hash unsealed verified_at verified"),
    "RuleOut": _answer("retention", _RULE, "last_as_of last_ran_at last_deleted"),
    "Live": _answer("open", words="status"),
    "Ready": _answer("open", words="status database schema_head schema_needed"),
}
"""By the name of the answer's schema in OpenAPI."""

FILES: Final[Mapping[str, Answer]] = {
    "/data/haendelser/csv": _answer(
        "incident",
        "id=source_ref type=crime_type fra=occurred_from til=occurred_to øst=geom nord=geom "
        "rum=setting kendt_ved=found_by rode=rode_id rodenavn=rode_id",
    ),
    "/data/antal/csv": _answer(
        "incident_count",
        "rode=rode_code rodenavn=rode_code måned=month type=crime_type antal=incidents",
    ),
    "/administration/revision/hent": _answer(
        "audit", f"nummer=id {_SUBJECT} plads_i_kæden=position"
    ),
    "/administration/revision/indsigt": _answer("audit", _SUBJECT),
}
"""By the path of the file: its columns, with _ for a space."""
