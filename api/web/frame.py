"""What stands around a page: who is here, where, when, and where else they may go.

A `Frame` is plain data, so that a layout can be drawn without a database or a sign-in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from fastapi import Request

from api.security.identity import Identity
from api.web.translations import DANISH, LANGUAGES, Message, _, chosen_language

WORKSPACES: Final[dict[str, Message]] = {
    "aften": _("Aften"),
    "byrum": _("Byrum"),
    "omraade": _("Område"),
    "beboere": _("Beboere"),
    "data": _("Data"),
    "administration": _("Administration"),
}
"""The workspaces in the order of the top bar; the key is the path."""

OPENED_BY: Final[dict[str, tuple[str, ...]]] = {
    "aften": ("plan.read", "assignment.read"),
    "byrum": ("project.read",),
    "omraade": ("index.read", "goal.read"),
    "beboere": ("release.read",),
    "data": ("import.read", "incident_count.read"),
    "administration": ("user.read",),
}
"""A workspace is linked for whom one of these policies lets in; its pages have their own."""

ROLES: Final[dict[str, Message]] = {
    "police": _("Politi"),
    "hotspot_chief": _("Hotspotchef"),
    "street_team": _("Gadeteam"),
    "tmf": _("Teknik- og Miljøforvaltningen"),
    "partner": _("Partner"),
    "agency": _("Forvaltning"),
    "council": _("Råd og udvalg"),
    "admin": _("Administrator"),
}

EVERY_AREA: Final = "alle"
"""The part of an address that shows a page whole, whichever hotspot area is chosen."""

DEMO: Final = _("demo: opdigtede hændelser, svar, planer og projekter")


@dataclass(frozen=True)
class Choice:
    """Something to choose in the top bar, and the address that chooses it."""

    label: str
    href: str
    current: bool = False
    key: str = ""


@dataclass(frozen=True)
class Frame:
    """Everything the layout needs besides the page itself."""

    user: str | None = None
    role: str | None = None
    municipality: str | None = None
    areas: tuple[Choice, ...] = ()
    period: str | None = None
    periods: tuple[Choice, ...] = ()
    workspaces: tuple[Choice, ...] = ()
    languages: tuple[Choice, ...] = ()
    language: str = DANISH
    carried_language: str | None = None
    csrf: str = ""
    banners: tuple[str, ...] = ()
    version: str = ""
    signs_in: bool = True

    @property
    def area(self) -> Choice | None:
        """The hotspot area that is chosen, if one is."""
        return next((area for area in self.areas if area.current), None)

    def link(self, path: str) -> str:
        """Return `path`, with the language that was asked for in the address and not stored."""
        if not self.carried_language:
            return path
        path, mark, anchor = path.partition("#")
        joint = "&" if "?" in path else "?"
        return f"{path}{joint}sprog={self.carried_language}{mark}{anchor}"


def frame_of(request: Request, *, workspace: str | None = None, bare: bool = False) -> Frame:
    """Return the frame for whoever asks.

    `bare` leaves out what depends on the address: a page that must be the same, byte for byte,
    whatever was asked for.
    """
    identity: Identity | None = getattr(request.state, "identity", None)
    query = {} if bare else dict(request.query_params)
    path = "/" if bare else request.url.path
    frame = Frame() if identity is None else _frame_of(identity, path, query, workspace)
    asked = request.query_params.get("sprog")
    language = chosen_language(asked, frame.language)
    return replace(
        frame,
        language=language,
        carried_language=language if language != frame.language else None,
        languages=tuple(
            Choice(name, _address(path, query, sprog=key), key == language, key)
            for key, name in LANGUAGES.items()
        ),
        csrf=frame.csrf or getattr(request.state, "csrf", ""),
        version=request.app.version,
        signs_in=not getattr(request.app.state, "public", False),
    )


def _frame_of(
    identity: Identity, path: str, query: Mapping[str, str], workspace: str | None
) -> Frame:
    """Read what the layout needs from who is signed in; nothing else of it is known here."""
    signed_in, caller = identity.signed_in, identity.signed_in.caller
    # who sees nothing of an area has none to choose
    areas = identity.hotspot_choices if caller.may("membership.read") else ()
    chosen = chosen_area(identity, query.get("omraade"))
    narrowed = {key: value for key, value in query.items() if key != EVERY_AREA}
    return Frame(
        user=caller.name,
        role=ROLES[caller.role],
        municipality=signed_in.municipality_name,
        areas=tuple(
            Choice(name, _address(path, narrowed, omraade=key), key == chosen, key)
            for key, name in areas
        ),
        workspaces=tuple(
            Choice(words, f"/{key}", key == workspace, key)
            for key, words in WORKSPACES.items()
            if any(caller.may(policy) for policy in OPENED_BY[key])
        ),
        language=chosen_language(caller.language),
        csrf=identity.csrf,
        banners=(DEMO,) if signed_in.is_demo else (),
    )


def chosen_area(identity: Identity, asked: str | None) -> str:
    """Return the hotspot area that is chosen; empty where several could be and none is."""
    choices = [code for code, _name in identity.hotspot_choices]
    only = choices[0] if len(choices) == 1 else ""
    return asked or identity.signed_in.chosen_hotspot or only


def _address(path: str, query: Mapping[str, str], **change: str) -> str:
    return f"{path}?{urlencode({**query, **change})}"
