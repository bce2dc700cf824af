"""Pages for paper, as PDF: written by WeasyPrint, which is given no way to any file or host."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from fastapi.responses import Response
from markupsafe import Markup

from api.web.page import environment
from api.web.translations import DANISH

STYLE: Final = Path(__file__).resolve().parent / "static" / "sheet.css"
SIZES_PT: Final = (10.0, 9.0, 8.0, 7.0)
"""Sizes of the letters, tried from the largest until the paper is one page."""


def pdf_answer(template: str, name: str, *, title: str, **context: Any) -> Response:
    """Return the answer that carries a paper; never kept by a browser or a proxy.

    Parameters
    ----------
    template
        Below `templates/paper/`.
    name
        File name without ending.
    """
    return Response(
        pdf(template, title=title, **context),
        media_type="application/pdf",
        headers={
            "Cache-Control": "no-store",
            "Content-Disposition": f'inline; filename="{name}.pdf"',
        },
    )


def pdf(template: str, *, title: str, **context: Any) -> bytes:
    """Return a paper as PDF: Danish, A4, on one page if letters that can be read allow it."""
    written: bytes = laid_out(template, title=title, **context).write_pdf()
    return written


def laid_out(template: str, *, title: str, **context: Any) -> Any:
    """Return a paper as WeasyPrint lays it out, with its `pages`."""
    from weasyprint import HTML

    page = environment(DANISH).get_template(f"paper/{template}")
    for size in SIZES_PT:
        text = page.render(title=title, style=_style(size), **context)
        document = HTML(string=text, url_fetcher=_nothing, base_url=None).render()
        if len(document.pages) == 1:
            break
    return document


def _style(size_pt: float) -> Markup:
    body = f"html {{ font: {size_pt}pt 'DejaVu Sans', sans-serif; }} body {{ margin: 0; }}"
    return Markup(body + STYLE.read_text(encoding="utf-8"))  # noqa: S704 - our own file


def _nothing(*_asked: object, **_named: object) -> Any:
    """Refuse to fetch: a paper holds all that it shows."""
    raise ValueError("A paper fetches nothing.")
