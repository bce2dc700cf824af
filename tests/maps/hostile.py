"""Texts that try to run, and frames full of them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tests.maps import frames

HOSTILE = (
    "<script>window.hit=1</script>",
    "${window.hit=1}",
    "`+(window.hit=1)+`",
    "</script><script>window.hit=1</script>",
    "{{7*7}}",
    '"><img src=x onerror="window.hit=1">',
    "'-(window.hit=1)-'",
    "\\u003cb\\u003e\u2028window.hit=1",
)


def poisoned(taken: dict[str, Any]) -> dict[str, Any]:
    """Put a hostile text into every free text of every frame; codes and fixed words stay."""
    fixed = {
        "slots": [],
        "plan": ["agency", "area_code"],
        "need": ["area_code"],
        "coverage": ["code", "kind"],
        "projects": ["code", "status"],
        "funding": ["project_code"],
        "actions": ["project_code"],
        "counts": ["area_code"],
    }
    given = dict(taken)
    turn = 0
    for key, frame in given.items():
        if not isinstance(frame, pd.DataFrame) or key in {"need", "density_values"}:
            continue
        changed = frame.copy()
        for column in frame.columns:
            text = pd.api.types.is_string_dtype(frame[column]) and column != "geometry"
            if not text or column in fixed.get(key, ["code"]) or column == "hidden":
                continue
            words = list(dict.fromkeys(frame[column].dropna()))
            to = {}
            for word in words:
                to[word] = f"{HOSTILE[turn % len(HOSTILE)]} {turn}"
                turn += 1
            changed[column] = frame[column].map(to)
        given[key] = changed
    bad = HOSTILE[0] + HOSTILE[1] + HOSTILE[5]
    given["facts"] = frames.facts(
        municipality=bad, place=bad, period=bad, sources=HOSTILE, outline=bad, notes=HOSTILE
    )
    if "finding" in given:
        given |= {"finding": " ".join(HOSTILE), "measure": bad}
    assert turn > 5
    return given
