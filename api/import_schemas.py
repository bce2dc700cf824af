"""What programs send and get about files; what is not named here cannot be set."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.import_words import INCIDENTS, in_the_form, name_of, remarks_of
from api.jobs import Job, State
from api.pages.import_choices import LONGEST, LONGEST_SOURCE, Wanted
from geo_service.domain.callers import Caller
from geo_service.storage.imports import StoredFile

MOST: Final = 1_000
PRINTED: Final = r"^[^\x00-\x1f\x7f]+$"

Kind = Literal[
    "incidents", "rode", "district", "bydel", "hotspot_area", "housing_estate", "quarter"
]
Source = Annotated[str, Field(min_length=1, max_length=LONGEST_SOURCE, pattern=PRINTED)]
ColumnName = Annotated[str, Field(min_length=1, max_length=LONGEST, pattern=PRINTED)]


class Order(BaseModel):
    """What is said of a file: nothing more than `accept_partial` of incidents."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind | None = Field(None, description="Incidents for the police; else what the areas are")
    accept_partial: Literal["true", "false"] = Field(
        "false", description="Store the good rows of incidents although others are bad"
    )
    code: ColumnName | None = Field(None, description="Column with the areas' codes")
    name: ColumnName | None = Field(None, description="Column with their names")
    district: ColumnName | None = Field(None, description="Column with the district each lies in")
    bydel: ColumnName | None = Field(None, description="Column with the bydel each lies in")
    valid_from: date | None = Field(None, description="The day the edition begins")
    crs: Literal["EPSG:25832", "EPSG:4326"] | None = None
    on_invalid: Literal["reject", "repair"] | None = None
    on_overlap: Literal["reject", "accept"] | None = None
    on_missing: Literal["keep", "end"] | None = Field(
        None, description="What becomes of areas in force that the file lacks: go on, or end"
    )
    source: Source | None = Field(None, description="What the maps name as their source")

    @property
    def wanted(self) -> Wanted:
        """The same as our form would say it."""
        return Wanted(
            delvis="1" if self.accept_partial == "true" else "",
            slags=self.kind or "rode",
            nummer=self.code or "",
            navn=self.name or "",
            distrikt=self.district or "",
            bydel=self.bydel or "",
            fra=self.valid_from.isoformat() if self.valid_from else "",
            koordinater=self.crs or "",
            ugyldige=self.on_invalid or "",
            overlap=self.on_overlap or "",
            mangler=self.on_missing or "",
            kilde=self.source or "",
        )

    def is_of(self, sendable: str | None) -> bool:
        """Tell whether somebody who sends such files may send this one."""
        return self.kind is None or (self.kind == INCIDENTS) == (sendable == INCIDENTS)


def described_body() -> dict[str, Any]:
    """Return how the body is described: the fields above, and the file."""
    schema = Order.model_json_schema()
    file = {"type": "string", "format": "binary", "description": "CSV or GeoJSON, at most 64 MB"}
    fields = {name: _of_a_form(one) for name, one in schema["properties"].items()}
    body = {
        "type": "object",
        "properties": {"file": file, **fields},
        "required": ["file"],
        "additionalProperties": False,
    }
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": body}}}}


def _of_a_form(field: dict[str, Any]) -> dict[str, Any]:
    """Return a field as a form has it: left out, and never null."""
    kinds = [one for one in field.get("anyOf", []) if one.get("type") != "null"]
    kept = {key: one for key, one in field.items() if key not in {"anyOf", "default", "title"}}
    return {**(kinds[0] if kinds else {}), **kept}


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
