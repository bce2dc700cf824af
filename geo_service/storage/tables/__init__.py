"""All tables, by schema: `raw` and `work` hold data, `pub` releases, `adm` the running of it."""

from geo_service.storage.tables.adm import AuditEntry
from geo_service.storage.tables.base import Base
from geo_service.storage.tables.programme import (
    Action,
    EffectGoal,
    EffectGoalValue,
    FundingLine,
    ImprovementProject,
    Offer,
    OfferHours,
)
from geo_service.storage.tables.pub import Release
from geo_service.storage.tables.raw import (
    Commitment,
    CoverageArea,
    EveningLog,
    EveningPlan,
    Incident,
    PlanAssignment,
    Shift,
    Team,
)
from geo_service.storage.tables.work import (
    Area,
    ImportBatch,
    IncidentCount,
    IndexScore,
    Membership,
    Municipality,
    Population,
    PublishedIndexResult,
    SurveyResult,
)

__all__ = [
    "Action",
    "Area",
    "AuditEntry",
    "Base",
    "Commitment",
    "CoverageArea",
    "EffectGoal",
    "EffectGoalValue",
    "EveningLog",
    "EveningPlan",
    "FundingLine",
    "ImportBatch",
    "ImprovementProject",
    "Incident",
    "IncidentCount",
    "IndexScore",
    "Membership",
    "Municipality",
    "Offer",
    "OfferHours",
    "PlanAssignment",
    "Population",
    "PublishedIndexResult",
    "Release",
    "Shift",
    "SurveyResult",
    "Team",
]
