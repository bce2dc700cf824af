"""What is said of a file in the form, and what is missing or wrong in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final, Self

from api.web.translations import Message, _
from geo_service.domain.danish_time import day_figures
from geo_service.domain.editions import EARLIEST, is_plausible_start, latest_start
from geo_service.domain.person_numbers import looks_like_cpr

AREA_KINDS: Final = ("rode", "district", "bydel", "hotspot_area", "housing_estate", "quarter")
CRS_CHOICES: Final = ("", "EPSG:25832", "EPSG:4326")
INVALID_CHOICES: Final = ("", "reject", "repair")
OVERLAP_CHOICES: Final = ("", "reject", "accept")
MISSING_CHOICES: Final = ("", "keep", "end")
LONGEST: Final = 80
COLUMN: Final = re.compile(rf"[^\x00-\x1f\x7f]{{1,{LONGEST}}}")
LONGEST_SOURCE: Final = 200
SOURCE: Final = re.compile(rf"[^\x00-\x1f\x7f]{{1,{LONGEST_SOURCE}}}")


@dataclass(frozen=True)
class Wanted:
    """The fields of the form, as they were sent."""

    delvis: str = ""
    slags: str = "rode"
    nummer: str = ""
    navn: str = ""
    distrikt: str = ""
    bydel: str = ""
    fra: str = ""
    koordinater: str = ""
    ugyldige: str = ""
    overlap: str = ""
    mangler: str = ""
    kilde: str = ""

    @classmethod
    def of(cls, sent: Mapping[str, str]) -> Self:
        """Return the fields of a form; what else was sent is left aside."""
        names = {one.name for one in fields(cls)}
        return cls(**{name: value.strip() for name, value in sent.items() if name in names})

    @property
    def accept_partial(self) -> bool:
        """Whether the good rows are to be stored although others are bad."""
        return self.delvis == "1"

    def errors(self, today: date) -> list[tuple[str, Message]]:
        """Return the id of each field about areas that cannot be used, and why."""
        found = []
        if self.slags not in AREA_KINDS:
            found.append(("f-slags", _("Vælg, hvad områderne er.")))
        if not COLUMN.fullmatch(self.nummer):
            found.append(("f-nummer", _("Skriv, i hvilken kolonne områdets nummer står.")))
        others = {"f-navn": self.navn, "f-distrikt": self.distrikt, "f-bydel": self.bydel}
        found += [
            (field, _("Skriv navnet på en kolonne, højst 80 tegn."))
            for field, column in others.items()
            if column and not COLUMN.fullmatch(column)
        ]
        begins = day_of(self.fra)
        if begins is None:
            found.append(("f-fra", _("Skriv den dag, udgaven gælder fra.")))
        elif not is_plausible_start(begins, today=today):
            first, last = day_figures(EARLIEST), day_figures(latest_start(today))
            found.append(
                ("f-fra", _("Skriv en dag fra %(first)s til %(last)s.", first=first, last=last))
            )
        if self.koordinater not in CRS_CHOICES:
            found.append(("f-koordinater", _("Vælg et koordinatsystem fra listen.")))
        if self.ugyldige not in INVALID_CHOICES:
            found.append(("f-ugyldige", _("Vælg, hvad der skal ske med ugyldige omrids.")))
        if self.overlap not in OVERLAP_CHOICES:
            found.append(("f-overlap", _("Vælg, hvad der skal ske med overlap.")))
        if self.mangler not in MISSING_CHOICES:
            found.append(("f-mangler", _("Vælg, hvad der skal ske med områder uden for filen.")))
        if self.kilde and (looks_like_cpr(self.kilde) or not SOURCE.fullmatch(self.kilde)):
            found.append(("f-kilde", _("Skriv kilden med højst 200 tegn og uden persondata.")))
        return found

    def choices(self) -> dict[str, Any]:
        """Return the choices as the import of areas takes them."""
        within = {"district": self.distrikt, "bydel": self.bydel}
        return {
            "kind": self.slags,
            "code": self.nummer,
            "name": self.navn or None,
            "within": {kind: column for kind, column in within.items() if column},
            "valid_from": self.fra,
            "crs": self.koordinater or None,
            "on_invalid": self.ugyldige or None,
            "on_overlap": self.overlap or None,
            "on_missing": self.mangler or None,
            "source": self.kilde or None,
        }


def day_of(text: str) -> date | None:
    """Return the day of an ISO date, None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
