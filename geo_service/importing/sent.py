"""A file that was sent to us: an open descriptor of anonymous memory, under the name it came by."""

from __future__ import annotations

from pathlib import PosixPath
from typing import Self


class SentFile(PosixPath):
    """Reads what the descriptor holds and is called what the sender called it.

    Neither the bytes nor the name is on a disk: both came unchecked, and a name may be that of
    a person.
    """

    _called: str

    @classmethod
    def of(cls, descriptor: int, name: str) -> Self:
        """Return the file of a descriptor of this process."""
        made = cls(f"/proc/self/fd/{descriptor}")
        made._called = name
        return made

    @property
    def name(self) -> str:
        """The name it was sent under."""
        return self._called
