"""axe-core on a page: every rule of WCAG 2.0, 2.1, 2.2 (A, AA) and its best practices, none off."""

from __future__ import annotations

from functools import cache
from typing import Any

from playwright.sync_api import Page

from geo_service.settings import PROJECT_ROOT

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
RUN = """tags => axe.run(document, {
  runOnly: {type: "tag", values: tags}, resultTypes: ["violations"],
})"""


@cache
def _source() -> str:
    return (PROJECT_ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """Return one line for each element that breaks a rule; empty for a clean page.

    axe is evaluated by the browser's own debugger, which the page's policy does not bind: the
    policy stays as strict as it is for everybody.
    """
    page.evaluate(f"() => {{ {_source()} }}")
    found: dict[str, Any] = page.evaluate(RUN, list(TAGS))
    assert found["testEngine"]["name"] == "axe-core"
    assert len(found["passes"]) > 0, "no rule has run"
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
