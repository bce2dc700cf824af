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

TYPES_BY_RODE: Final = ("indbrud", "tyveri")
"""Types that count in the need of evenings only where the police say so, and then by the rode."""

SETTINGS: Final = {
    "public_space": "i det fri",
    "indoor": "indendørs",
    "unknown": "ikke oplyst",
}
"""Where an incident happened."""

PRECISIONS: Final = {
    "rode": "kun roden",
    "250m": "felt på 250 m",
    "point": "punktet",
}
"""How precisely others than the police see where its incidents happened."""

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
PLAN_SEEN: Final = PLAN_STATES | {"ended": "slut, ikke gennemgået"}
"""States of an evening plan as they are seen on a day (`agreements.state_on`)."""

GOAL_KINDS: Final = {
    "direction": "retning",
    "target": "måltal",
    "percentage_fall": "fald i procent",
    "convergence": "tilnærmelse til sammenligningsområde",
    "milestone": "milepæl",
}
"""Kinds of effect goal."""

EVENING_KINDS: Final = {
    "weekday": "hverdagsaften",
    "weekend": "fredag eller lørdag aften",
    "sunday": "søndag aften",
    "before_holiday": "aften før helligdag",
    "holiday": "helligdagsaften",
    "special_day": "mærkedag",
}
"""Kinds of evening, by the calendar."""

COVERAGE_KINDS: Final = {
    "area": "dækningsområde",
    "route": "rute",
    "round": "runde",
}
"""Kinds of coverage area; routes and rounds are the street team's."""

STAFFED_KINDS: Final = {
    "container": "bemandet container",
    "outreach_club_worker": "udgående klubmedarbejder",
}
"""Staffed presence beside police and street team."""

PRESENCE_KINDS: Final = {
    "patrol": "patrulje",
    "street_team": "gadeteam",
    "container": "container",
}
"""Kinds of presence that have a rule of their own."""

DOSAGES: Final = {
    "full": "som aftalt",
    "partly": "delvis",
    "none": "ikke",
}
"""Verdicts on what a place was given while it was to be covered."""

AREA_LEVELS: Final = {
    "green": "grøn",
    "yellow": "gul",
    "red": "rød",
}
"""Weekly level of a coverage area: how many visits it is due."""

OFFER_COVERS: Final = {
    "gap": "hul",
    "not_told": "ikke oplyst",
    "partial_gap": "hul for nogle alderstrin",
    "open": "åbent",
    "overlap": "overlap",
}
"""What offers give an age group on a day in a part of the area."""

PLAN_RULES: Final = {
    "overlapping_shifts": "overlappende vagter",
    "rest": "hviletid",
    "absence_after_agreement": "fravær efter aftalen",
    "understaffed": "for få på vagt",
    "unknown_member": "ukendt medlem",
    "clock_change": "uret stilles",
    "unknown_area": "ukendt dækningsområde",
    "outside_period": "uden for perioden",
    "double_commitment": "dobbelt tilsagn",
    "no_reason": "uden begrundelse",
    "hole": "hul",
    "team_overlap": "overlap",
    "unagreed_double": "dobbelt uden aftale",
    "joint_alone": "fælles uden den anden part",
    "not_at_night": "ikke om natten",
    "unit_names_off": "enhedsnavne er slået fra",
    "container_closed": "containeren er ikke bemandet",
    "wrong_agency": "en andens dækningsområde",
    "outside_area": "uden for hotspotområdet",
    "outline": "omrids",
    "overlapping_areas": "overlappende dækningsområder",
    "visit_length": "besøgets længde",
    "visit_gap": "for længe uden tilstedeværelse",
    "container_hours": "containerens tider",
    "order_repeats": "samme rækkefølge",
    "irregular_days": "skiftende dage",
}
"""Rules that a plan, its staffing and its areas are checked against."""

KEPT: Final = {
    "held": "holdt",
    "partly": "delvis",
    "not": "ikke",
}
"""What became of a commitment, said in the meeting that follows."""

FOLLOW_UPS: Final = {
    "seen": "set",
    "discussed": "drøftet",
    "agreed": "aftalt",
    "done": "gjort",
}
"""What becomes of a note of the evening log, in order; its writer sees it."""

ACTIVITY_KINDS: Final = {
    "event": "begivenhed",
    "offer": "aktivitet for unge",
    "match": "kamp",
    "building_work": "byggearbejde",
    "other": "andet",
}
"""What happens at a place and a time, and matters to an evening."""
