"""A full disk in words: PostgreSQL's programs say it in a hundred ways, and some say nothing."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from geo_service.errors import NotReady

MB: Final = 1_000_000
ROOM: Final = 20 * MB
"""Less than this is full: a server that starts may write a log segment of 16 MB."""
SIGNS: Final = ("No space left", "Disk quota exceeded")
_FULL: Final = (errno.ENOSPC, errno.EDQUOT)


class FullDisk(NotReady):
    """There is no room where something had to be written."""

    def __init__(self, folder: Path) -> None:
        free = shutil.disk_usage(folder).free // MB
        super().__init__(
            f"The disk of {folder} is full ({free} MB free), so the database cannot start; what it "
            "holds is safe. Free some space and start again: a new database takes 100 MB, the demo "
            "200 MB."
        )


def is_full(folder: Path, said: str = "") -> bool:
    """Whether what failed in `folder`, with these words, failed since the disk is full."""
    return any(sign in said for sign in SIGNS) or shutil.disk_usage(folder).free < ROOM


def is_full_disk(error: OSError) -> bool:
    """Whether the operating system refused to write since there is no room."""
    return error.errno in _FULL


@contextmanager
def full_disk_in_words(folder: Path) -> Iterator[None]:
    """Turn the operating system's "no room" into a `FullDisk` that names the folder."""
    try:
        yield
    except OSError as error:
        if is_full_disk(error):
            raise FullDisk(folder) from error
        raise
