"""What programs send and get about files; what is not named here cannot be set."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.import_words import INCIDENTS, in_the_form, name_of, remarks_of
from api.jobs import Job, State
from api.pages.import_choices import LONGEST, LONGEST_SOURCE, Wanted
from geo_service.domain.callers import Caller
from geo_service.domain.person_numbers import looks_like_cpr
from geo_service.errors import InvalidInput
from geo_service.messages import _
from geo_service.storage.imports import StoredFile

MOST: Final = 1_000
PRINTED: Final = r"^[^\x00-\x1f\x7f]+$"

AreaKind = Literal["rode", "district", "bydel", "hotspot_area", "housing_estate", "quarter"]
Source = Annotated[str, Field(min_length=1, max_length=LONGEST_SOURCE, pattern=PRINTED)]
ColumnName = Annotated[str, Field(min_length=1, max_length=LONGEST, pattern=PRINTED)]


class Order(BaseModel):
    """What is said of a file; what is not named cannot be said."""

    model_config = ConfigDict(extra="forbid")


class IncidentOrder(Order):
    """Incidents, from the police."""

    kind: Literal["incidents"] = "incidents"
    accept_partial: Literal["true", "false"] = Field(
        "false", description="Store the good rows although others are bad"
    )

    @property
    def choices(self) -> dict[str, Any]:
        """What the import of incidents takes."""
        return {"accept_partial": self.accept_partial == "true"}


class AreaOrder(Order):
    """Areas, from the hotspot chief."""

    kind: AreaKind
    code: ColumnName = Field(description="Column with the areas' codes")
    name: ColumnName | None = Field(None, description="Column with their names")
    district: ColumnName | None = Field(None, description="Column with the district each lies in")
    bydel: ColumnName | None = Field(None, description="Column with the bydel each lies in")
    valid_from: date = Field(description="The day the edition begins")
    crs: Literal["EPSG:25832", "EPSG:4326"] | None = None
    on_invalid: Literal["reject", "repair"] | None = None
    on_overlap: Literal["reject", "accept"] | None = None
    on_missing: Literal["keep", "end"] | None = Field(
        None, description="What becomes of areas in force that the file lacks: go on, or end"
    )
    source: Source | None = Field(
        None, description="What the maps name as their source; no number of a person"
    )

    @property
    def choices(self) -> dict[str, Any]:
        """What the import of areas takes."""
        return Wanted(
            slags=self.kind,
            nummer=self.code,
            navn=self.name or "",
            distrikt=self.district or "",
            bydel=self.bydel or "",
            fra=self.valid_from.isoformat(),
            koordinater=self.crs or "",
            ugyldige=self.on_invalid or "",
            overlap=self.on_overlap or "",
            mangler=self.on_missing or "",
            kilde=self.source or "",
        ).choices()


def order_of(fields: Mapping[str, str]) -> IncidentOrder | AreaOrder:
    """Read what was said of a file; without a kind it holds incidents.

    Raises
    ------
    RequestValidationError
        Names every field that cannot be used.
    """
    kind: type[IncidentOrder | AreaOrder]
    kind = IncidentOrder if fields.get("kind", INCIDENTS) == INCIDENTS else AreaOrder
    try:
        order = kind.model_validate(dict(fields))
        if isinstance(order, AreaOrder) and looks_like_cpr(order.source or ""):
            raise InvalidInput(_("Kilden ligner et CPR-nummer. Skriv den uden persondata."))
    except ValidationError as error:
        faults = error.errors()
        raise RequestValidationError(
            [{**one, "loc": ("body", *one["loc"])} for one in faults]
        ) from None
    return order


def described_body() -> dict[str, Any]:
    """Return how the body is described: a file, with what is said of incidents or of areas."""
    file = {
        "type": "string",
        "format": "binary",
        "minLength": 1,
        "description": "CSV or GeoJSON, at most 64 MB; not empty",
    }
    of_incidents, of_areas = (one.model_json_schema() for one in (IncidentOrder, AreaOrder))
    said = of_areas["properties"] | of_incidents["properties"]
    kinds = {"type": "string", "enum": [INCIDENTS, *of_areas["properties"]["kind"]["enum"]]}
    body = {
        "type": "object",
        "properties": {
            "file": file,
            **{name: _of_a_form(one) for name, one in said.items()},
            "kind": kinds | {"description": "What the file holds; incidents where nothing is said"},
        },
        "required": ["file"],
        "additionalProperties": False,
        "oneOf": [
            {
                "title": IncidentOrder.__doc__,
                "properties": {
                    "kind": {"const": INCIDENTS},
                    **dict.fromkeys(of_areas["properties"].keys() - {"kind"}, False),
                },
            },
            {
                "title": AreaOrder.__doc__,
                "properties": {"kind": of_areas["properties"]["kind"], "accept_partial": False},
                "required": of_areas["required"],
            },
        ],
    }
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": body}}}}


def _of_a_form(field: dict[str, Any]) -> dict[str, Any]:
    """Return a field as a form has it: left out, and never null.

    A pattern stands in an `allOf` of its own. It means the same there; directly beside a file it is
    taken, by programs that make bad examples, to be broken by any mark put at its end.
    """
    kinds = [one for one in field.get("anyOf", []) if one.get("type") != "null"]
    kept = {key: one for key, one in field.items() if key not in {"anyOf", "default", "title"}}
    said = {**(kinds[0] if kinds else {}), **kept}
    return said | {"allOf": [{"pattern": said.pop("pattern")}]} if "pattern" in said else said


class RejectionOut(BaseModel):
    """One bad value: where, what was found, what was wanted, and the cure."""

    place: str
    row: int | None
    column: str
    found: str
    problem: str
    expected: str
    cure: str


class JobOut(BaseModel):
    """An import under way or over; the counts are there when it has come to count."""

    id: str
    kind: Literal["incidents", "areas"]
    state: State
    file_name: str
    text: str
    reason: Literal["", "faulty", "known", "missing", "no_roder", "unusable", "not_ready", "died"]
    done: int
    total: int
    import_id: int | None
    rows: int | None
    stored: int | None
    rejected: int | None
    duplicates: int | None
    remarks: list[str]
    rejections: list[RejectionOut]
    more_rejections: int
    cures: list[str]

    @classmethod
    def of(cls, job: Job, *, import_id: int | None) -> JobOut:
        """Return a job as its owner sees it; `import_id` is what it stored."""
        told = job.report
        return cls(
            **{name: getattr(job, name) for name in ("id", "kind", "state", "file_name", "reason")},
            text=in_the_form(job.text),
            done=job.done,
            total=job.total,
            import_id=import_id,
            **{name: told.get(name) for name in ("rows", "stored", "rejected", "duplicates")},
            remarks=[in_the_form(one) for one in told.get("remarks", [])],
            rejections=[
                RejectionOut(**(one | {"cure": in_the_form(one["cure"])}))
                for one in told.get("rejections", [])
            ],
            more_rejections=told.get("more_rejections", 0),
            cures=[in_the_form(one) for one in told.get("cures", [])],
        )


class ImportOut(BaseModel):
    """A stored file; rows = stored + rejected + duplicates. The police's names stay theirs."""

    id: int
    kind: str
    withdrawn: bool
    file_name: str | None
    imported_at: datetime
    imported_by: str | None
    rows: int
    stored: int
    rejected: int
    duplicates: int
    remarks: list[str]

    @classmethod
    def of(cls, one: StoredFile, caller: Caller) -> ImportOut:
        """Return a stored file as the caller may know it."""
        batch = one.batch
        return cls(
            id=batch.id,
            kind=batch.kind,
            withdrawn=batch.status == "undone",
            file_name=name_of(batch, caller),
            imported_at=batch.imported_at,
            imported_by=one.by,
            rows=batch.rows_in_file,
            stored=batch.rows_stored,
            rejected=batch.rows_rejected,
            duplicates=batch.rows_duplicate,
            remarks=remarks_of(batch, caller),
        )


class ImportsOut(BaseModel):
    """Stored files, the newest first."""

    total: int
    imports: list[ImportOut]
