"""The command line: one Typer app, `tryghed …`."""
