"""A sheet of an Excel workbook as rows of text, read in another process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Final

from geo_service.errors import InvalidInput
from geo_service.importing.sheet_worker import (
    ENTITIES,
    MOST_COLUMNS,
    MOST_ROWS,
    NO_SUCH_SHEET,
    NOT_A_SHEET,
    TOO_LARGE,
)
from geo_service.settings import PROJECT_ROOT

READ_SECONDS: Final = 20
MAX_SHEET_BYTES: Final = 10_000_000
ZIP_MAGIC: Final = b"PK\x03\x04"
OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0"


def is_workbook(content: bytes) -> bool:
    """Tell whether bytes look like a workbook, by how they begin and not by a file's name."""
    return content.startswith((ZIP_MAGIC, OLE_MAGIC))


def read_sheet(content: bytes, *, file: str, sheet: str | None = None) -> list[list[str]]:
    """Return the rows of a sheet as text, the first row of the sheet first.

    Parameters
    ----------
    content
        An .xlsx file.
    file
        Its name, for messages.
    sheet
        Name of the sheet; the first without it.

    Raises
    ------
    InvalidInput
        If it is no .xlsx file, has no such sheet, is too large, or its reading failed.
    """
    if content.startswith(OLE_MAGIC):
        raise InvalidInput(
            f"{file} er et gammelt eller krypteret regneark. Gem det som .xlsx uden adgangskode."
        )
    if not content.startswith(ZIP_MAGIC):
        raise _not_a_workbook(file)
    if len(content) > MAX_SHEET_BYTES:
        raise _too_large(file)
    command = [sys.executable, "-m", "geo_service.importing.sheet_worker", str(READ_SECONDS)]
    try:
        done = subprocess.run(
            command,
            input=json.dumps(sheet).encode() + b"\n" + content,
            capture_output=True,
            timeout=READ_SECONDS,
            check=False,
            cwd=PROJECT_ROOT,
            env={"PATH": os.defpath, "OPENBLAS_NUM_THREADS": "1", "LANG": "C.UTF-8"},
        )
    except subprocess.TimeoutExpired as error:
        raise InvalidInput(f"{file} kunne ikke læses på {READ_SECONDS} sekunder.") from error
    if done.returncode:
        raise _refusal(done.returncode, file)
    rows = json.loads(done.stdout)
    return [[str(cell) for cell in row] for row in rows]


def _refusal(code: int, file: str) -> InvalidInput:
    if code == NOT_A_SHEET:
        return _not_a_workbook(file)
    if code == TOO_LARGE:
        return _too_large(file)
    if code == ENTITIES:
        return InvalidInput(
            f"{file} definerer egne tegn (DTD) og læses ikke. Gem den igen i Excel."
        )
    if code == NO_SUCH_SHEET:
        return InvalidInput(f"{file} har ikke det ark, der blev bedt om.")
    return InvalidInput(
        f"{file} kunne ikke læses: filen er beskadiget, eller den er for stor for læseren."
    )


def _not_a_workbook(file: str) -> InvalidInput:
    return InvalidInput(f"{file} er ikke et regneark. Gem vagtplanen som .xlsx.")


def _too_large(file: str) -> InvalidInput:
    return InvalidInput(
        f"{file} er for stor: en vagtplan har højst {MOST_ROWS} rækker og {MOST_COLUMNS} kolonner."
    )
