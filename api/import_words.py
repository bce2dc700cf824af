"""What pages and API say of files: names that may be shown, and the words of our form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from api.web.translations import Message, _
from geo_service.domain import vocabulary as words
from geo_service.domain.callers import Caller
from geo_service.importing.incidents import ADD_COLUMN
from geo_service.storage.tables import ImportBatch

INCIDENTS: Final = "incidents"
KIND_WORDS: Final[Mapping[str, Any]] = {
    INCIDENTS: _("hændelser"),
    **{f"areas:{key}": word for key, word in words.AREA_KINDS.items()},
}
SAID: Final[Mapping[str, Message]] = {
    str(text): text
    for text in (
        _("Læser og kontrollerer filen"),
        _("Finder roden til hver hændelse"),
        _("Gemmer hændelserne"),
        _("Tæller op pr. rode og måned"),
        _("Læser og kontrollerer omrids"),
        _("Gemmer udgaven og det, den er en del af"),
        _("Indlæsningen stoppede uden at sige hvorfor. Intet er gemt. Prøv igen."),
        _("Indlæsningen blev afbrudt. Intet er gemt."),
        _("Databasen kan ikke bruges lige nu. Intet er gemt. Prøv igen om lidt."),
    )
}
"""Sentences of the work itself, in every language of the pages."""
IN_THE_FORM: Final = {
    "--on-invalid repair": "»ret dem, og sig det« ved ugyldige omrids",
    "--on-invalid reject": "»lad dem ude« ved ugyldige omrids",
    "--on-overlap accept": "»tag dem med« ved overlap",
    "--on-overlap reject": "»lad dem ude« ved overlap",
    "--on-missing keep": "»de gælder videre«",
    "--on-missing end": "»de ophører«",
    "--accept-partial": "»Gem de rigtige rækker«",
    "Indlæs dem først: tryghed areas import FIL --kind rode …": (
        "Bed hotspotchefen læse dem ind først."
    ),
    "--within": "kolonnerne for distrikt og bydel",
    "--crs": "koordinaterne",
    "Skriv det rigtige i en rettefil (code;group_kind;group_code, tom group_code = intet) "
    "og angiv --fix FIL.": "Ret det i filen.",
    "Tilføj ordet i kolonnebeskrivelsen (TOML), eller ret det i kilden.": "Ret ordet i kilden.",
    ADD_COLUMN: "Hedder den noget andet, så omdøb den; ellers tilføj den med tomme felter.",
    "Se efter kolonner og koordinatsystem i kolonnebeskrivelsen (TOML).": (
        "Se efter, at øst og nord står i hver sin kolonne, i meter (UTM 32, EPSG:25832)."
    ),
}
"""What the importers say to whoever sits at a command line, as the form says it."""
_OPTION: Final = re.compile("|".join(map(re.escape, IN_THE_FORM)))


def said(text: str) -> str:
    """Return what the work says of itself, so that a page can show it in its language."""
    return SAID.get(text, text)


def in_the_form(text: str) -> str:
    """Return a sentence about a file as somebody at the form understands it."""
    return _OPTION.sub(lambda found: IN_THE_FORM[found[0]], text)


def is_polices(batch: ImportBatch) -> bool:
    """Tell whether a file holds incidents: those only come from the police."""
    return batch.kind == INCIDENTS


def is_own(batch: ImportBatch, caller: Caller) -> bool:
    """Tell whether the caller sent a file."""
    return batch.imported_by == caller.actor


def name_of(batch: ImportBatch, caller: Caller) -> str | None:
    """Return a file's name; those of the police's files may hold a name, so they stay there."""
    return batch.file_name if is_own(batch, caller) or not is_polices(batch) else None


def remarks_of(batch: ImportBatch, caller: Caller) -> list[str]:
    """Return what was noticed in a file; in the police's files that is for whoever sent them."""
    if is_polices(batch) and not is_own(batch, caller):
        return []
    return [in_the_form(str(one)) for one in batch.remarks]
