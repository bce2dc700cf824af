"""A process of its own that reads one sheet of a workbook: bytes in, JSON out.

A small file can unpack to a large one, hold two cells that are a million rows apart, or define
entities that grow. Here it can only take down this process, which has bounds for memory, CPU
time and files and no network. Only the parts that the reader needs are handed to it, unpacked
and counted by us, so that it never trusts what the archive says of itself.

Started as `python -m geo_service.importing.sheet_worker SECONDS`. On standard input: one line of
JSON, the name of the sheet or null for the first, then the file. On standard output: a JSON list
of rows of text. Other exit codes than 0 are those below.
"""

from __future__ import annotations

import io
import json
import sys
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Final

from geo_service.importing.basemap_worker import leave_the_network
from geo_service.importing.repair_worker import confine

MEMORY_BYTES: Final = 600_000_000
MOST_ENTRIES: Final = 500
MOST_UNPACKED_BYTES: Final = 40_000_000
MOST_ROWS: Final = 5_000
MOST_COLUMNS: Final = 60
MOST_CHARACTERS: Final = 500

NOT_A_SHEET: Final = 3
TOO_LARGE: Final = 4
ENTITIES: Final = 5
NO_SUCH_SHEET: Final = 6

_PARTS: Final = (".xml", ".rels")
_CHUNK: Final = 1_000_000
_SECONDS_OF_ROUNDING: Final = 1  # a spreadsheet keeps 18.20 as a fraction of a day


class Refused(Exception):
    """The file is not read; `code` says why."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


def repacked(content: bytes) -> bytes:
    """Return the workbook with its XML parts alone, unpacked under a limit.

    Raises
    ------
    Refused
        If it is no archive, has too many or too large parts, is encrypted, or defines entities.
    """
    out = io.BytesIO()
    left = MOST_UNPACKED_BYTES
    with (
        zipfile.ZipFile(io.BytesIO(content)) as archive,
        zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as clean,
    ):
        parts = archive.infolist()
        names = [part.filename for part in parts]
        if len(parts) > MOST_ENTRIES:
            raise Refused(TOO_LARGE)
        if len(set(names)) < len(names) or any(part.flag_bits & 1 for part in parts):
            raise Refused(NOT_A_SHEET)
        for part in parts:
            if not part.filename.endswith(_PARTS):
                continue
            text = _unpacked(archive, part, left)
            left -= len(text)
            if b"<!DOCTYPE" in text or b"<!ENTITY" in text or b"\x00" in text:
                raise Refused(ENTITIES)
            clean.writestr(part.filename, text)
    return out.getvalue()


def rows_of_sheet(content: bytes, sheet: str | None) -> list[list[str]]:
    """Return the rows of a sheet, or of the first, as text; row 1 of the sheet comes first.

    Raises
    ------
    Refused
        If there is no such sheet, or it is too large.
    """
    from python_calamine import CalamineWorkbook

    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    names = workbook.sheet_names
    if not names or (sheet is not None and sheet not in names):
        raise Refused(NO_SUCH_SHEET)
    found = workbook.get_sheet_by_name(sheet or names[0])
    last_row, last_column = found.end or (0, 0)  # counted from 0
    if last_row >= MOST_ROWS or last_column >= MOST_COLUMNS:
        raise Refused(TOO_LARGE)
    rows = found.to_python(skip_empty_area=False)
    return [[as_text(cell) for cell in row] for row in rows]


def as_text(cell: object) -> str:
    """Return a cell as a person would type it: `27-11-2026`, `18:00`, `14`."""
    if isinstance(cell, datetime):
        midnight = datetime.combine(cell.date(), time())
        rest = cell - midnight
        return f"{cell:%d-%m-%Y}" + (f" {_clock(rest)}" if rest else "")
    if isinstance(cell, date):
        return f"{cell:%d-%m-%Y}"
    if isinstance(cell, time):
        return _clock(timedelta(hours=cell.hour, minutes=cell.minute, seconds=cell.second))
    if isinstance(cell, timedelta):
        return _clock(cell)
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)[:MOST_CHARACTERS]


def _clock(length: timedelta) -> str:
    seconds = round(length.total_seconds())
    minutes = round(seconds / 60)
    if abs(minutes * 60 - seconds) > _SECONDS_OF_ROUNDING:
        return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo, limit: int) -> bytes:
    """Return a part, counted as it comes and not as the archive says."""
    pieces, size = [], 0
    with archive.open(part) as stream:
        while piece := stream.read(_CHUNK):
            size += len(piece)
            if size > limit:
                raise Refused(TOO_LARGE)
            pieces.append(piece)
    return b"".join(pieces)


def main() -> int:
    """Read the workbook on standard input."""
    confine(int(sys.argv[1]), memory_bytes=MEMORY_BYTES)
    leave_the_network()
    sheet: str | None = json.loads(sys.stdin.buffer.readline())
    try:
        rows = rows_of_sheet(repacked(sys.stdin.buffer.read()), sheet)
    except Refused as refused:
        return refused.code
    except (zipfile.BadZipFile, EOFError, NotImplementedError):
        return NOT_A_SHEET
    sys.stdout.write(json.dumps(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
