"""How options are read: days, kinds with columns, areas by kind and code; each with its cure."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from typer._click.core import Context
    from typer._click.formatting import HelpFormatter

    from geo_service.importing.basemap import Layer


MOST_LETTERS = 200


class WholeSentences(TyperGroup):
    """A group of commands whose page says of each what it does, on two lines if need be."""

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the commands, none cut in the middle of its sentence."""
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [(name, one.get_short_help_str(MOST_LETTERS)) for name, one in commands if one]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


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


def basemap_layer(text: str) -> Layer:
    """Read road=vejklasser:vejnavn:vejklasse."""
    from geo_service.domain.basemap import BASEMAP_KINDS
    from geo_service.importing.basemap import Layer

    kind, _, rest = text.partition("=")
    layer, name, classes = [*rest.split(":"), "", ""][:3]
    if kind not in BASEMAP_KINDS or not layer:
        raise typer.BadParameter(
            f"{text!r}: write a kind ({', '.join(BASEMAP_KINDS)}) and a layer, as water=soer."
        )
    return Layer(kind, layer, name or None, classes or None)
