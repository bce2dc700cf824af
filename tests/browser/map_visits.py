"""Pages of the small application, opened in a real Chromium; what is odd is written down."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page

from geo_service.settings import PROJECT_ROOT
from tests.browser.conftest import TELL_OF_VIOLATIONS

AXE = PROJECT_ROOT / "node_modules" / "axe-core" / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ALARM = "window.hit = undefined; window.alert = () => { window.hit = 1; };"


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """Serve an application on loopback, at a port of its own."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    ready = threading.Event()
    started = server.startup

    async def startup(*arguments: Any, **named: Any) -> None:
        await started(*arguments, **named)
        ready.set()

    server.startup = startup  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert ready.wait(30)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(30)


@dataclass
class MapVisit:
    """An opened page, what it asked for elsewhere, and what it complained about."""

    page: Page
    app: FastAPI
    foreign: list[str]
    complaints: list[str]

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def focused(self) -> str:
        return str(self.page.evaluate("document.activeElement.innerText ?? ''"))

    def axe(self) -> list[str]:
        """Return the violations that axe finds in the page, by rule and node."""
        # by the debugger and not as a script of the page: the policy would refuse that, rightly
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate(
            "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", AXE_TAGS
        )
        return [
            f"{one['id']}: {node['html'][:160]} {node['failureSummary']}"
            for one in found["violations"]
            for node in one["nodes"]
        ]

    def quiet(self) -> None:
        """Fail if anything ran, asked elsewhere, complained or broke the policy."""
        assert self.page.evaluate("window.hit") is None
        assert self.foreign == []
        assert self.complaints == []
        assert self.app.state.reports == []


Open = Callable[..., MapVisit]


@contextmanager
def opener(chromium: Browser, app: FastAPI) -> Iterator[Open]:
    """Yield a function that opens a path of the application at a width."""
    contexts = []
    with served(app) as address:

        def _open(path: str = "/", *, width: int = 1440, dark: bool = False) -> MapVisit:
            phone = width < 1000
            context = chromium.new_context(
                viewport={"width": width, "height": 844 if phone else 900},
                has_touch=phone,
                is_mobile=phone,
                color_scheme="dark" if dark else "light",
                reduced_motion="reduce",
            )
            contexts.append(context)
            context.add_init_script(TELL_OF_VIOLATIONS + ALARM)
            page = context.new_page()
            visit = MapVisit(page, app, [], [])
            page.on(
                "request",
                lambda request: (
                    None
                    if request.url.startswith((address, "data:"))
                    else visit.foreign.append(request.url)
                ),
            )
            page.on(
                "console",
                lambda message: (
                    visit.complaints.append(message.text)
                    if message.type in {"error", "warning"}
                    else None
                ),
            )
            page.on("pageerror", lambda error: visit.complaints.append(str(error)))
            page.goto(address + path)
            page.wait_for_selector("html[data-maps=ready]")
            return visit

        yield _open
        for context in contexts:
            context.close()
