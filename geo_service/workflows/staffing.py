"""Shifts and absences: typed or from a roster, checked, stored, and told of.

The chief keeps those of the street team; the police theirs, once they show them. A team that goes
as one counts as each of its members, where they have codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final

from geo_service.domain.commitments import part_of_evening
from geo_service.domain.danish_time import days_words, period_said, period_words
from geo_service.domain.evenings import NIGHT_ENDS, on_the_wall
from geo_service.domain.findings import Finding, refuse
from geo_service.domain.staffing import Absence, Shift, StreetTeamRules, require_member_code
from geo_service.errors import AlreadyExists, InvalidInput, NotFound
from geo_service.importing.duty_roster import read_duties
from geo_service.importing.report import Rejection
from geo_service.messages import _
from geo_service.planning import staffing_checks as checks
from geo_service.storage import choices
from geo_service.storage import staffing as store
from geo_service.storage.agreements import Agreement
from geo_service.storage.staffing import KeptAbsence, KeptShift, KeptTeam, NewShift
from geo_service.workflows.agreement_desk import OWN_AGENCY, Desk

STREET_TEAM: Final = ("street_team",)
DAY: Final = timedelta(days=1)
LONGEST_ABSENCE_DAYS: Final = 366
NAMED: Final = ("overlapping_shifts", "rest", "clock_change")
"""Rules that speak of single members and hold for a team as one."""
OF_PATROLS: Final = ("overlapping_shifts", "clock_change")
"""Rules that hold for patrols too; how the police rest is theirs to know."""


@dataclass(frozen=True)
class RosterReport:
    """What became of a roster: nothing is stored where anything was wrong."""

    rows: int
    added: int = 0
    known: int = 0
    rejections: list[Rejection] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def is_stored(self) -> bool:
        """Whether the roster was taken as it is."""
        return not self.rejections and not any(one.blocks for one in self.findings)


def own_agency(desk: Desk) -> str:
    """Return whose shifts the caller keeps."""
    return OWN_AGENCY.get(desk.caller.role, "street_team")


def may_plan(desk: Desk) -> bool:
    """Tell whether the caller keeps shifts: the police only once they show them."""
    if not desk.caller.may("shift.write"):
        return False
    return (
        own_agency(desk) != "police"
        or choices.police_detail(desk.session, desk.municipality)[0].rosters
    )


def _require_shown(desk: Desk) -> str:
    """Return whose shifts the caller keeps; raises InvalidInput where the police show none."""
    if not may_plan(desk):
        raise InvalidInput(
            _("Politiets vagter er slået fra. Politiet slår dem til under Hold og regler.")
        )
    return own_agency(desk)


def rules_of(desk: Desk) -> StreetTeamRules:
    """Return the settings of the street team that are in force."""
    return choices.street_team_rules(desk.session, desk.municipality)[0]


def findings(desk: Desk, first: date, last: date) -> list[Finding]:
    """Return what the rules say of the street team's shifts on evenings [first, last]."""
    teams = store.read_teams(desk.session)
    kept = store.read_shifts(desk.session, first, last, agencies=STREET_TEAM)
    away = _absences(desk, first, last)
    found = checks.check_staffing(duties(kept, teams), absences(away, teams), rules=rules_of(desk))
    return _of_people(found, teams)


def after_agreement(desk: Desk, agreement: Agreement) -> list[Finding]:
    """Return the absences that were told after both sides had said yes, and what is left."""
    told = [one for one in (agreement.agreed_police_at, agreement.agreed_chief_at) if one]
    if not agreement.signed.both or not told:
        return []
    first, last = max(agreement.first_evening, desk.today), agreement.last_evening
    teams = store.read_teams(desk.session)
    kept = store.read_shifts(desk.session, first, last, agencies=STREET_TEAM)
    away = absences(_absences(desk, first, last), teams)
    return checks.absences_after(max(told), duties(kept, teams), away, rules_of(desk))


def add_shift(desk: Desk, who: str, evening: date, part: str) -> list[Finding]:
    """Store a shift of a member, or of a team as one, and return what is to be told of it.

    Raises
    ------
    InvalidInput
        If the time cannot be read or does not exist that night, nobody has the code, or a rule
        blocks, such as two shifts at once; in Danish.
    AlreadyExists
        If the shift is there.
    """
    agency = _require_shown(desk)
    period = part_of_evening(evening, part)
    teams = store.read_teams(desk.session, agency=agency)
    team, member = _who(who, teams)
    new = NewShift(team.id, member, evening, period.starts_at, period.ends_at)
    found = _checked(desk, [new], teams)
    refuse(found)
    if not store.add_shifts(desk.session, desk.municipality, [new]):
        raise AlreadyExists(
            _(
                "Vagten %(period)s for %(who)s står der allerede.",
                period=period_said(new.starts_at, new.ends_at),
                who=who,
            )
        )
    return found


def import_roster(
    desk: Desk, content: bytes, *, file: str, member: str | None = None
) -> RosterReport:
    """Store the shifts of a roster, or none of them.

    A duty that is stored already is counted and not stored again.

    Raises
    ------
    InvalidInput
        If the file as a whole cannot be used; in Danish.
    """
    teams = store.read_teams(desk.session, agency=_require_shown(desk))
    known = sorted({code for team in teams for code in (team.code, *team.member_codes)})
    read = read_duties(content, file=file, members=known, member=member or None)
    if read.rejections:
        return RosterReport(read.rows, rejections=read.rejections, remarks=read.remarks)
    new = []
    for one in read.as_shifts():
        team, code = _who(one.member, teams)
        new.append(NewShift(team.id, code, one.evening, one.starts_at, one.ends_at))
    found = _checked(desk, new, teams)
    if any(one.blocks for one in found):
        return RosterReport(read.rows, findings=found, remarks=read.remarks)
    added = store.add_shifts(desk.session, desk.municipality, new)
    return RosterReport(read.rows, added, read.rows - added, findings=found, remarks=read.remarks)


def report_absence(desk: Desk, who: str, first: date, last: date, part: str = "") -> str:
    """Store that a member, or a team, is not there, and return in Danish who and when.

    Parameters
    ----------
    part
        Of the first evening, where both days are the same; empty: whole days, from six in the
        morning of the first to six in the morning after the last.

    Raises
    ------
    InvalidInput
        If the days or the time cannot be used, or nobody has the code; in Danish.
    """
    if not first <= last < first + timedelta(days=LONGEST_ABSENCE_DAYS):
        raise InvalidInput(
            _("Fraværet skal slutte på eller efter den første dag, inden for et år.")
        )
    if part.strip() and first != last:
        raise InvalidInput(_("Et tidsrum gælder én aften. Udelad det, når fraværet er flere dage."))
    team, member = _who(who, store.read_teams(desk.session))
    if part.strip():
        starts_at, ends_at = part_of_evening(first, part)
        words = period_words(starts_at, ends_at)
    else:
        starts_at = on_the_wall(first, time(NIGHT_ENDS))
        ends_at = on_the_wall(last + DAY, time(NIGHT_ENDS))
        words = days_words(first, last)
    store.add_absence(
        desk.session,
        desk.municipality,
        team_id=team.id,
        member=member,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    return f"{who} er meldt fraværende {words}."


def save_team(desk: Desk, code: str, name: str, members: str, *, version: int) -> None:
    """Make a team, or change its name and the codes of its members.

    Raises
    ------
    Conflict
        If the team is not `version` any more (0: there was none).
    InvalidInput
        If a code is none, is used by another team, or there are more than the team has.
    """
    require_member_code(code)
    said = " ".join(name.split())
    if not 0 < len(said) <= 60:  # noqa: PLR2004 - as wide as a column
        raise InvalidInput(_("Holdets navn skal have 1 til 60 tegn, fx Gadeteam 1."))
    codes = [require_member_code(one) for one in members.replace(",", " ").upper().split()]
    if len(set(codes)) < len(codes):
        raise InvalidInput(_("En betegnelse står to gange. Hvert medlem har sin egen."))
    agency = _require_shown(desk)
    teams = store.read_teams(desk.session, agency=agency)
    everybody = [*teams, *store.read_teams(desk.session, agency=_other(agency))]
    taken = {
        one
        for team in everybody
        if (team.code, team.agency) != (code, agency)
        for one in (team.code, *team.member_codes)
    }
    if clash := sorted(taken & {code, *codes} | ({code} & set(codes))):
        raise InvalidInput(
            _("Betegnelsen %(clash)s er i brug. Giv medlemmet en anden.", clash=clash[0])
        )
    others = sum(len(team.member_codes) for team in teams if team.code != code)
    most = rules_of(desk).members
    if agency == "street_team" and others + len(codes) > most:
        raise InvalidInput(
            _(
                "Gadeteamet har %(most)s medlemmer efter indstillingen, og det bliver "
                "%(codes)s. Ret antallet i indstillingen, eller fjern en betegnelse.",
                most=most,
                codes=others + len(codes),
            )
        )
    store.save_team(
        desk.session,
        desk.municipality,
        code,
        said,
        codes,
        agency=agency,
        version=version,
        actor=desk.caller.actor,
        now=desk.now,
    )


def _other(agency: str) -> str:
    return "street_team" if agency == "police" else "police"


def duties(kept: Iterable[KeptShift], teams: Sequence[KeptTeam]) -> list[Shift]:
    """Return stored shifts as the rules know them, a team as each of its members.

    One that the rules cannot know, such as of a team whose code is none, is left out.
    """
    found = []
    for one in kept:
        for code in _people(one.member, one.team, teams):
            with suppress(InvalidInput):
                found.append(Shift(one.starts_at, one.ends_at, code, one.team))
    return found


def absences(kept: Iterable[KeptAbsence], teams: Sequence[KeptTeam]) -> list[Absence]:
    """Return stored absences as the rules know them, a team as each of its members."""
    found = []
    for one in kept:
        for code in _people(one.member, one.team, teams):
            with suppress(InvalidInput):
                found.append(Absence(code, one.starts_at, one.ends_at, one.reported_at))
    return found


def _people(member: str | None, code: str, teams: Sequence[KeptTeam]) -> tuple[str, ...]:
    """Return the codes that a shift or an absence is of."""
    if member:
        return (member,)
    codes = next((team.member_codes for team in teams if team.code == code), ())
    return codes or (code,)


def _absences(desk: Desk, first: date, last: date) -> list[KeptAbsence]:
    return store.read_absences(desk.session, *_days(first, last))


def _days(first: date, last: date) -> tuple[datetime, datetime]:
    return on_the_wall(first, time(0)), on_the_wall(last + 2 * DAY, time(0))


def _who(code: str, teams: Sequence[KeptTeam]) -> tuple[KeptTeam, str | None]:
    """Return the team that a code belongs to, and the member; None for the team as one."""
    require_member_code(code)
    for team in teams:
        if code == team.code:
            return team, None
        if code in team.member_codes:
            return team, code
    raise InvalidInput(
        _(
            "%(code)s er ikke oprettet. Opret betegnelsen under Hold og regler, eller ret vagten.",
            code=code,
        )
    )


def _checked(desk: Desk, new: Sequence[NewShift], teams: Sequence[KeptTeam]) -> list[Finding]:
    """Return what the rules say of new shifts beside those that are stored."""
    if not new:
        return []
    first = min(one.evening for one in new) - DAY
    last = max(one.evening for one in new) + DAY
    agency = teams[0].agency
    kept = store.read_shifts(desk.session, first, last, agencies=(agency,))
    by_id = {team.id: team for team in teams}
    keys = {(one.team, one.member, one.starts_at) for one in kept}
    fresh = [
        KeptShift(
            0, by_id[one.team_id].code, agency, one.member, one.evening, one.starts_at,
            one.ends_at,
        )
        for one in new
    ]  # fmt: skip
    fresh = [one for one in fresh if (one.team, one.member, one.starts_at) not in keys]
    evenings = {one.evening for one in fresh}
    codes = {one.member for one in duties(fresh, teams)}
    found = checks.check_staffing(duties([*kept, *fresh], teams), rules=rules_of(desk))
    if agency == "police":
        found = [one for one in found if one.rule in OF_PATROLS]
    return [
        one
        for one in _of_people(found, teams)
        if codes & set(one.about) and (one.evening in evenings or one.rule in NAMED)
    ]


def _of_people(found: Iterable[Finding], teams: Sequence[KeptTeam]) -> list[Finding]:
    """Leave out that too few go together, where a team without codes goes as one."""
    as_one = {team.code for team in teams if not team.member_codes}
    kept = [one for one in found if one.rule in NAMED or not as_one & set(one.about)]
    return list(dict.fromkeys(kept))


def remove_shift(desk: Desk, shift_id: int) -> bool:
    """Take a shift away; False if there is none that the caller may know of.

    Raises
    ------
    NotFound
        If the caller removes none, or not this one.
    """
    if not may_plan(desk):
        raise NotFound("Vagten findes ikke.")
    return store.remove_shift(desk.session, shift_id, agency=own_agency(desk))
