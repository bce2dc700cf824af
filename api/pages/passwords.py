"""What is said of a password that will not do."""

from __future__ import annotations

from typing import Final

from api.web.translations import Message, _
from geo_service.domain.passwords import Fault

FAULTS: Final[dict[Fault, Message]] = {
    Fault.short: _("Adgangskoden er for kort: brug mindst 12 tegn, for eksempel fire ord."),
    Fault.long: _("Adgangskoden er for lang: brug højst 256 tegn."),
    Fault.own_name: _("Adgangskoden må ikke rumme dit navn eller brugernavn."),
    Fault.obvious: _("Den adgangskode er blandt dem, som alle prøver først. Vælg en anden."),
}
NOT_ALIKE: Final = _("De to nye adgangskoder er ikke ens.")
