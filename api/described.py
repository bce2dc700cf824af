"""The description of the API: what every operation can answer, and how one signs in to it."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, BeforeValidator, Field

SCHEME: Final = "token"
OPEN: Final = frozenset({"/livez", "/readyz"})


class FieldFault(BaseModel):
    """A field that cannot be used: where it is, and a code that never changes."""

    at: str
    code: str


class Problem(BaseModel):
    """What went wrong: a sentence in the language asked for, and a code that never changes."""

    detail: str = Field(
        description="For people, in the language of `Accept-Language`: da (the default) or en."
    )
    code: Literal[
        "bad_request",
        "not_signed_in",
        "stale_form",
        "not_found",
        "too_slow",
        "conflict",
        "already_exists",
        "unsafe_to_publish",
        "too_large",
        "invalid",
        "too_many",
        "fault",
        "not_ready",
    ]
    fields: list[FieldFault] = []
    """Of 422 and 409: the fields it lies in, where it lies in some."""


def _written_out(model: type[BaseModel]) -> dict[str, Any]:
    """Return the schema of a model with what it refers to in its place."""
    schema = model.model_json_schema()
    parts = schema.pop("$defs", {})

    def placed(node: Any) -> Any:
        if isinstance(node, dict):
            if "$ref" in node:
                return placed(parts[node["$ref"].rpartition("/")[2]])
            return {key: placed(one) for key, one in node.items()}
        return [placed(one) for one in node] if isinstance(node, list) else node

    written: dict[str, Any] = placed(schema)
    return written


SAID: Final = _written_out(Problem)
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
