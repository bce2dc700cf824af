"""A table as a CSV that a spreadsheet opens, and no browser or proxy keeps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fastapi.responses import Response

from geo_service.domain.spreadsheets import csv_text


def csv_answer(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Return the answer that carries a table.

    Parameters
    ----------
    name
        File name without ending: ASCII.
    header, rows
        As for `spreadsheets.csv_text`, which lets no cell be a formula.
    """
    return Response(
        csv_text(header, rows),
        media_type="text/csv; charset=utf-8",
        headers={
            "Cache-Control": "no-store",
            "Content-Disposition": f'attachment; filename="{name}.csv"',
        },
    )
