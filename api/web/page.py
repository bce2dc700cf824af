"""From a template to an answer: `render` is the one way to make a page.

The environment escapes everything, knows no undefined name, and speaks one language; there is
one per language. No template carries a style or a script of its own.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from functools import cache, partial
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from api.web.backgrounds import backgrounds_of
from api.web.formats import FILTERS
from api.web.frame import Choice, Frame, frame_of
from api.web.statics import THEME_STYLE, static_path, theme_of
from api.web.translations import shown, texts_of
from maps.inpage import MapPanel

AT_WORK = frozenset({"aften", "byrum", "omraade", "data", "administration"})


@cache
def environment(language: str) -> Environment:
    """Return the templates in `language`."""
    made = Environment(
        loader=PackageLoader("api"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        finalize=lambda value: shown(value, language),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.policies["ext.i18n.trimmed"] = True
    made.globals.update(texts_of(language))
    made.extend(newstyle_gettext=True)  # `{% trans %}` hands its variables over by name
    made.filters.update(FILTERS[language])
    made.globals.update(slot=FILTERS[language]["slot"], hours=FILTERS[language]["hours"])
    return made


def render(
    request: Request,
    template: str,
    *,
    title: str,
    workspace: str | None = None,
    status: int = 200,
    period: str | None = None,
    periods: tuple[Choice, ...] = (),
    **context: Any,
) -> HTMLResponse:
    """Return the page that `template` makes for whoever asks.

    Parameters
    ----------
    title
        Heading of the page and first part of its window title.
    workspace
        Key of the workspace the page belongs to, None for pages outside of them.
    period, periods
        What the top bar says about time, and what else can be chosen there.
    context
        What the template reads. Known to the layout: `crumbs` (pairs of label and address),
        `notices` (of `Notice`), `density` ("work" or "notice"; by default the workspace's),
        `wide` (True: the page may use the whole width).
    """
    frame = replace(frame_of(request, workspace=workspace), period=period, periods=periods)
    body = page_text(request, template, frame, title=title, workspace=workspace, **context)
    caching = "no-store" if frame.user or frame.csrf else "no-cache"
    return HTMLResponse(body, status_code=status, headers={"Cache-Control": caching})


def page_text(request: Request, template: str, frame: Frame, *, title: str, **context: Any) -> str:
    """Return the text of a page within a given frame; its maps may have a background map."""
    workspace = context.get("workspace")
    theme = theme_of(request)
    known: dict[str, Any] = {
        "crumbs": (),
        "notices": getattr(request.state, "notices", ()),
        "density": "work" if workspace in AT_WORK else "notice",
        "wide": False,
        "nonce": getattr(request.state, "nonce", None),
        "static": partial(static_path, theme=theme),
        "theme": THEME_STYLE if theme else None,
    }
    maps = {
        key: one.over(backgrounds_of(request, frame.language))
        for key, one in context.items()
        if isinstance(one, MapPanel)
    }
    made = environment(frame.language).get_template(template)
    return made.render(known | context | maps, frame=frame, title=title)


def nonce_of(request: Request) -> str:
    """Return this answer's nonce, made when first asked for; the policy header names it too."""
    if getattr(request.state, "nonce", None) is None:
        request.state.nonce = secrets.token_urlsafe(16)
    found: str = request.state.nonce
    return found
