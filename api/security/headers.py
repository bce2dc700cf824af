"""What every answer tells the browser to refuse: other hosts, frames, guessing, keeping."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def permissions(*, geolocation: bool = False) -> str:
    """Return what a page of ours may ask of the device: nothing, or its position alone."""
    return (
        "accelerometer=(), camera=(), display-capture=(), "
        f"geolocation=({'self' if geolocation else ''}), gyroscope=(), "
        "magnetometer=(), microphone=(), payment=(), usb=()"
    )


ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    # not "no-referrer": a form would then be sent with `Origin: null`, which proves nothing
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": permissions(),
    "X-Permitted-Cross-Domain-Policies": "none",
}
A_YEAR: Final = "max-age=31536000"
FRAMED: Final = "/kort/"
"""Drawn map files, which our own pages may frame; each brings the policy of its hashes along."""

SHOWN: Final = (200, 206, 304)


def content_policy(nonce: str | None = None) -> str:
    """Return the content policy of our pages, with a nonce where a page has a script of its own."""
    script = f"'self' 'nonce-{nonce}'" if nonce else "'self'"
    return (
        f"default-src 'none'; script-src {script}; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )


def add_headers(scope: Scope, headers: MutableHeaders, *, status: int = 500) -> None:
    """Add the headers that an answer has not set itself."""
    app = scope["app"]
    for name, value in ALWAYS.items():
        headers.setdefault(name, value)
    if (app.state.settings.origin or "").startswith("https://"):
        headers.setdefault("Strict-Transport-Security", A_YEAR)
    if scope["path"].startswith(FRAMED) and status in SHOWN:
        headers.setdefault("Content-Security-Policy", "frame-ancestors 'self'")
        headers.setdefault("X-Frame-Options", "SAMEORIGIN")
    else:
        nonce = scope.get("state", {}).get("nonce")
        headers.setdefault("Content-Security-Policy", content_policy(nonce))
        headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Cache-Control", "no-cache" if app.state.public else "no-store")


class SecurityHeaders:
    """The middleware; outside of all others, so that their answers carry the headers too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, and add the headers at the begin of the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                add_headers(scope, MutableHeaders(scope=message), status=message["status"])
            await send(message)

        await self.app(scope, receive, with_headers)
