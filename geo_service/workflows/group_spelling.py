"""Groups that are known from before keep their spelling; what is near one is remarked on."""

from __future__ import annotations

import pandas as pd
from sqlalchemy.orm import Session

from geo_service.domain.frames import rows_of
from geo_service.importing.group_names import near_names, sign_of
from geo_service.importing.memberships import danish_kind
from geo_service.storage import memberships as store


def known_spelling(
    session: Session, municipality: str, memberships: pd.DataFrame
) -> tuple[pd.DataFrame, list[str]]:
    """Use the spelling of a group that we know already: 'Amager Vest' is 'Amager vest'."""
    held = store.read_memberships(session, municipality)
    known = {(row.group_kind, sign_of(row.group_code)): row.group_code for row in rows_of(held)}
    stated = [(row.group_kind, row.group_code) for row in rows_of(memberships)]
    codes = [known.get((kind, sign_of(code)), code) for kind, code in stated]
    changed = sorted(
        {
            f"{danish_kind(kind)} '{old}' er den kendte '{new}'"
            for (kind, old), new in zip(stated, codes, strict=True)
            if old != new
        }
    )
    remarks = [f"Stavemåde: {'; '.join(changed)}."] if changed else []
    settled = memberships.assign(group_code=codes)
    for kind, groups in settled.groupby("group_kind"):
        others = held.loc[held["group_kind"] == kind, "group_code"]
        remarks += near_names(str(kind), set(groups["group_code"]), set(others))
    return settled, remarks
