"""The kinds of things that are protected: what each is called, where it lies, what it consists of.

Every column of a protected table is named here, as something that may be seen (`fields`) or that
leaves the database for nobody (`withheld`). The database opens the columns that are named and no
others, so a new column is closed until it is declared, and a test fails until then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Kind:
    """A kind of thing: its name on screens, its table, and its fields."""

    words: str
    table: str | None
    fields: tuple[str, ...] = ()
    """What of it can be seen: columns, and what is made of them (`derived`)."""
    derived: tuple[str, ...] = ()
    """Fields that are no columns of the table."""
    withheld: tuple[str, ...] = ()
    """Columns that no page, answer, file or command shows to anybody."""


def _kind(
    words: str, table: str | None, fields: str = "", *, derived: str = "", withheld: str = ""
) -> Kind:
    made, kept = tuple(derived.split()), tuple(withheld.split())
    return Kind(words, table, (*fields.split(), *made), made, kept)


KINDS: Final[Mapping[str, Kind]] = {
    "municipality": _kind("kommuner", "work.municipality", "code name is_demo"),
    "area": _kind(
        "områder",
        "work.area",
        "id municipality_code kind code name valid_from valid_to outline source "
        "import_batch_id geom",
    ),
    "membership": _kind(
        "områders tilhør",
        "work.membership",
        "id municipality_code member_kind member_code group_kind group_code "
        "valid_from valid_to status decided_by source import_batch_id",
    ),
    "basemap": _kind(
        "kortgrundlag", "work.basemap_feature", "id municipality_code kind name rank source geom"
    ),
    "population": _kind(
        "befolkning",
        "work.population",
        "id municipality_code area_kind area_code year sex age_from age_to "
        "residents dwellings households source",
    ),
    "survey": _kind(
        "svar fra undersøgelser",
        "work.survey_result",
        "id municipality_code area_kind area_code year series question answer "
        "share_pct answers invited design_effect source",
    ),
    "published_index": _kind(
        "offentliggjorte indekstal",
        "work.published_index_result",
        "id municipality_code area_kind area_code index_year part crime_type "
        "category value source recorded_at",
    ),
    "index": _kind(
        "beregnede indekstal",
        "work.index_score",
        "id municipality_code area_kind area_code index_year part crime_type method "
        "method_hash inputs_hash value low high category computed_at",
    ),
    "incident_count": _kind(
        "hændelser talt pr. rode og måned",
        "work.incident_count",
        "municipality_code rode_code month crime_type incidents",
    ),
    "project": _kind(
        "byrumsprojekter",
        "work.improvement_project",
        "id municipality_code hotspot_area_code code name kind status place aim "
        "owner partners case_number case_url decided_on baseline_cost_oere "
        "baseline_end forecast_cost_oere forecast_end source updated_on geom",
    ),
    "funding": _kind(
        "finansiering",
        "work.funding_line",
        "id municipality_code improvement_project_id funder applied_oere "
        "granted_oere committed_oere spent_oere price_level_year",
    ),
    "action": _kind(
        "aftalepunkter",
        "work.action",
        "id municipality_code improvement_project_id actor what due_on done_on "
        "economy_checked environment_checked planning_checked recorded_at",
    ),
    "offer": _kind(
        "tilbud til unge",
        "work.offer",
        "id municipality_code code name kind operator age_from age_to same_in_holidays source geom "
        "ended_on version changed_by changed_at",
    ),
    "offer_dated": _kind(
        "tilbuds tider i ferier og på enkelte dage",
        "work.offer_dated_hours",
        "id municipality_code offer_id first_day last_day weekday opens closes",
    ),
    "school_holiday": _kind(
        "skolernes ferier",
        "work.school_holiday",
        "id municipality_code name first_day last_day source",
    ),
    "activity": _kind(
        "begivenheder og aktiviteter",
        "work.activity",
        "id municipality_code hotspot_area_code kind name place starts_at ends_at source",
    ),
    "offer_hours": _kind(
        "tilbuds åbningstider", "work.offer_hours", "offer_id weekday opens closes"
    ),
    "goal": _kind(
        "effektmål",
        "work.effect_goal",
        "id municipality_code code area_kind area_code indicator measured_by kind "
        "direction target_value target_category unit baseline_value baseline_year "
        "deadline comparison source",
    ),
    "goal_value": _kind(
        "målte værdier for effektmål",
        "work.effect_goal_value",
        "id municipality_code effect_goal_id year area_label value source recorded_at",
    ),
    "import": _kind(
        "indlæsninger",
        "work.import_batch",
        "id municipality_code kind file_name sha256 status rows_in_file rows_stored "
        "rows_rejected rows_duplicate remarks imported_by imported_at",
    ),
    "incident": _kind(
        "hændelser",
        "raw.incident",
        "municipality_code id source_system source_ref crime_type setting found_by "
        "occurred_from occurred_to rode_id import_batch_id recorded_at geom",
    ),
    "precision": _kind(
        "nøjagtighed, som andre ser politiets hændelser med",
        "raw.incident_precision",
        "id municipality_code precision set_by set_at",
    ),
    "team_setting": _kind(
        "holdets egne valg",
        "raw.team_setting",
        "id municipality_code team_id checks_in version changed_by changed_at",
    ),
    "team": _kind(
        "hold",
        "raw.team",
        "id municipality_code code name agency members member_codes version changed_by changed_at",
    ),
    "shift": _kind(
        "vagter", "raw.shift", "id municipality_code team_id member evening starts_at ends_at"
    ),
    "absence": _kind(
        "fravær", "raw.absence", "id municipality_code team_id member starts_at ends_at reported_at"
    ),
    "staffed": _kind(
        "anden bemandet tilstedeværelse",
        "raw.staffed_presence",
        "id municipality_code coverage_area_id kind code name ended_on version changed_by "
        "changed_at",
    ),
    "staffed_hours": _kind(
        "bemandingens tider",
        "raw.staffed_hours",
        "id municipality_code staffed_presence_id weekday opens closes",
    ),
    "coverage": _kind(
        "dækningsområder",
        "raw.coverage_area",
        "id municipality_code hotspot_area_code code name agency capacity "
        "kind level not_at_night_reason valid_from valid_to geom version changed_by changed_at",
    ),
    "presence_rule": _kind(
        "regler for tilstedeværelse",
        "raw.presence_rule",
        "id municipality_code kind least_minutes most_minutes longest_gap_minutes varied_order "
        "regular_days fixed_hours set_by set_at",
    ),
    "street_team_choice": _kind(
        "gadeteamets størrelse og hvile",
        "raw.street_team_choice",
        "id municipality_code members least_together rest_minutes least_minutes set_by set_at",
    ),
    "police_choice": _kind(
        "hvad politiet viser ud over tilsagn",
        "raw.police_choice",
        "id municipality_code unit_names rosters indbrud_in_need tyveri_in_need set_by set_at",
    ),
    "need_choice": _kind(
        "behovets halveringstid og vægte",
        "raw.need_choice",
        "id municipality_code half_life_weeks weight_vold weight_narkotika weight_haervaerk "
        "weight_chikane weight_uro set_by set_at",
    ),
    "level_choice": _kind(
        "besøg om ugen på hvert niveau",
        "raw.level_choice",
        "id municipality_code green yellow red set_by set_at",
    ),
    "commitment": _kind(
        "tilsagn",
        "raw.commitment",
        "id municipality_code evening_plan_id agency coverage_area_id team_id unit evening "
        "starts_at ends_at form reason kept removed_at recorded_at",
    ),
    "plan": _kind(
        "aftenplaner",
        "raw.evening_plan",
        "id municipality_code hotspot_area_code first_evening last_evening version "
        "state method inputs_hash recorded_at copied_from_id minutes sent_by sent_at "
        "agreed_police_by agreed_police_at agreed_chief_by agreed_chief_at reviewed_at "
        "changed_by changed_at",
    ),
    "amendment": _kind(
        "ændringer af aftaler",
        "raw.plan_amendment",
        "id municipality_code evening_plan_id what why made_by made_at",
    ),
    "proposal": _kind(
        "forslag til aftaler",
        "raw.plan_proposal",
        "id municipality_code hotspot_area_code first_evening last_evening inputs_hash seed "
        "result made_by made_at dropped_by dropped_at",
    ),
    "suspension": _kind(
        "urolige aftener",
        "raw.suspension",
        "id municipality_code hotspot_area_code evening declared_by declared_at lifted_by "
        "lifted_at",
    ),
    "assignment": _kind(
        "hvem der er hvor",
        "raw.plan_assignment",
        "id municipality_code evening_plan_id team_id coverage_area_id evening "
        "starts_at ends_at form is_joint reason",
    ),
    "log": _kind(
        "aftenlog",
        "raw.evening_log",
        "id municipality_code team_id coverage_area_id evening arrived_at minutes "
        "trend seen note follow_up written_by released_at recorded_at",
    ),
    "duty_feed": _kind("vagtkalenderens adresse", None, "created_at revoked_at"),
    "presence": _kind(
        "gennemført tilstedeværelse", None, "coverage_area_id agency evening arrived_at minutes"
    ),
    "release": _kind(
        "offentliggørelser",
        "pub.release",
        "id municipality_code number title status period_from period_to manifest "
        "snapshot_sha256 published_at",
    ),
    "comment": _kind("kommentarer til offentliggørelser", None, "release text"),
    "unsafe_place": _kind("steder, der opleves utrygge", None, "area_kind area_code text"),
    "map": _kind("tegnede kort", None, "aftenplan byrum beboere"),
    "user": _kind(
        "brugere",
        "adm.user_account",
        "id login name language is_demo created_by created_at version changed_by changed_at",
        derived="rights state last_sign_in invited_until",
        withheld="password_hash password_changed_at oidc_issuer oidc_subject failed_sign_ins "
        "locked_until disabled_at",
    ),
    "audit": _kind(
        "revisionsspor",
        "adm.audit_entry",
        "id at actor role action object_kind object_ref municipality_code purpose detail",
        derived="name position",
        withheld="salt is_sealed",
    ),
    "retention": _kind(
        "opbevaring",
        "adm.retention_rule",
        "municipality_code kind keep_days version changed_by changed_at",
    ),
    "account": _kind("egen konto", None, "name language password sessions"),
    "page": _kind("åbne sider", None, ""),
}
