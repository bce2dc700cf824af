"""The official outlines of Copenhagen's roder, fetched from the city's open WFS on demand."""

from __future__ import annotations

import json
import time
from http.client import HTTPException
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from geo_service.errors import NotReady

LAYER: Final = "k101:rode"
TIMEOUT_S: Final = 5.0
MOST_BYTES: Final = 20_000_000
FEWEST_RODER: Final = 300
COLUMNS: Final = {"rode_nr", "rodenavn", "bydel", "distrikt_nr"}
CHUNK: Final = 65_536


def fetch_roder(url: str, target: Path) -> Path:
    """Write the roder as GeoJSON to `target` and return it.

    Raises
    ------
    NotReady
        If the service does not answer in 5 seconds in all, or answers something else than
        the roder; nothing is written then.
    """
    query = {
        "service": "WFS",
        "version": "1.0.0",
        "request": "GetFeature",
        "typeName": LAYER,
        "outputFormat": "json",
        "SRSNAME": "EPSG:4326",
    }
    if not url.startswith(("http://", "https://")):
        raise NotReady(f"{url!r} is not a web address.")
    deadline = time.monotonic() + TIMEOUT_S
    body = bytearray()
    try:
        with urlopen(Request(f"{url}?{urlencode(query)}"), timeout=TIMEOUT_S) as answer:  # noqa: S310
            while chunk := answer.read1(CHUNK):
                body += chunk
                if len(body) > MOST_BYTES or time.monotonic() > deadline:
                    raise NotReady("The outlines did not arrive within 5 seconds.")
    except (URLError, OSError, HTTPException) as error:
        reason = getattr(error, "reason", error)
        why = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
        raise NotReady(f"The outlines could not be fetched ({why}).") from error
    _check(bytes(body))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(body)
    return target


def _check(body: bytes) -> None:
    """Refuse an answer that is not a collection of some hundred roder."""
    try:
        features = json.loads(body)["features"]
        columns = set(features[0]["properties"])
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise NotReady("The answer was not a GeoJSON of roder.") from error
    if len(features) < FEWEST_RODER or not columns >= COLUMNS:
        raise NotReady(f"The answer had {len(features)} features with other columns than expected.")
