"""Writes `docs/access.md`: who may do what, as the program itself declares it.

`tests/test_docs.py` compares the page with what `render` returns. From the project's folder:

    .venv/bin/python -m docs.write_access
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy import make_url

from api.access import declared_routes, policies_of
from api.answer_fields import ANSWERS, FILES
from api.main import make_app
from geo_service.domain.access import (
    BESIDE_THE_TABLE,
    POOL_OF,
    RIGHTS,
    ROLE_WORDS,
    TAKEN_AWAY,
    UNRECORDED,
    Limit,
    Right,
    Role,
)
from geo_service.domain.kinds import KINDS
from geo_service.settings import Settings
from geo_service.storage.database import Database

PAGE = Path(__file__).with_name("access.md")
HEAD: Final = """# Access

Who may do what with which rows and fields, written by `docs/write_access.py` from the
declaration in `geo_service/domain/access.py`: do not change this page by hand. Pages, the API,
commands, exports and the row-level security of the database read the same declaration. What is
not named here is refused, and reads like something that does not exist.

A right is a role with a data scope: a municipality, and within it hotspot areas where the right
is limited to them."""

LIMITS: Final = {
    Limit.municipality: "the whole municipality",
    Limit.district: "districts and roder of the municipality, no smaller or other areas",
    Limit.hotspot: "own hotspot areas",
    Limit.own: "own only",
    Limit.released: "released only",
    Limit.everywhere: "everywhere",
}
WORDS: Final = {
    "open": "files and health, for everybody",
    "open_page": "pages that are open to everybody",
}


KIND_HEAD: Final = ("kind", "table", "fields", "withheld from everybody")
ANSWER_HEAD: Final = ("answer", "kind", "fields", "words of the service")
ANSWERED: Final = """Each field of an answer is a declared field of a kind, given after = where the
answer calls it otherwise, or a word of the service that tells nothing protected."""
COLUMNS: Final = """Whoever reads a kind sees these fields, less what the remarks above take away.
The database opens the columns that are named here and no others, so a new column stays closed
until it is declared, and the tests fail until then."""
BESIDE: Final = """Rights are those of the table of roles and data in the design. It does not name
the following kinds; each is here for a reason. What is released (index, projects) reaches
agencies, councils and the public as a release, and by nothing else. Comments and unsafe places
have no pages yet: who may write them is declared, who handles them is said with the page. Nor
have a street team's incidents in words, and an agency's own goal values: declared, used by no
page."""

TAKEN: Final = """Rows of these kinds, hours and dates of what is to come, are taken away by whoever
may write them, and the audit says so: {kinds}. Rows of every other kind are ended, withdrawn or
deleted by age; no page deletes one."""


def render() -> str:
    """Return the page."""
    parts = [HEAD, "## Roles", *_table(("role", "on screens", "database role"), _roles())]
    parts += ["## Rights", _abbreviations()]
    columns = ("policy", *(str(role) for role in Role))
    parts += _table(columns, _rights())
    parts += ["### Fields and remarks", *_table(("policy", "role", "sees", "remark"), _fields())]
    parts += ["### What each kind consists of", COLUMNS, *_table(KIND_HEAD, _kinds())]
    parts += ["### What can be taken away", TAKEN.format(kinds=_taken())]
    parts += ["### Beside the table of the design", BESIDE, *_table(("kind", "why"), _beside())]
    parts += [
        "## Pages and API",
        *_table(("path", "method", "policy", "read is audited"), _routes()),
    ]
    parts += ["## Fields of answers and files", ANSWERED, *_table(ANSWER_HEAD, _answers())]
    parts += ["## The public site", *_table(("path", "method", "policy"), _public_routes())]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> list[str]:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return ["\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])]


def _roles() -> Iterator[tuple[str, ...]]:
    for role in Role:
        yield f"`{role}`", ROLE_WORDS[role], f"`{POOL_OF[role]}`"


def _abbreviations() -> str:
    return "\n".join(f"- **{_short(limit)}**: {words}" for limit, words in LIMITS.items())


def _short(limit: Limit) -> str:
    return "A" if limit is Limit.everywhere else limit.name[0].upper()


def _rights() -> Iterator[tuple[str, ...]]:
    for policy, rights in RIGHTS.items():
        cells = (_short(rights[role].limit) if role in rights else "–" for role in Role)
        yield f"`{policy}`", *cells


def _fields() -> Iterator[tuple[str, ...]]:
    for policy, rights in RIGHTS.items():
        for role, right in rights.items():
            if right.note or _are_some(policy, right):
                yield (
                    f"`{policy}`",
                    f"`{role}`",
                    ", ".join(right.fields) or "all",
                    right.note or "–",
                )


def _kinds() -> Iterator[tuple[str, ...]]:
    for code, kind in KINDS.items():
        table = f"`{kind.table}`" if kind.table else "–"
        yield f"`{code}`", table, ", ".join(kind.fields) or "–", ", ".join(kind.withheld) or "–"


def _answers() -> Iterator[tuple[str, ...]]:
    for name, answer in {**ANSWERS, **FILES}.items():
        pairs = answer.fields.items()
        fields = ", ".join(one if one == field else f"{one} = {field}" for one, field in pairs)
        yield f"`{name}`", answer.kind, fields or "–", ", ".join(answer.words) or "–"


def _taken() -> str:
    return ", ".join(f"`{kind}`" for kind in sorted(TAKEN_AWAY))


def _beside() -> Iterator[tuple[str, ...]]:
    for kind, why in BESIDE_THE_TABLE.items():
        yield f"`{kind}`", why


def _are_some(policy: str, right: Right) -> bool:
    """Whether a right is to fewer fields than the kind has."""
    kind = KINDS.get(policy.split(".", maxsplit=1)[0])
    return bool(right.fields) and kind is not None and set(right.fields) != set(kind.fields)


def _routes() -> Iterator[tuple[str, ...]]:
    for path, method, policy in _declared(public=False):
        reading = "–" if policy in UNRECORDED else "yes"
        yield f"`{path}`", method, WORDS.get(policy, f"`{policy}`"), reading


def _public_routes() -> Iterator[tuple[str, ...]]:
    for path, method, policy in _declared(public=True):
        yield f"`{path}`", method, WORDS.get(policy, f"`{policy}`")


def _declared(*, public: bool) -> list[tuple[str, str, str]]:
    nowhere = Database(address=make_url("postgresql+psycopg:///nowhere"), secrets=Path("nowhere"))
    app = make_app(Settings(), nowhere, public=public)
    return sorted(
        (str(route.path), method, policy)
        for route in declared_routes(app)
        for method in sorted(route.methods or ())
        for policy in policies_of(route)
    )


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
