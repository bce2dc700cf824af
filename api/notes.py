"""What is wrong with a question that a program may well ask, said beside an empty answer.

A period that ends before it begins holds nothing: that is no fault of the request, but whoever
wrote it wants to know. A request that breaks the description is refused (`api/problems.py`).
"""

from __future__ import annotations

from typing import Final

from fastapi import Request

from api.web.translations import accepted_language, shown
from geo_service.errors import InvalidInput

NOTES: Final = (
    "What is wrong with the question, in the language of `Accept-Language`: nothing was looked for "
    "then, and the answer is empty. So of a period that ends before it begins."
)


def note_for(request: Request, wrong: InvalidInput) -> str:
    """Return what is wrong, in the language that the program asks for."""
    return str(shown(wrong.words, accepted_language(request.headers.get("accept-language", ""))))
