"""Proposals for evenings as a program reads them: need in expected incidents, times aware."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from api.jobs import Job, State
from geo_service.domain.agreements import EVENINGS, MOST_EVENINGS
from geo_service.storage.plan_proposals import Proposal
from geo_service.workflows.plan_request import MOST_FLOOR, MOST_JOINT, MOST_SEED, Asked


class PlanOrder(BaseModel):
    """What is to be proposed."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    hotspot_area: str = Field(pattern=r"^[a-z0-9æøå-]{1,40}$")
    first_evening: date = Field(alias="from")
    days: int = Field(EVENINGS, ge=1, le=MOST_EVENINGS)
    joint_visits: int = Field(0, ge=0, le=MOST_JOINT)
    forbid_overlap: bool = False
    most_share: float = Field(1.0, gt=0, le=1)
    least_visits: int = Field(0, ge=0, le=MOST_FLOOR)
    seed: int = Field(0, ge=0, le=MOST_SEED)

    @property
    def asked(self) -> Asked:
        """It as the optimiser takes it."""
        return Asked(
            self.hotspot_area,
            self.first_evening,
            self.days,
            self.joint_visits,
            self.forbid_overlap,
            self.most_share,
            self.least_visits,
            seed=self.seed,
        )


class PlanStage(BaseModel):
    """How far one aim was driven, and what no plan can be better than."""

    name: str
    what: str
    value: float
    bound: float
    state: str
    says: str


class PlanAssignment(BaseModel):
    """One team in one place in one slot, and why."""

    evening: date
    starts_at: datetime
    ends_at: datetime
    agency: str
    team: str
    place: str
    place_name: str
    form: str
    joint: bool
    promised: bool
    reasons: list[str]
    brief: str = ""


class PlanGap(BaseModel):
    """A place that nobody covers though much is expected."""

    evening: date
    starts_at: datetime
    ends_at: datetime
    place: str
    place_name: str
    expected: float


class JointPrice(BaseModel):
    """The need that the best plan covers with so many joint visits."""

    joint_visits: int
    covered: float
    share: float


class PlanBaseline(BaseModel):
    """A plan beside the proposal."""

    name: str
    covered: float
    share: float
    joint_visits: int


class PlanCounted(BaseModel):
    """What the need was counted from, and what an incident of each type weighed."""

    incidents: int
    weeks: int
    until: date
    precision: str
    method: str
    half_life_weeks: float
    weights: dict[str, float]


class PlanSummary(BaseModel):
    """A proposal in a list."""

    id: int
    hotspot_area: str
    first_evening: date
    last_evening: date
    share: float
    cut: bool
    made_at: datetime
    made_by: str
    dropped: bool

    @classmethod
    def of(cls, proposal: Proposal) -> Self:
        """Return a stored proposal for the list."""
        return cls(**_facts(proposal), share=proposal.result["share"], cut=proposal.result["cut"])


class PlansOut(BaseModel):
    """Proposals, the newest first."""

    plans: list[PlanSummary]


class PlanOut(BaseModel):
    """A proposal with everything that is said of it."""

    id: int
    hotspot_area: str
    first_evening: date
    last_evening: date
    made_at: datetime
    made_by: str
    dropped: bool
    method: str
    inputs_hash: str
    seed: int
    cut: bool
    objective: float
    bound: float
    need: float
    share: float
    joint_visits: int
    period: str
    counted: PlanCounted | None = None
    remarks: list[str]
    stages: list[PlanStage]
    assignments: list[PlanAssignment]
    gaps: list[PlanGap]
    next_team: dict[str, float]
    joint_prices: list[JointPrice]
    baselines: list[PlanBaseline]

    @classmethod
    def of(cls, proposal: Proposal) -> Self:
        """Return a stored proposal."""
        return cls.model_validate({**proposal.result, **_facts(proposal)})


class PlanJobOut(BaseModel):
    """How far a proposal is, or what became of it."""

    id: str
    state: State
    reason: str
    text: str
    done: int
    total: int
    plan_id: int | None

    @classmethod
    def of(cls, job: Job) -> Self:
        """Return a job as it stands."""
        made = job.batch if job.state == "done" else None
        return cls(
            id=job.id,
            state=job.state,
            reason=job.reason,
            text=job.text,
            done=job.done,
            total=job.total,
            plan_id=made,
        )


def _facts(proposal: Proposal) -> dict[str, object]:
    return {
        "id": proposal.id,
        "hotspot_area": proposal.hotspot_area,
        "first_evening": proposal.first_evening,
        "last_evening": proposal.last_evening,
        "made_at": proposal.made_at,
        "made_by": proposal.made_by,
        "dropped": proposal.dropped_at is not None,
    }
