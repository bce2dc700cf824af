"""What can go wrong, in words: cause first, then the cure.

Every error that a user can meet is a `TryghedError`; its text is one or two sentences that
can be shown as they stand. Anything else that escapes is a fault in the program.
"""

from __future__ import annotations


class TryghedError(Exception):
    """Something a user can understand and do something about."""


class InvalidInput(TryghedError):
    """What was given cannot be used."""


class NotFound(TryghedError):
    """There is no such thing (or the caller may not know of it)."""


class AlreadyExists(TryghedError):
    """The thing is there already, and is not overwritten."""


class NotReady(TryghedError):
    """Something the service stands on is missing: a server, a program, space on the disk."""


class UnsafeToPublish(TryghedError):
    """What was to be shown could point at somebody."""


class WrongCRS(InvalidInput):
    """A layer is in another coordinate system than the function needs."""

    def __init__(self, layer: str, found: object, expected: str) -> None:
        super().__init__(
            f"`{layer}` must be in {expected}, but is in {found or 'no CRS at all'}. "
            f"Convert it first: {layer}.to_crs('{expected}')."
        )
