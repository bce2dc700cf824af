"""How the columns and words of an incident file become ours: a small TOML file.

The shipped `mappings/dansk-csv.toml` documents every key. A mapping is checked whole when
it is loaded, so that a misspelt crime type is found before the first row is read.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from geo_service.domain.vocabulary import CRIME_TYPES, SETTINGS
from geo_service.errors import InvalidInput, NotFound
from geo_service.importing.danish import TimeFormat

SHIPPED_MAPPING = Path(__file__).parent / "mappings" / "dansk-csv.toml"

ColumnName = Annotated[str, Field(min_length=1, max_length=80)]


class _Strict(BaseModel):
    """A table of the TOML file in which every key must be known."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class IncidentColumns(_Strict):
    """Names of the file's columns; upper and lower case are alike."""

    source_ref: ColumnName
    crime_type: ColumnName
    occurred_from: ColumnName
    occurred_to: ColumnName | None = None
    east: ColumnName
    north: ColumnName
    setting: ColumnName | None = None


class IncidentMapping(_Strict):
    """Columns, words, formats and source of one kind of incident file."""

    source_system: str = Field(min_length=1, max_length=64)
    """Who made the file; part of each incident's natural key."""
    separator: Literal[";", ",", "\t", "|"] = ";"
    crs: Literal["EPSG:25832", "EPSG:4326"] = "EPSG:25832"
    time_zone: str = "Europe/Copenhagen"
    time_formats: tuple[str, ...] = Field(("%d-%m-%Y %H:%M", "%d-%m-%Y"), min_length=1)
    columns: IncidentColumns
    crime_types: dict[str, str] = Field(min_length=1)
    """The file's word, in lower case -> code of `CRIME_TYPES`."""
    settings: dict[str, str] = Field(default_factory=dict)
    """The file's word, in lower case -> code of `SETTINGS`."""

    @field_validator("time_formats", mode="before")
    @classmethod
    def _check_formats(cls, formats: Any) -> Any:
        listed = tuple(formats) if isinstance(formats, list) else formats
        for text in listed if isinstance(listed, tuple) else ():
            try:
                TimeFormat(str(text))
            except InvalidInput as error:
                raise ValueError(str(error)) from error
        return listed

    @field_validator("time_zone")
    @classmethod
    def _check_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"tidszonen {zone!r} kendes ikke") from error
        return zone

    @field_validator("crime_types")
    @classmethod
    def _check_types(cls, words: dict[str, str]) -> dict[str, str]:
        return _known_codes(words, CRIME_TYPES)

    @field_validator("settings")
    @classmethod
    def _check_settings(cls, words: dict[str, str]) -> dict[str, str]:
        return _known_codes(words, SETTINGS)

    @property
    def formats(self) -> tuple[TimeFormat, ...]:
        """The time formats, in the order they are tried."""
        return tuple(TimeFormat(text) for text in self.time_formats)


def load_mapping(path: Path = SHIPPED_MAPPING) -> IncidentMapping:
    """Read and check a mapping.

    Raises
    ------
    InvalidInput
        If it is not TOML, or a key is missing, unknown or has an unknown value.
    NotFound
        If there is no such file.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise NotFound(f"Kolonnebeskrivelsen {path.name!r} findes ikke.") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidInput(f"{path.name} kan ikke læses som TOML i UTF-8: {error}") from error
    try:
        return IncidentMapping.model_validate(table)
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc']))}: {_in_danish(fault['type'], fault['msg'])}"
            for fault in error.errors()
        )
        raise InvalidInput(
            f"{path.name}: {faults}. Den medfølgende {SHIPPED_MAPPING.name} viser alle felter."
        ) from error


def _known_codes(words: dict[str, str], codes: Mapping[str, str]) -> dict[str, str]:
    """Return the words in lower case, each with a code that is known."""
    for word, code in words.items():
        if code not in codes:
            raise ValueError(f"{word!r} peger på {code!r}; brug en af {', '.join(codes)}")
    return {word.strip().casefold(): code for word, code in words.items()}


def _in_danish(kind: str, message: str) -> str:
    """Return the reason a field is refused; what has no word of ours stays as it is."""
    known = {"missing": "mangler", "extra_forbidden": "kendes ikke"}
    return known.get(kind, message.removeprefix("Value error, "))
