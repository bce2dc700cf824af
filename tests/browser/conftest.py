"""A real Chromium for tests of pages, with ears for everything that a page should not do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TELL_OF_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
});
"""


@dataclass
class Visit:
    """An opened page, what it asked for from elsewhere and what it complained about."""

    page: Page
    foreign: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One headless Chromium for the whole run."""
    if not CHROMIUM.exists():
        pytest.fail(f"{CHROMIUM} is missing: apt-get install chromium")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[..., Visit]]:
    """Open a file or an address at a given width; everything odd that happens is written down."""
    contexts = []

    def _open(
        place: Path | str,
        *,
        width: int = 1440,
        scripts: bool = True,
        dark: bool = False,
    ) -> Visit:
        address = place if isinstance(place, str) else place.as_uri()
        parts = urlsplit(address)
        home = f"{parts.scheme}://{parts.netloc}/"
        context = chromium.new_context(
            viewport={"width": width, "height": 900 if width > 1000 else 844},
            has_touch=width < 1000,
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
        )
        contexts.append(context)
        page = context.new_page()
        seen = Visit(page)
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith(("file:", "data:", home))
                else seen.foreign.append(request.url)
            ),
        )
        page.on(
            "console",
            lambda message: (
                seen.complaints.append(message.text)
                if message.type in {"warning", "error"}
                else None
            ),
        )
        page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        page.on("dialog", lambda dialog: (seen.complaints.append("dialog"), dialog.dismiss()))
        if scripts:
            page.add_init_script(TELL_OF_VIOLATIONS)
        page.goto(address)
        return seen

    yield _open
    for context in contexts:
        context.close()
