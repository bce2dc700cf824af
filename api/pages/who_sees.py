"""Who sees what, in words, from the declaration itself: so it cannot say anything else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from geo_service.domain.access import RIGHTS, ROLE_WORDS, UNRECORDED, Limit, Right, Role
from geo_service.domain.kinds import KINDS

SEEING: Final = frozenset({"read", "words", "name"})
"""What a policy is called after its kind where it lets somebody see; all others let them do."""
OPEN_TO_ALL: Final = UNRECORDED - {"release.read"}
"""What nobody is kept from who is signed in and at work: names and outlines of places."""


@dataclass(frozen=True)
class Seen:
    """A kind of thing that a role sees."""

    words: str
    fields: tuple[str, ...] = ()
    """Which parts of it, where it is not the whole."""
    note: str = ""


@dataclass(frozen=True)
class RoleSees:
    """What a role sees, by how far."""

    role: str
    by_limit: tuple[tuple[str, tuple[Seen, ...]], ...]


def who_sees_what() -> list[RoleSees]:
    """Return every role with all that it sees, the widest right first."""
    return [RoleSees(ROLE_WORDS[role], tuple(_by_limit(role))) for role in Role]


def _by_limit(role: Role) -> Iterator[tuple[str, tuple[Seen, ...]]]:
    for limit in Limit:
        seen = tuple(
            _seen(policy.partition(".")[0], rights[role])
            for policy, rights in RIGHTS.items()
            if policy not in OPEN_TO_ALL
            and policy.partition(".")[2] in SEEING
            and role in rights
            and rights[role].limit is limit
        )
        if seen:
            yield limit.value, seen


def _seen(kind: str, right: Right) -> Seen:
    # a field of a map is a page; of other kinds the note says what is left out
    return Seen(KINDS[kind].words, right.fields if kind == "map" else (), right.note)
