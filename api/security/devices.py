"""What a browser is called in the list of sessions: a few known words, never what it sent."""

from __future__ import annotations

from typing import Final

BROWSERS: Final = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS: Final = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device_of(user_agent: str) -> str | None:
    """Return for example `Firefox, Windows`; None if nothing in it is known."""
    found = [
        next((name for mark, name in known if mark in user_agent), None)
        for known in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(filter(None, found)) or None
