"""The description of the API: what every operation can answer, and how one signs in to it."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, BeforeValidator

SCHEME: Final = "token"
OPEN: Final = frozenset({"/livez", "/readyz"})


class Problem(BaseModel):
    """What went wrong, in a sentence."""

    detail: str


SAID: Final = Problem.model_json_schema()
PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    status: {"description": words, "content": {"application/json": {"schema": SAID}}}
    for status, words in {
        400: "The request makes no sense",
        401: "Nobody is signed in",
        404: "It does not exist, by this method or at all, or the caller may not know of it",
        408: "The request came too slowly",
        409: "Somebody else was first, or it is there already",
        413: "More was sent than is accepted",
        422: "What was sent cannot be used",
        429: "Too many requests",
        503: "The service is not ready",
    }.items()
}
"""What any operation under /api may answer besides its own."""


def describe(app: FastAPI) -> None:
    """Let the application describe itself with its sign-in; made once, at the first question."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign] # FastAPI's own way to change it


def _described(app: FastAPI) -> dict[str, Any]:
    made = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
    schemes = made.setdefault("components", {}).setdefault("securitySchemes", {})
    schemes[SCHEME] = {
        "type": "http",
        "scheme": "bearer",
        "description": "A token of `tryghed login`",
    }
    for path, operations in made["paths"].items():
        if path not in OPEN:
            for operation in operations.values():
                operation["security"] = [{SCHEME: []}]
    return made


def whole(value: Any) -> Any:
    """Return 5.0 as 5: in JSON they are the same number; everything else stays as it came."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = Annotated[int, BeforeValidator(whole)]
"""A whole number in a strict model."""
