"""Where words go: results on stdout, progress and complaints on stderr."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

MOST_LINES = 40


def say(text: str) -> None:
    """Print a result; square brackets in data are not markup."""
    out.print(escape(text))


def complain(lines: Iterable[object]) -> None:
    """Print findings, one a line, the first of them if there are very many."""
    listed = [str(line) for line in lines]
    for line in listed[:MOST_LINES]:
        err.print(f"  {escape(line)}")
    if len(listed) > MOST_LINES:
        err.print(f"  … and {len(listed) - MOST_LINES} more")


@contextmanager
def working(text: str) -> Iterator[None]:
    """Say what is being done while it is done; a line of its own where nobody watches."""
    if err.is_terminal:
        with err.status(text):
            yield
    else:
        print(text, file=sys.stderr)  # noqa: T201 - plain text for logs
        yield


def operator() -> str:
    """Return the operating system's user, for the audit: who acts in `db`, `demo` and the like."""
    return f"os:{getpass.getuser()}"
