"""The words of the field: English codes in code and database, Danish words on screens.

Each table maps a code that is stored to the word that is shown. The database checks the
codes against the same tables, so a new word is added here and in a migration, nowhere else.
"""

from __future__ import annotations

from typing import Final

CRIME_TYPES: Final = {
    "vold": "Vold og trusler om vold",
    "indbrud": "Indbrud",
    "tyveri": "Tyveri",
    "narkotika": "Narkotika",
    "haervaerk": "Hærværk",
    "chikane": "Chikane",
    "uro": "Uro",
}
"""The six crime types of the Tryghedsindeks, and unrest."""

PUBLIC_SPACE_TYPES: Final = ("vold", "narkotika", "haervaerk", "chikane", "uro")
"""Types whose place an evening presence can do something about."""

SETTINGS: Final = {
    "public_space": "i det fri",
    "indoor": "indendørs",
    "unknown": "ikke oplyst",
}
"""Where an incident happened."""

AREA_KINDS: Final = {
    "rode": "rode",
    "district": "distrikt",
    "bydel": "bydel",
    "hotspot_area": "hotspotområde",
    "housing_estate": "boligafdeling",
    "lokaludvalg": "lokaludvalg",
    "quarter": "kvarter",
    "public_area": "offentligt kortområde",
}
"""Kinds of area; districts, bydele and hotspot areas are sets of roder."""

OUTLINES: Final = {
    "official": "officielt omrids",
    "derived": "samlet af roder",
    "schematic": "skematisk",
}
"""Where an outline comes from."""

NEED_CATEGORIES: Final = {
    "ordinaert": "ordinært",
    "intensiveret": "intensiveret",
    "markant": "markant",
}
"""Need for effort, the categories of the Tryghedsindeks."""

INDEX_PARTS: Final = {
    "total": "samlet",
    "questionnaire": "spørgeskema",
    "reports": "anmeldelser",
    "exposure": "udsathed",
    "neighbourhood_problem": "nabolagsproblem",
}
"""Parts of the index."""

PROJECT_KINDS: Final = {
    "lighting": "belysning",
    "station": "station",
    "sightlines": "oversigtsforhold",
    "cleaning": "renhold",
    "planting": "beplantning",
    "path": "sti/passage",
    "entrance": "opgang/facade",
    "square": "plads",
}
"""Kinds of physical improvement."""

PROJECT_STATUSES: Final = {
    "idea": "idé",
    "examined": "undersøges",
    "applied": "ansøgt",
    "granted": "bevilget",
    "designed": "projekteres",
    "tendered": "i udbud",
    "built": "udføres",
    "delivered": "afleveret",
    "inspected": "efterset",
    "in_operation": "i drift",
    "reopened": "genåbnet",
    "abandoned": "opgivet",
}
"""States of an improvement project, in order."""

AGENCIES: Final = {
    "police": "politi",
    "street_team": "gadeteam",
}
"""Who gives presence in the evening."""

PRESENCE_FORMS: Final = {
    "on_foot": "gående",
    "driving": "kørende",
    "container_visit": "besøg i container",
    "on_call": "til rådighed",
}
"""Forms of a commitment."""

OFFER_KINDS: Final = {
    "club": "klub",
    "it_container": "it-container",
    "activity": "aktivitet",
}
"""Kinds of offer for young people."""

PLAN_STATES: Final = {
    "draft": "kladde",
    "sent": "sendt",
    "agreed": "aftalt",
    "in_force": "i kraft",
    "reviewed": "gennemgået",
}
"""States of an evening plan."""

GOAL_KINDS: Final = {
    "direction": "retning",
    "target": "måltal",
    "percentage_fall": "fald i procent",
    "convergence": "tilnærmelse til sammenligningsområde",
    "milestone": "milepæl",
}
"""Kinds of effect goal."""

MUNICIPALITIES: Final = {
    "0101": "København",
    "0851": "Aalborg",
}
"""Municipalities that the demo uses; others are added as they come."""
