"""Putting a page together: one file, nothing fetched, nothing run that we did not write.

The policy in the head names each inline style and script by its SHA-256; everything else is
refused by the browser, also what might have slipped through as text.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from maps import danish
from maps.base import Fragments, asset, leaflet
from maps.facts import PageFacts
from maps.text import clean, embed

TEMPLATES = Path(__file__).resolve().parent / "templates"


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        finalize=lambda value: clean(value) if type(value) is str else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["counted"] = danish.counted
    return made


def cell(*lines: object, css: str = "") -> dict[str, Any]:
    """Return a cell of a table: the first line stands out, the others explain it."""
    return {"lines": [str(line) for line in lines], "css": css}


def row(key: object, *cells: dict[str, Any], css: str = "") -> dict[str, Any]:
    """Return a row of a table; `key` is how a script finds it."""
    return {"key": str(key), "cells": list(cells), "css": css}


def fingerprint(block: str) -> str:
    """Return the source expression that allows exactly this inline block."""
    digest = hashlib.sha256(block.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def policy(*, styles: Sequence[str], scripts: Sequence[str]) -> str:
    """Return the Content-Security-Policy of a page with these inline blocks."""
    return "; ".join(
        [
            "default-src 'none'",
            "script-src " + " ".join(fingerprint(block) for block in scripts),
            "style-src " + " ".join(fingerprint(block) for block in styles),
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def render(
    name: str, *, facts: PageFacts, drawn: Fragments, data: dict[str, Any], **context: Any
) -> str:
    """Return the page `name` ('evening', 'projects', 'residents') as HTML text.

    `data` is what the script of the page reads; it must hold JSON values only.
    """
    styles = [leaflet("leaflet.css"), asset("page.css"), asset(f"{name}.css")]
    scripts = [leaflet("leaflet.js"), asset("atlas.js"), drawn.script, asset(f"{name}.js")]
    # a page that is read as a file has its line breaks made into LF before hashes are compared
    styles, scripts = ([block.replace("\r", "") for block in kind] for kind in (styles, scripts))
    return (
        _environment()
        .get_template(f"{name}.html")
        .render(
            facts=facts,
            drawn_at=danish.moment(facts.drawn_at),
            policy=policy(styles=styles, scripts=scripts),
            # our own files and Folium's output, in which no text of the data takes part
            styles=[Markup(block) for block in styles],  # noqa: S704
            scripts=[Markup(block) for block in scripts],  # noqa: S704
            map_html=Markup(drawn.html),  # noqa: S704
            data=embed(data),
            **context,
        )
    )
