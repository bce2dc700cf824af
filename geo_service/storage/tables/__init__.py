"""All tables, by schema: `raw` and `work` hold data, `pub` releases, `adm` the running of it."""

from geo_service.storage.tables.accounts import (
    CalendarFeed,
    Invitation,
    SignInState,
    UserAccount,
    UserRight,
    WebSession,
)
from geo_service.storage.tables.adm import (
    AuditEntry,
    AuditSeal,
    RetentionRule,
    RetentionRun,
    Setting,
)
from geo_service.storage.tables.agreements import (
    Commitment,
    EveningPlan,
    PlanAmendment,
    PlanAssignment,
    Suspension,
)
from geo_service.storage.tables.base import Base
from geo_service.storage.tables.basemap import BasemapFeature
from geo_service.storage.tables.choices import PoliceChoice, PresenceRule, StreetTeamChoice
from geo_service.storage.tables.presence import (
    Absence,
    CoverageArea,
    EveningLog,
    Shift,
    StaffedHours,
    StaffedPresence,
    Team,
)
from geo_service.storage.tables.programme import (
    Action,
    Activity,
    EffectGoal,
    EffectGoalValue,
    FundingLine,
    ImprovementProject,
    Offer,
    OfferDatedHours,
    OfferHours,
    SchoolHoliday,
)
from geo_service.storage.tables.pub import Release
from geo_service.storage.tables.raw import Incident, IncidentPrecision
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
    "Absence",
    "Action",
    "Activity",
    "Area",
    "AuditEntry",
    "AuditSeal",
    "Base",
    "BasemapFeature",
    "CalendarFeed",
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
    "IncidentPrecision",
    "IndexScore",
    "Invitation",
    "Membership",
    "Municipality",
    "Offer",
    "OfferDatedHours",
    "OfferHours",
    "PlanAmendment",
    "PlanAssignment",
    "PoliceChoice",
    "Population",
    "PresenceRule",
    "PublishedIndexResult",
    "Release",
    "RetentionRule",
    "RetentionRun",
    "SchoolHoliday",
    "Setting",
    "Shift",
    "SignInState",
    "StaffedHours",
    "StaffedPresence",
    "StreetTeamChoice",
    "SurveyResult",
    "Suspension",
    "Team",
    "UserAccount",
    "UserRight",
    "WebSession",
]
