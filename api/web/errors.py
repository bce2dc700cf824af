"""Error pages: what happened, and what to do now.

For one status there is one page: a forbidden thing and a missing one give the same bytes, so
nothing of the address or of the error's own text stands on them. Only 409, 413 and 422, where
somebody sent something, may add a sentence about it.
"""

from __future__ import annotations

from typing import Final

from fastapi import Request
from fastapi.responses import HTMLResponse

from api.web.frame import frame_of
from api.web.page import page_text
from api.web.translations import Message, _

WORDS: Final[dict[int, tuple[Message, Message, Message]]] = {
    400: (
        _("Forespørgslen kunne ikke forstås"),
        _("Adressen eller det, der blev sendt, hænger ikke sammen."),
        _("Gå tilbage, og prøv igen fra siden, du kom fra."),
    ),
    403: (
        _("Formularen er for gammel"),
        _("Siden har stået åben for længe, eller du er logget ud i et andet vindue. "
          "Intet er gemt."),
        _("Genindlæs siden, og send formularen igen."),
    ),
    404: (
        _("Siden findes ikke"),
        _("Der er ikke noget på denne adresse, som du kan se."),
        _("Se efter, om adressen er skrevet rigtigt. Mener du, at du skal kunne se siden, "
          "så spørg din administrator."),
    ),
    409: (
        _("Det kan ikke lade sig gøre nu"),
        _("Det, du ville ændre, er ikke længere, som da du åbnede siden. Intet er gemt."),
        _("Genindlæs siden, se hvad der er ændret, og prøv igen."),
    ),
    413: (
        _("Filen er for stor"),
        _("Der blev sendt mere, end siden tager imod. Intet er gemt."),
        _("Del filen op, og send delene hver for sig."),
    ),
    422: (
        _("Noget er udfyldt forkert"),
        _("Det, der blev sendt, kan ikke bruges. Intet er gemt."),
        _("Gå tilbage, ret det, og send igen."),
    ),
    429: (
        _("For mange forsøg på kort tid"),
        _("Siden har fået flere forespørgsler fra dig, end den svarer på."),
        _("Vent et minut, og prøv igen."),
    ),
    500: (
        _("Noget gik galt hos os"),
        _("Det er en fejl i programmet, ikke i det, du gjorde. Intet er gemt, "
          "og fejlen er skrevet ned."),
        _("Prøv igen om lidt. Bliver det ved, så fortæl din administrator, "
          "hvad du gjorde, og hvad klokken var."),
    ),
    503: (
        _("Tjenesten er ikke klar"),
        _("Noget, som siden bygger på, svarer ikke lige nu. Intet er gået tabt."),
        _("Prøv igen om et par minutter."),
    ),
}  # fmt: skip
TELLS_MORE: Final = frozenset({409, 413, 422})


def error_page(
    request: Request, status: int, *, detail: str | None = None, retry_after: int | None = None
) -> HTMLResponse:
    """Return the page for a status; one we have no words for is told as 404 or 500.

    `detail` is a sentence about what was sent; it is shown for 409, 413 and 422 only.
    `retry_after` is in seconds.
    """
    known = status if status in WORDS else 404 if status < 500 else 500  # noqa: PLR2004
    title, happened, now = WORDS[known]
    body = page_text(
        request,
        "error.html",
        frame_of(request, bare=True),
        title=title,
        workspace=None,
        happened=happened,
        now=now,
        detail=detail if known in TELLS_MORE else None,
        was_sent=request.method not in ("GET", "HEAD"),  # who sent a form is told first
        notices=(),
    )
    headers = {"Cache-Control": "no-store"}
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    return HTMLResponse(body, status_code=status, headers=headers)
