"""What can go wrong, in words: cause first, then the cure.

Every error that a user can meet is a `TryghedError`; its text is one or two sentences that
can be shown as they stand. What a page or the API may show is a `Message`, for its language.
Anything else that escapes is a fault in the program.
"""

from __future__ import annotations

from datetime import datetime

from geo_service.messages import _


class TryghedError(Exception):
    """Something a user can understand and do something about."""

    @property
    def words(self) -> str:
        """What it says, as it was given: a `Message` still waits for the reader's language."""
        said: str = self.args[0] if self.args else ""
        return said


class InvalidInput(TryghedError):
    """What was given cannot be used."""


class NotFound(TryghedError):
    """There is no such thing (or the caller may not know of it)."""


class AlreadyExists(TryghedError):
    """The thing is there already, and is not overwritten."""


class NotSignedIn(TryghedError):
    """Nobody is signed in, or the session has ended."""


class StaleForm(TryghedError):
    """A form was not sent by a page of ours that is still in force; nothing was changed."""


class Conflict(TryghedError):
    """Somebody else changed the thing meanwhile; neither change is lost.

    `changed_by` is a name in words, `changed_at` an aware time, both of the other change.
    """

    def __init__(self, what: str, *, changed_by: str, changed_at: datetime) -> None:
        super().__init__(
            _(
                "%(what)s blev ændret af %(who)s imens. Genindlæs, se ændringen og gem igen.",
                what=what,
                who=changed_by,
            )
        )
        self.what = what
        self.changed_by = changed_by
        self.changed_at = changed_at


class TooMany(TryghedError):
    """Too many attempts or requests; `retry_after_s` says when to try again."""

    def __init__(self, message: str, *, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


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
