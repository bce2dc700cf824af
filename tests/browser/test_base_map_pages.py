"""The three maps as files, with a base map beneath: named, quiet, whole without a network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from maps.evening import evening_page
from maps.projects import projects_page
from maps.residents import residents_page
from tests.browser.conftest import Visit
from tests.maps import frames, panels
from tests.maps.hostile import HOSTILE

pytestmark = pytest.mark.browser

PAGES = [
    (evening_page, frames.evening),
    (projects_page, frames.project_page),
    (residents_page, frames.resident_page),
]


@pytest.mark.parametrize(("draw", "takes"), PAGES)
@pytest.mark.parametrize("dark", [False, True])
def test_a_page_shows_its_base_map(
    visit: Callable[..., Visit],
    tmp_path: Path,
    draw: Callable[..., str],
    takes: Callable[[], dict[str, Any]],
    dark: bool,
) -> None:
    path = tmp_path / "kort.html"
    path.write_text(draw(**takes(), base_layers=panels.ground()), encoding="utf-8")
    seen = visit(path, dark=dark)
    for kind in ("water", "green", "road", "main-road", "railway", "veil"):
        assert seen.page.locator(f"path.{kind}").count() == (2 if kind == "road" else 1), kind
    names = seen.page.locator(".base-name").all_inner_texts()
    assert {"Hovedgaden", "Parken"} >= {name for name in names if name}
    assert len(names) == 2
    turned = seen.page.locator(".base-name.road .body").evaluate("node => node.style.rotate")
    assert turned.endswith("deg")
    assert seen.foreign == []
    assert seen.complaints == []


@pytest.mark.parametrize(("draw", "takes"), PAGES)
def test_names_of_a_base_map_never_run(
    visit: Callable[..., Visit],
    tmp_path: Path,
    draw: Callable[..., str],
    takes: Callable[[], dict[str, Any]],
) -> None:
    path = tmp_path / "kort.html"
    short = [text for text in HOSTILE if len(text) <= 20]
    assert len(short) >= 3
    for text in short:
        path.write_text(draw(**takes(), base_layers=panels.ground(text, text)), encoding="utf-8")
        seen = visit(path)
        assert seen.page.evaluate("window.hit") is None
        assert seen.page.locator(".base-name").first.text_content() == text
        assert seen.complaints == []
