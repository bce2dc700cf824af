"""The official outlines of Copenhagen's roder, fetched from the city's open WFS on demand."""

from __future__ import annotations

import json
from http.client import HTTPException
from pathlib import Path
from queue import Empty, Queue
from threading import Event, Thread
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
        the roder, or the file cannot be written; an earlier
        file stays as it is.
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
    body = _within(TIMEOUT_S, f"{url}?{urlencode(query)}")
    _check(body)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(".part")
        part.write_bytes(body)
        part.replace(target)
    except OSError as error:
        raise NotReady(f"The outlines could not be kept ({error.strerror}).") from error
    return target


def _within(seconds: float, address: str) -> bytes:
    """Return what an address answers in so many seconds, looking up its name included.

    A socket's own timeout is for each step, so a server that drips, or a name server that is
    silent, could keep us for minutes. So a thread fetches, and is left behind when time is up.
    """
    answers: Queue[bytes | NotReady] = Queue()
    given_up = Event()
    fetching = (address, seconds, given_up, answers)
    Thread(target=_fetch, args=fetching, daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except Empty:
        given_up.set()
        raise NotReady(f"The outlines did not arrive within {seconds:.0f} seconds.") from None
    if isinstance(answer, NotReady):
        raise answer
    return answer


def _fetch(address: str, seconds: float, given_up: Event, answers: Queue[bytes | NotReady]) -> None:
    """Put what an address answers, or why it does not, into the queue."""
    body = bytearray()
    try:
        with urlopen(Request(address), timeout=seconds) as answer:  # noqa: S310 - checked above
            while (chunk := answer.read1(CHUNK)) and not given_up.is_set():
                body += chunk
                if len(body) > MOST_BYTES:
                    raise NotReady(f"The outlines are larger than {MOST_BYTES // 1_000_000} MB.")
    except NotReady as error:
        answers.put(error)
    except (URLError, OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)
        why = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
        answers.put(NotReady(f"The outlines could not be fetched ({why})."))
    else:
        answers.put(bytes(body))


def _check(body: bytes) -> None:
    """Refuse an answer that is not a collection of some hundred roder."""
    try:
        features = json.loads(body)["features"]
        columns = set(features[0]["properties"])
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise NotReady("The answer was not a GeoJSON of roder.") from error
    if len(features) < FEWEST_RODER or not columns >= COLUMNS:
        raise NotReady(f"The answer had {len(features)} features with other columns than expected.")
