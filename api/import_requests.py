"""A file that is sent to be read in: taken from the request, checked by name and size, started.

The body is read here and not by FastAPI, which would read it before anybody was asked who sends
it. `api/access.py` has let the sender in by then.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from sqlalchemy import select
from starlette.datastructures import UploadFile

from api.access import Visit
from api.children import Upload, shown_name
from api.import_words import INCIDENTS
from api.jobs import Job, Jobs
from api.web.translations import Message, _
from geo_service.domain.person_numbers import black_out, looks_like_cpr
from geo_service.errors import InvalidInput, NotReady
from geo_service.storage.tables import ImportBatch


@dataclass(frozen=True)
class Sent:
    """What a form held: its fields, and the file if there was one."""

    fields: Mapping[str, str]
    file: UploadFile | None

    @property
    def fault(self) -> Message | None:
        """Why the file cannot be read in at all, None if it can be tried."""
        if self.file is None or self.file.file.seek(0, os.SEEK_END) == 0:
            return _("Vælg en fil, der ikke er tom.")
        name = self.file.filename or ""
        if black_out(name) != name or looks_like_cpr(shown_name(name)):
            return _("Filens navn ligner et CPR-nummer. Giv den et andet navn.")
        return None

    @property
    def upload(self) -> Upload:
        """The file, under a name that can be shown.

        Raises
        ------
        InvalidInput
            If it has a `fault`.
        """
        if self.file is None or self.fault is not None:
            raise InvalidInput(self.fault or "")
        return Upload(shown_name(self.file.filename), self.file.file)


@asynccontextmanager
async def sent_with(request: Request, *, file_field: str) -> AsyncIterator[Sent]:
    """Yield what was sent; the file is in memory (`api/security/bounds.py`), and gone after that.

    Raises
    ------
    InvalidInput
        If a field stands twice, or a file where a text belongs.
    """
    async with request.form() as form:
        parts = form.multi_items()
        names = [name for name, _value in parts]
        if len(names) != len(set(names)):
            raise InvalidInput(_("Et felt står to gange i det sendte."))
        files = {name: one for name, one in parts if isinstance(one, UploadFile)}
        if files.keys() - {file_field}:
            raise InvalidInput(_("Der er en fil i et felt, der ikke er til filer."))
        fields = {name: one for name, one in parts if isinstance(one, str)}
        yield Sent(fields, files.get(file_field))


def sendable(visit: Visit) -> str | None:
    """Return what the caller's role may send: incidents or areas."""
    if visit.caller.may("incident.import"):
        return INCIDENTS
    return "areas" if visit.caller.may("area.write") else None


def takes_files(request: Request) -> bool:
    """Tell whether files can be read in from here: not without the password of the role `job`."""
    return os.access(jobs_of(request).secrets / "job", os.R_OK)


def start(request: Request, visit: Visit, upload: Upload, choices: Mapping[str, Any]) -> Job:
    """Start to read a file in, and write down that it was sent.

    Raises
    ------
    NotReady
        If files are read in by the command here.
    """
    if not takes_files(request):
        raise NotReady("The service was not given the password of `job`: read files in by command.")
    kind = sendable(visit) or ""
    job = jobs_of(request).start(kind, upload, caller=visit.caller, choices=choices)
    visit.audit("import", ref=job.id, started=kind)
    return job


def cancel(request: Request, visit: Visit, job_id: str) -> Job:
    """End a job that is under way, and write it down; one that is over stays what it is."""
    jobs = jobs_of(request)
    job = jobs.find(job_id, visit.caller)
    cancelled = jobs.cancel(job)
    visit.audit("import", ref=job.id, cancelled=cancelled)
    return job


def jobs_of(request: Request) -> Jobs:
    """Return the jobs of this process."""
    found: Jobs = request.app.state.jobs
    return found


def stored_by(visit: Visit, job: Job) -> ImportBatch | None:
    """Return the batch that a job stored, also where its process died right after the commit."""
    if job.state == "running" or job.batch is None:
        return None
    return visit.session.get(ImportBatch, job.batch)


def stored_before(visit: Visit, job: Job) -> ImportBatch | None:
    """Return the batch, if the caller may know of it, that a file was stored in before."""
    if job.reason != "known":
        return None
    return visit.session.scalars(
        select(ImportBatch)
        .where(ImportBatch.sha256 == job.sha256, ImportBatch.status == "stored")
        .order_by(ImportBatch.id.desc())
    ).first()
