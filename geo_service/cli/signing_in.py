"""`tryghed login`, `logout`, `whoami`: who acts in the commands that read or change data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from geo_service.cli.acting import password_of
from geo_service.cli.console import say
from geo_service.cli.opening import open_database
from geo_service.errors import NotSignedIn


def login(
    login: Annotated[
        str | None, typer.Argument(help="The user's login. [default: who signed in last]")
    ] = None,
    password_file: Annotated[
        Path | None,
        typer.Option(help="File with the password. [default: it is asked for]"),
    ] = None,
) -> None:
    """Sign in; commands act as this user until `logout`, for 30 days at most."""
    from datetime import UTC, datetime

    from geo_service.cli.console import operator
    from geo_service.cli.tokens import read_tokens
    from geo_service.settings import get_settings
    from geo_service.workflows.cli_sign_in import begin

    tokens = read_tokens(get_settings().state)
    name = (login or tokens.current).strip().lower()
    if not name:
        raise NotSignedIn("Say who: `tryghed login LOGIN`.")
    entered = begin(
        open_database(),
        name,
        ask=lambda: password_of(name, password_file),
        now=datetime.now(UTC),
        label=f"tryghed, {operator()}",
    )
    tokens.keep(entered.caller.login, entered.token)
    say(f"{entered.caller.login} is signed in: {entered.caller.name}.")


def logout(
    login: Annotated[
        str | None, typer.Argument(help="The user's login. [default: who acts now]")
    ] = None,
) -> None:
    """Sign out on the command line: the token ends, on the server too."""
    from datetime import UTC, datetime

    from geo_service.cli.tokens import read_tokens
    from geo_service.settings import get_settings
    from geo_service.workflows.cli_sign_in import end

    tokens = read_tokens(get_settings().state)
    name = (login or tokens.current).strip().lower()
    if name not in tokens.by_login:
        raise NotSignedIn(f"{name} is not signed in here." if name else "Nobody is signed in here.")
    end(open_database(), tokens.by_login[name], now=datetime.now(UTC))
    tokens.drop(name)
    say(f"{name} is signed out." + (f" {tokens.current} acts now." if tokens.current else ""))


def whoami() -> None:
    """Say who acts, and under which rights."""
    from datetime import UTC, datetime

    from geo_service.cli.tokens import read_tokens
    from geo_service.cli.users import in_words
    from geo_service.settings import get_settings
    from geo_service.workflows.cli_sign_in import resume
    from geo_service.workflows.sign_in import rights_of

    tokens = read_tokens(get_settings().state)
    database = open_database()
    token = tokens.by_login.get(tokens.current, "")
    found = resume(database, token, now=datetime.now(UTC)) if token else None
    if found is None or found.user_id is None:
        raise NotSignedIn("Nobody is signed in. `tryghed login LOGIN` signs you in.")
    say(f"{found.login}: {found.name}")
    for held in rights_of(database, found.user_id):
        caller = held.caller
        say(f"  {in_words(caller.role, caller.municipality, caller.hotspot_areas)}")
    others = sorted(tokens.by_login.keys() - {tokens.current})
    if others:
        say(f"also signed in: {', '.join(others)} (--as LOGIN)")
