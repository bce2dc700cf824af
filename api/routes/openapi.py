"""`/api/v1/openapi.json`: what the API offers, for programs and their authors."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from api.access import needs

router = APIRouter(include_in_schema=False)


@router.get("/openapi.json", dependencies=[needs("account.own")])
def read_openapi(request: Request) -> dict[str, Any]:
    """Return the description of the API."""
    described: dict[str, Any] = request.app.openapi()
    return described
