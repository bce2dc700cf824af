"""The words of the pages about users: states, faults, and what has been done."""

from __future__ import annotations

from typing import Final

from api.web.translations import Message, _
from geo_service.storage.rights import State

STATES: Final[dict[State, tuple[Message, str]]] = {
    State.active: (_("aktiv"), "good"),
    State.invited: (_("inviteret"), "wait"),
    State.locked: (_("låst en tid"), "warn"),
    State.without_rights: (_("uden rettigheder"), "neutral"),
    State.disabled: (_("spærret"), "stop"),
}
"""What an account can be used for, and the kind of its badge."""

FAULT_WORDS: Final[dict[str, Message]] = {
    "login_form": _(
        "Skriv et brugernavn på 2–64 tegn: små bogstaver a–z, cifre og . _ - @, først et bogstav "
        "eller et ciffer."
    ),
    "login_elsewhere": _(
        "Et brugernavn, der ender på @ og en kommunes kode, er til en rettighed i den kommune."
    ),
    "login_taken": _("Brugernavnet er optaget. Vælg et andet."),
    "name_form": _("Skriv, hvad brugeren skal hedde på skærmen, højst 120 tegn."),
    "language_unknown": _("Vælg et af sprogene."),
    "role_unknown": _("Vælg en rolle."),
    "municipality_missing": _("Vælg, hvilken kommune rettigheden gælder."),
    "service_unreached": _("Vælg, hvilken kommune rettigheden gælder."),
    "municipality_unknown": _("Vælg en af de kommuner, du administrerer."),
    "hotspot_unknown": _("Vælg blandt kommunens egne hotspotområder."),
    "hotspot_not_for_role": _("Rollen kan ikke afgrænses til hotspotområder. Vælg ingen."),
    "organisation_missing": _("Skriv organisationen, som den står i projekter og mål."),
    "organisation_not_for_role": _(
        "Kun samarbejdspartnere og forvaltninger har en organisation. Lad feltet stå tomt."
    ),
    "team_form": _("Skriv holdets kode, højst 40 tegn."),
    "team_not_for_role": _("Kun gadeteamet har et hold. Lad feltet stå tomt."),
    "right_held": _("Brugeren har rollen i kommunen. Afslut den først, hvis den skal ændres."),
    "right_of_own": _("Dine egne rettigheder gives og afsluttes af en anden administrator."),
    "account_of_own": _("Din egen konto spærres af en anden administrator."),
    "last_admin": _("Den sidste administrator for hele tjenesten kan ikke tages ud af brug."),
    "rights_elsewhere": _(
        "Brugeren har rettigheder uden for din kommune. Kontoen styres af en administrator for "
        "hele tjenesten."
    ),
}

FIELDS: Final = {
    "login": "login",
    "name": "navn",
    "language": "sprog",
    "role": "rolle",
    "municipality": "kommune",
    "hotspot_areas": "omraader",
    "organisation": "organisation",
    "team": "hold",
}
"""The field of a form by the name of a fault's field."""

DONE: Final[dict[str, Message]] = {
    "gemt": _("Gemt."),
    "givet": _("Rettigheden er givet. Den gælder fra brugerens næste klik."),
    "afsluttet": _("Rettigheden er afsluttet og gælder ikke mere."),
    "spaerret": _("Kontoen er spærret, og brugeren er logget ud alle steder."),
    "aabnet": _("Kontoen er åben igen."),
    "logget-ud": _("Brugeren er logget ud alle steder."),
}
"""What is told after something was done; the address carries the key alone."""
