"""Text from data on its way into a page: it may be read, it can never run.

Folium puts texts into JavaScript template literals inside HTML, so `html.escape` alone is not
enough: a backtick ends the literal and `${...}` runs. `escape` is for whatever enters Folium,
`embed` for data that our own scripts read. The rest goes through Jinja's autoescape.
"""

from __future__ import annotations

import html
import json
import re

from markupsafe import Markup

_ALSO = str.maketrans({mark: f"&#{ord(mark)};" for mark in "`$\\{}\u2028\u2029"})
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_IN_SCRIPT = str.maketrans(
    {mark: f"\\u{ord(mark):04x}" for mark in "<>&\u2028\u2029"}  # "</script>" ends any script
)


def clean(text: object) -> str:
    """Return `text` as a string that any page can hold: no control codes, no half characters."""
    return _UNREADABLE.sub("\ufffd", str(text).replace("\r\n", "\n").replace("\r", "\n"))


def escape(text: object) -> str:
    """Return `text` so that it reads the same in HTML, an attribute and a template literal.

    Besides `html.escape` the characters backtick, dollar, backslash, braces and the two
    Unicode line separators become entities.
    """
    return html.escape(clean(text), quote=True).translate(_ALSO)


def embed(value: object) -> Markup:
    r"""Return `value` as JSON that can stand inside a `<script>` block.

    The characters <, >, &, U+2028 and U+2029 are written as `\uXXXX`. NaN and infinity are
    refused with a `ValueError`: JSON has no word for them, use None.
    """
    written = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return Markup(written.translate(_IN_SCRIPT))  # noqa: S704 - escaped on this very line
