"""Where to go after signing in: a path of ours, never another host."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, urlencode

MOST: Final = 2000
LOCAL: Final = re.compile(r"/(?:[^/\\\s\x00-\x1f\x7f][^\\\s\x00-\x1f\x7f]*)?")
"""One slash at the beginning, and no backslash or control character, which browsers mend."""
ROUND_IN_CIRCLES: Final = ("/log-ind", "/log-ud", "/oidc/", "/invitation/", "/api/", "/static/")


def local_path(asked: str | None, *, otherwise: str = "/") -> str:
    """Return `asked` if it is a path of ours that is worth going to, else `otherwise`."""
    if not asked or len(asked) > MOST or LOCAL.fullmatch(asked) is None:
        return otherwise
    return otherwise if asked.startswith(ROUND_IN_CIRCLES) else asked


def header_of(path: str) -> str:
    """Return a path as a `Location` header carries it."""
    return quote(path, safe="/:?#[]@!$&'()*+,;=%-._~")


def sign_in_path(next_path: str = "/") -> str:
    """Return the address of the sign-in page that leads on to `next_path`."""
    return "/log-ind" if next_path == "/" else f"/log-ind?{urlencode({'naeste': next_path})}"
