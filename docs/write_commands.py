"""Writes `docs/commands.md`: every command and every option, as the program itself tells them.

A page written by hand is wrong after the first change. `tests/test_docs.py` compares the page
with what `render` returns, so it cannot fall behind. From the project's folder:

    .venv/bin/python -m docs.write_commands
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

import typer.main

from geo_service.cli.main import app

PAGE = Path(__file__).with_name("commands.md")
HEAD = """# Commands

Every command and option, written by `docs/write_commands.py` from the program itself: do not
change this page by hand. `./tryghed COMMAND --help` shows the same.

Results go to stdout, progress and complaints to stderr. The exit code is 0 when all went well,
1 when something did not, and 2 when the command line was not understood.
"""
VALUES = {int: "NUMBER", float: "SHARE", str: "TEXT", Path: "PATH", date: "DAY", list[str]: "TEXT"}


def leaves(command: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Yield every command that does something, as `areas import`, in alphabetical order."""
    command = command or typer.main.get_command(app)
    if not hasattr(command, "commands"):
        yield " ".join(path), command
        return
    for name in sorted(command.commands):
        yield from leaves(command.commands[name], (*path, name))


def render() -> str:
    """Return the page."""
    parts = [HEAD, "## For every command", _options(typer.main.get_command(app).params)]
    for name, command in leaves():
        arguments = [p for p in command.params if p.param_type_name == "argument"]
        options = [p for p in command.params if p.param_type_name == "option"]
        needed = [_option(one) for one in options if one.required]
        usage = " ".join(["./tryghed", name, *map(_argument, arguments), *needed])
        parts += [f"## tryghed {name}", _first_paragraph(command.help), f"    {usage}"]
        parts.append("\n".join(f"- `{_argument(one)}`: {_help(one)}" for one in arguments))
        if options:
            parts.append(_options(options))
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"


def _options(options: list[Any]) -> str:
    lines = ["| option | what it does |", "|---|---|"]
    lines += [f"| `{_option(one)}` | {_help(one)} |" for one in options]
    return "\n".join(lines)


def _argument(argument: Any) -> str:
    return str(argument.metavar or argument.name.upper())


def _option(option: Any) -> str:
    value = "" if option.is_flag else f" {_value(option)}"
    return "/".join([*option.opts, *option.secondary_opts]) + value


def _value(option: Any) -> str:
    """Return what is written after an option; a kind of value that has no word is an error."""
    kind = option.type_descriptor.annotation
    return "WORD" if isinstance(kind, type) and issubclass(kind, Enum) else VALUES[kind]


def _help(parameter: Any) -> str:
    said = [str(parameter.help).replace("|", "\\|")]
    kind = parameter.type_descriptor.annotation
    if isinstance(kind, type) and issubclass(kind, Enum):
        said.append(f"One of {', '.join(f'`{word.value}`' for word in kind)}.")
    if parameter.param_type_name == "option" and parameter.required:
        said.append("Required.")
    if parameter.default not in (None, False) and "[default:" not in said[0]:
        said.append(f"[default: {parameter.default}]")
    return " ".join(said)


def _first_paragraph(text: str) -> str:
    return " ".join(text.strip().split("\n\n")[0].split())


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
