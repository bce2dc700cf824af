"""Input that nothing of ours can use is refused before it is looked at further.

Text that is not UTF-8 or holds NUL or half a character; JSON with NaN, numbers out of range,
the same name twice, or nested without end. The answer names the rule, never what was sent.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from typing import Any, Final, NoReturn
from urllib.parse import unquote_to_bytes

from starlette.datastructures import UploadFile
from starlette.requests import Request

from geo_service.errors import InvalidInput
from geo_service.messages import _

UNUSABLE: Final = re.compile("[\x00\ud800-\udfff]")
NOT_TEXT: Final = _("Teksten er ikke gyldig UTF-8 eller rummer tegn, der ikke kan gemmes.")
NOT_JSON: Final = _("Det sendte er ikke gyldig JSON.")
NOT_A_NUMBER: Final = _("Et tal i det sendte er ikke et endeligt tal (NaN eller for stort).")
TWICE: Final = _("Et navn står to gange i samme objekt.")


def require_clean_text(text: str) -> None:
    """Refuse text that holds NUL or half a character."""
    if UNUSABLE.search(text):
        raise InvalidInput(NOT_TEXT)


def require_clean_query(raw: bytes) -> None:
    """Refuse a query, or a form written like one, that does not decode to clean text."""
    try:
        require_clean_text(unquote_to_bytes(raw.replace(b"+", b" ")).decode("utf-8"))
    except UnicodeDecodeError:
        raise InvalidInput(NOT_TEXT) from None


def require_clean_json(body: bytes) -> None:
    """Refuse JSON that we could not store or that means different things to different readers."""
    try:
        value = json.loads(
            body.decode("utf-8"),
            parse_constant=_no_number,
            parse_float=_finite,
            object_pairs_hook=_without_twins,
        )
    except (ValueError, RecursionError):  # long integers and bad UTF-8 among them
        raise InvalidInput(NOT_JSON) from None
    for text in _texts(value):
        require_clean_text(text)


async def require_clean_form(request: Request) -> None:
    """Refuse a form whose fields or file names are not clean text; files are not looked into."""
    if "form" not in request.headers.get("content-type", ""):
        return
    for name, value in (await request.form()).multi_items():
        require_clean_text(name)
        require_clean_text((value.filename or "") if isinstance(value, UploadFile) else value)


def _no_number(_text: str) -> NoReturn:
    raise InvalidInput(NOT_A_NUMBER)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise InvalidInput(NOT_A_NUMBER)
    return value


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise InvalidInput(TWICE)
    return made


def _texts(value: object) -> Iterable[str]:
    """Yield every text in a value; with a list of what is left, since it may be deep."""
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            left += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            left += one
