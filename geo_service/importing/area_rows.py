"""The properties of area features: code, name and groups as checked text.

Numbers are taken as the codes they are (1, 1.0 and "1" are the same district). A code that
stands twice rejects every area that has it, since nobody can tell which one is meant.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import shapely

from geo_service.domain.person_numbers import looks_like_cpr
from geo_service.errors import InvalidInput
from geo_service.importing.features import Feature, FeatureFile
from geo_service.importing.memberships import danish_kind
from geo_service.importing.report import Rejection, Unit, echo, enumeration

MAX_TEXT = 80
OUTLINE_COLUMN = "geometri"


@dataclass
class AreaRow:
    """One feature on its way through the checks; `outline` is None once it is rejected."""

    row: int
    code: str
    name: str
    groups: dict[str, str | None]
    outline: shapely.Geometry | None
    repaired: bool = False


@dataclass
class Findings:
    """What is said about a file while it is checked."""

    file: str
    kind: str
    unit: Unit
    rejections: list[Rejection] = field(default_factory=list)
    held_back: list[Rejection] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def called(self, code: str) -> str:
        """Return "rode 196"."""
        return f"{danish_kind(self.kind)} {code}"

    def fault(
        self,
        area: AreaRow,
        column: str,
        found: str,
        problem: str,
        *,
        expected: str,
        cure: str,
    ) -> Rejection:
        """Build a rejection of one value of one area."""
        key = self.called(area.code) if area.code else None
        return Rejection(
            self.file, area.row, key, column, found, expected, cure, problem, self.unit
        )

    def reject_outline(self, area: AreaRow, problem: str, *, cure: str) -> None:
        """Reject an area for its outline, and take the outline out of all further checks."""
        expected = "en gyldig flade i Danmark"
        self.rejections.append(
            self.fault(area, OUTLINE_COLUMN, "omridset", problem, expected=expected, cure=cure)
        )
        area.outline = None


def area_rows(
    file: FeatureFile,
    findings: Findings,
    *,
    code: str,
    name: str | None,
    within: Mapping[str, str],
) -> list[AreaRow]:
    """Return one row per feature; faults of its values go to `findings`.

    Raises
    ------
    InvalidInput
        If a column is missing, or a value looks like a CPR number.
    """
    wanted = [code, *([name] if name else []), *within.values()]
    if missing := [column for column in dict.fromkeys(wanted) if column not in file.columns]:
        raise InvalidInput(
            f"{findings.file} mangler kolonnen {enumeration(missing)}. "
            f"Filen har {enumeration(file.columns)}."
        )
    areas = [_area_row(feature, findings, code, name, within) for feature in file.features]
    _reject_doubles(areas, findings, code)
    for kind, column in within.items():
        without = [findings.called(a.code) for a in areas if a.code and a.groups[kind] is None]
        if without:
            findings.remarks.append(
                f"Uden {danish_kind(kind)} (tomt felt i {column}), gemmes uden: "
                f"{enumeration(without)}."
            )
    if name and (unnamed := [findings.called(a.code) for a in areas if a.name == a.code != ""]):
        findings.remarks.append(f"Uden navn, vises med deres kode: {enumeration(unnamed)}.")
    return areas


def _area_row(
    feature: Feature,
    findings: Findings,
    code: str,
    name: str | None,
    within: Mapping[str, str],
) -> AreaRow:
    area = AreaRow(feature.row, "", "", {}, feature.outline)

    def text_of(column: str) -> str | None:
        return _checked_text(area, column, feature.properties.get(column), findings)

    before = len(findings.rejections)
    area.code = text_of(code) or ""
    if not area.code and len(findings.rejections) == before:
        findings.rejections.append(
            findings.fault(
                area, code, "tomt felt", "kan ikke være en kode", expected="en kode", cure=""
            )
        )
    area.name = (text_of(name) if name else None) or area.code
    area.groups = {kind: text_of(column) for kind, column in within.items()}
    if feature.fault:
        findings.reject_outline(
            area, feature.fault, cure="Eksportér området igen fra det system, det er tegnet i."
        )
    return area


def _checked_text(area: AreaRow, column: str, value: Any, findings: Findings) -> str | None:
    """Return a property as text, None where it is empty; what is neither is rejected."""
    whole = isinstance(value, float) and value.is_integer()
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    text = str(int(value)) if whole else str(value).strip()
    if looks_like_cpr(text):
        raise InvalidInput(
            f"{findings.file} er ikke læst: {findings.unit} {area.row}, kolonne {column} ligner "
            "et CPR-nummer. Fjern personnumre fra filen."
        )
    is_plain = isinstance(value, (str, int)) and not isinstance(value, bool)
    if not (is_plain or whole):
        problem = "er hverken tekst eller et helt tal"
    elif len(text) > MAX_TEXT:
        problem = "er for langt"
    elif any(unicodedata.category(sign) in ("Cc", "Cs") for sign in text):
        problem = "indeholder styretegn"
    else:
        return text
    findings.rejections.append(
        findings.fault(
            area,
            column,
            echo(value),
            problem,
            expected=f"højst {MAX_TEXT} tegn",
            cure="Ret værdien i kilden.",
        )
    )
    return None


def _reject_doubles(areas: list[AreaRow], findings: Findings, column: str) -> None:
    """Reject all areas that share a code."""
    times = Counter(area.code for area in areas if area.code)
    for area in areas:
        if times[area.code] > 1:
            rows = [str(other.row) for other in areas if other.code == area.code]
            findings.rejections.append(
                findings.fault(
                    area,
                    column,
                    echo(area.code, words=True),
                    f"står {len(rows)} gange ({findings.unit} {enumeration(rows)})",
                    expected="hver kode én gang",
                    cure="Fjern eller omdøb de overskydende.",
                )
            )
