"""What somebody who owns the tables may do to the chain of the audit, and what must be found."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

ENTRY_OF: Final = "(SELECT entry_id FROM adm.audit_seal WHERE position = {})"
SET_ENTRY: Final = "UPDATE adm.audit_entry SET {column} = {value} WHERE id = {entry}"
SET_LINK: Final = "UPDATE adm.audit_seal SET {column} = {value} WHERE position = {place}"
NO_ENTRY: Final = "DELETE FROM adm.audit_entry WHERE id = {entry}"
NO_LINK: Final = "DELETE FROM adm.audit_seal WHERE position = {place}"
ASIDE: Final = "UPDATE adm.audit_seal SET position = -position WHERE position > {place}"
CLOSE_UP: Final = "UPDATE adm.audit_seal SET position = -position - 1 WHERE position < 0"
ASIDE_TOO: Final = "UPDATE adm.audit_seal SET position = -position WHERE position >= {place}"
MAKE_ROOM: Final = "UPDATE adm.audit_seal SET position = -position + 1 WHERE position < 0"
BESIDE: Final = (
    "INSERT INTO adm.audit_entry (actor, action, detail, is_sealed, at)"
    " SELECT actor, action, '{{}}', true, at FROM adm.audit_entry WHERE id = {entry}"
)
MADE_UP: Final = (
    "INSERT INTO adm.audit_seal (position, entry_id, entry_at, municipality_code, content_hash,"
    " hash) SELECT {place}, e.id, e.at, e.municipality_code, adm.audit_hash(e), adm.audit_hash(e)"
    " FROM adm.audit_entry e ORDER BY e.id DESC LIMIT 1"
)
EXCHANGE: Final = (
    "UPDATE adm.audit_entry a SET detail = b.detail, object_ref = b.object_ref FROM"
    " adm.audit_entry b WHERE (a.id, b.id) IN (({entry}, {other}), ({other}, {entry}))"
)
RUN: Final = (
    "INSERT INTO adm.retention_run"
    " (municipality_code, kind, as_of, cut_off, deleted, remaining_older, actor)"
    " VALUES ('0101', 'audit', now()::date, now() + interval '1 day', 1, 0, 'service')"
)
CLAIM: Final = (
    "UPDATE adm.audit_seal SET retention_run_id = (SELECT max(id) FROM adm.retention_run)"
    " WHERE position = {place}"
)
NO_ENTRIES: Final = (
    "DELETE FROM adm.audit_entry WHERE id IN"
    " (SELECT entry_id FROM adm.audit_seal WHERE position >= {place})"
)
NO_LINKS: Final = "DELETE FROM adm.audit_seal WHERE position >= {place}"

HALF: Final = 0.5
COLUMNS: Final = {
    "at": ("at + interval '1 microsecond'", "'infinity'", "'-infinity'", "'4000-01-01 BC'"),
    "actor": ("'user:99'", "actor || ' '", "''"),
    "role": ("NULL", "'tmf'"),
    "action": ("'search'", "'sign_in'"),
    "object_kind": ("NULL", "''"),
    "object_ref": ("NULL", "object_ref || '0'", "chr(8203) || object_ref"),
    "municipality_code": ("NULL", "'0147'"),
    "purpose": ("''", "'tilsyn'"),
    "detail": (
        "detail || jsonb_build_object('rows', -1)",
        "detail - 'asked'",
        "'[]'",
        "'null'",
        "jsonb_set(detail, '{{asked,fra}}', 'false')",
        "jsonb_set(detail, '{{rows}}', (detail->>'rows' || '.0')::jsonb)",
    ),
    "salt": ("gen_random_uuid()",),
    "is_sealed": ("false",),
}
LINK_COLUMNS: Final = {
    "hash": ("sha256('x')", "''", "set_byte(hash, 31, mod(get_byte(hash, 31) + 1, 256))"),
    "content_hash": ("sha256('x')", "''"),
    "entry_at": ("entry_at - interval '1 day'", "'infinity'"),
    "municipality_code": ("NULL", "'0147'"),
    "sealed_at": ("sealed_at + interval '1 microsecond'",),
    "entry_id": ("entry_id + 1000000",),
}
DEEDS: Final[dict[str, tuple[tuple[str, ...], str, bool]]] = {
    # what is done; which fault; whether it is found at `place` (else it is nowhere in the chain)
    "entry deleted": ((NO_ENTRY,), "entry_missing", True),
    "link deleted": ((NO_LINK,), "seal_missing", True),
    "both deleted": ((NO_ENTRY, NO_LINK), "seal_missing", True),
    "both deleted, gap closed": ((NO_ENTRY, NO_LINK, ASIDE, CLOSE_UP), "seal_changed", True),
    "two links exchanged": (
        (
            "UPDATE adm.audit_seal SET position = 0 WHERE position = {place}",
            "UPDATE adm.audit_seal SET position = {place} WHERE position = {later}",
            "UPDATE adm.audit_seal SET position = {later} WHERE position = 0",
        ),
        "seal_changed",
        True,
    ),
    "link moved to the end": (
        (
            "UPDATE adm.audit_seal SET position = {count} + 1 WHERE position = {place}",
            ASIDE,
            CLOSE_UP,
        ),
        "seal_changed",
        True,
    ),
    "two entries exchanged": ((EXCHANGE,), "entry_changed", True),
    "entry added beside": ((BESIDE,), "entry_added", False),
    "entry and link inserted": ((BESIDE, ASIDE_TOO, MAKE_ROOM, MADE_UP), "seal_changed", True),
    "tail cut off": ((NO_ENTRIES, NO_LINKS), "head_unknown", False),
    "tail unsealed": ((NO_LINKS,), "entry_added", False),
    "deleted as if its time had come": ((RUN, CLAIM, NO_ENTRY), "not_forgotten", True),
    "said to be deleted": ((RUN, CLAIM), "not_forgotten", True),
    "a deletion that nobody told of": ((RUN,), "run_changed", False),
}


@dataclass(frozen=True)
class Tampering:
    """Statements, the fault that must be found, and at which position (None: outside)."""

    name: str
    statements: tuple[str, ...]
    fault: str
    position: int | None


def draw(rng: random.Random, count: int) -> Tampering:
    """Draw a tampering of a chain with links 1 … `count`: half of values, half of other deeds."""
    place, later = sorted(rng.sample(range(1, count + 1), 2))
    if rng.random() < HALF:
        return _of_a_value(rng, rng.randint(1, count))
    known = {
        "place": place,
        "later": later,
        "count": count,
        "entry": ENTRY_OF.format(place),
        "other": ENTRY_OF.format(later),
    }
    name = rng.choice(list(DEEDS))
    statements, fault, is_at_place = DEEDS[name]
    return Tampering(
        name,
        tuple(one.format(**known) for one in statements),
        fault,
        place if is_at_place else None,
    )


def _of_a_value(rng: random.Random, place: int) -> Tampering:
    columns, statement, fault = rng.choice(
        ((COLUMNS, SET_ENTRY, "entry_changed"), (LINK_COLUMNS, SET_LINK, "seal_changed"))
    )
    column = rng.choice(list(columns))
    value = rng.choice(columns[column]).format()
    change = statement.format(column=column, value=value, place=place, entry=ENTRY_OF.format(place))
    return Tampering(f"{column} = {value}", (change,), fault, place)
