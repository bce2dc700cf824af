"""How options are read: days, kinds with columns, areas by kind and code; each with its cure."""

from __future__ import annotations

from datetime import date

import typer


def day(text: str) -> date:
    """Read 2026-11-23."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not a day; write 2026-11-23.") from error


def kind_and_column(text: str) -> tuple[str, str]:
    """Read district=distrikt_nr."""
    kind, _, column = text.partition("=")
    if not column:
        raise typer.BadParameter(f"{text!r}: write a kind and a column, as district=distrikt_nr.")
    _known_kind(kind)
    return kind, column


def kind_and_code(text: str) -> tuple[str, str]:
    """Read rode:157."""
    kind, _, code = text.partition(":")
    if not code:
        raise typer.BadParameter(f"{text!r}: write a kind and a code, as rode:157.")
    _known_kind(kind)
    return kind, code


def area_kind(text: str) -> str:
    """Read a kind of area."""
    _known_kind(text)
    return text


def _known_kind(kind: str) -> None:
    from geo_service.domain.vocabulary import AREA_KINDS

    if kind not in AREA_KINDS:
        raise typer.BadParameter(f"{kind!r} is no kind of area; choose {', '.join(AREA_KINDS)}.")
