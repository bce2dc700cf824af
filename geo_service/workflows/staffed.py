"""Containers and club workers, as they are typed: where, and when somebody is there."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from geo_service.domain.coverage_areas import CODE, LONGEST_NAME
from geo_service.domain.hours_text import read_hours
from geo_service.domain.log_guard import PUBLIC_PLACE, refuse_persons
from geo_service.domain.staffing import StaffedPresence
from geo_service.errors import AlreadyExists, InvalidInput
from geo_service.messages import _
from geo_service.storage import coverage as coverage_store
from geo_service.storage import staffed as store
from geo_service.storage.staffed import KeptStaffed
from geo_service.workflows.agreement_desk import Desk


@dataclass(frozen=True)
class StaffedForm:
    """What somebody typed of a container or club workers."""

    kind: str
    code: str
    name: str
    area_code: str
    hours: str
    ended: bool = False


def save(
    desk: Desk,
    hotspot_area: str,
    typed: StaffedForm,
    *,
    before: KeptStaffed | None = None,
    version: int = 0,
) -> None:
    """Store a staffed presence, or change the one there was.

    Raises
    ------
    InvalidInput
        If a field cannot be used; in Danish.
    AlreadyExists
        If the code is in use.
    Conflict
        If somebody else has changed it meanwhile.
    """
    name = " ".join(typed.name.split())
    if not CODE.fullmatch(typed.code):
        raise InvalidInput(_("Koden er små bogstaver, tal og bindestreger, fx it-container."))
    if not 0 < len(name) <= LONGEST_NAME:
        raise InvalidInput(
            _("Navnet skal have 1 til %(longest_name)s tegn.", longest_name=LONGEST_NAME)
        )
    refuse_persons(name, what=_("Navnet"), may_hold=PUBLIC_PLACE)
    areas = {
        one.area.code: one.id
        for one in coverage_store.read_coverage(
            desk.session, desk.municipality, hotspot_area, desk.today
        )
    }
    if typed.area_code not in areas:
        raise InvalidInput(_("Vælg et dækningsområde på listen."))
    place = StaffedPresence(typed.kind, typed.code, name, typed.area_code, read_hours(typed.hours))
    try:
        with desk.session.begin_nested():
            if before is None:
                store.add_staffed(
                    desk.session,
                    desk.municipality,
                    place,
                    area_id=areas[typed.area_code],
                    actor=desk.caller.actor,
                    now=desk.now,
                )
                return
            store.save_staffed(
                desk.session,
                desk.municipality,
                before.id,
                place,
                area_id=areas[typed.area_code],
                ended_on=(before.ended_on or desk.today) if typed.ended else None,
                version=version,
                actor=desk.caller.actor,
                now=desk.now,
            )
    except IntegrityError as error:
        raise AlreadyExists(
            _("Koden %(code)s er i brug. Vælg en anden.", code=typed.code)
        ) from error
