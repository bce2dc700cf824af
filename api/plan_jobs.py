"""Proposals for evenings under way: each is a process of its own, which can be ended.

The web process neither counts nor searches: the child does, as the caller and within their
scope (`geo_service/cli/plan_job.py`), and stores the proposal in one transaction.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, Final

from api.children import start_child
from api.jobs import Job, Jobs, JobWords, owner_of
from geo_service.domain.callers import Caller
from geo_service.storage.database import Database

CHILD: Final = "geo_service.cli.plan_job"
OF_PLANS: Final = JobWords(
    died="Forslaget stoppede uden at sige hvorfor. Intet er gemt. Prøv igen.",
    cancelled="Forslaget blev afbrudt. Intet er gemt.",
    full="Der regnes allerede på forslag. Vent, til et af dem er færdigt.",
    unknown="Det forslag regnes der ikke på.",
)


class PlanJobs(Jobs):
    """The proposals that this web process has under way."""

    words = OF_PLANS

    def propose(self, caller: Caller, asked: Mapping[str, Any]) -> Job:
        """Start a proposal of the caller's; `asked` is a `plan_request.Asked` as JSON.

        Raises
        ------
        TooMany
            If as many as this process takes are under way.
        NotReady
            If the application is on its way down.
        """
        return self._enter(lambda: self._proposal(caller, asked))

    def _proposal(self, caller: Caller, asked: Mapping[str, Any]) -> Job:
        order = order_of(self._database, caller, asked)
        process = start_child(order, module=CHILD)
        return Job(order["id"], "plan", owner_of(caller), "", "", process)


def order_of(database: Database, caller: Caller, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a child is told: who asks, for what, and where the database is."""
    return {
        "id": secrets.token_urlsafe(16),
        "caller": {
            "actor": caller.actor,
            "role": caller.role.value,
            "municipality": caller.municipality,
            "hotspot_areas": caller.hotspot_areas,
            "user_id": caller.user_id,
        },
        "asked": dict(asked),
        "address": database.address.set(username=None, password=None).render_as_string(),
        "secrets": str(database.secrets),
    }
