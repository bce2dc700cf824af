"""A process of its own for an import, and the file it reads: memory, and not a byte on a disk."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from geo_service.settings import PROJECT_ROOT

PIECE: Final = 1024 * 1024


@dataclass(frozen=True)
class Upload:
    """A file as it was sent: the name to show, and where its bytes are read."""

    name: str
    file: BinaryIO


@contextmanager
def held_in_memory(upload: Upload) -> Iterator[tuple[int, str]]:
    """Yield a descriptor of anonymous memory that holds the file, and its SHA-256."""
    descriptor = os.memfd_create("upload")
    try:
        fingerprint = hashlib.sha256()
        upload.file.seek(0)
        with open(descriptor, "wb", closefd=False) as memory:
            while piece := upload.file.read(PIECE):
                fingerprint.update(piece)
                memory.write(piece)
        yield descriptor, fingerprint.hexdigest()
    finally:
        os.close(descriptor)


def start_child(
    order: Mapping[str, Any],
    descriptor: int | None = None,
    *,
    module: str = "geo_service.cli.job",
) -> subprocess.Popen[str]:
    """Start the process that carries out an order; it inherits the one descriptor, if any."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a traceback may hold what was in the file
        pass_fds=() if descriptor is None else (descriptor,),
        text=True,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT)},
    )
    assert process.stdin is not None  # noqa: S101 - it was asked for
    # one that is gone before it has read its order says so by its end
    with suppress(BrokenPipeError), process.stdin as pipe:
        json.dump(order, pipe)
    return process


def shown_name(sent: str | None) -> str:
    """Return a file name that can be shown and used: the last part, short, no odd signs."""
    last = Path((sent or "").replace("\\", "/")).name
    kept = "".join(sign if sign.isalnum() or sign in " ._-()" else "_" for sign in last).strip(" .")
    stem, suffix = Path(kept).stem[:80], Path(kept).suffix[:10]
    return f"{stem}{suffix}" if stem else "fil"
