"""What is too old goes everywhere, once, with a proof; the chain of the audit stays whole."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from geo_service.domain.callers import Job
from geo_service.domain.retention import KEPT, SIGN_INS, cut_off
from geo_service.errors import Conflict, InvalidInput, NotFound
from geo_service.storage.audit import append
from geo_service.storage.audit_chain import seal, verify
from geo_service.storage.database import Database
from geo_service.storage.incidents import count_by_rode
from geo_service.storage.retention import Rule, read_rules, set_rule
from geo_service.workflows.retention import Asked, Ran, retention_state, run_retention
from tests.access.planted import AWAY, EVENING, HOME, Planted, plant

EVERYWHERE = Job("os:test", None)
NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
DAYS = {"incidents": 100, "observations": 50, "plans": 60, "audit": 90}
AFTER = EVENING + timedelta(days=101)
"""A day on which everything that was planted is too old."""
GONE = ("incident", "log", "plan", "assignment", "commitment", "shift")


@pytest.fixture(scope="module")
def database(own_database: Callable[[str], Database]) -> Database:
    return own_database("tryghed_retention")


@pytest.fixture
def own(database: Database) -> Database:
    """The module's database, empty."""
    with database.as_owner() as connection:
        connection.execute(
            text(
                "TRUNCATE work.municipality, work.area, adm.audit_entry, adm.audit_seal,"
                " adm.retention_run RESTART IDENTITY CASCADE"
            )
        )
        connection.commit()
    return database


@pytest.fixture
def planted(own: Database) -> Planted:
    with own.working(EVERYWHERE) as session:
        found = plant(session)
        for place in (HOME, AWAY):
            count_by_rode(session, place)
    with own.session("web_auth") as session:
        for kind, days in DAYS.items():
            set_rule(session, Rule(HOME, kind, days), changed_by="user:1", now=NOW)
    return found


def asked(as_of: date = AFTER, **options) -> Asked:
    """A run for a day that may be ahead; for the database it is today all the same."""
    options = {"today": datetime.now(UTC).date(), "early": True, **options}
    return Asked(as_of=as_of, actor="os:test", **options)


def every_text(database: Database) -> Iterator[tuple[str, str]]:
    """Yield everything that the database holds, row by row, as text."""
    with database.as_owner() as connection:
        tables = connection.scalars(
            text(
                "SELECT schemaname || '.' || tablename FROM pg_tables"
                " WHERE schemaname IN ('raw', 'work', 'pub', 'adm')"
            )
        ).all()
        for table in tables:
            for row in connection.exec_driver_sql("SELECT t::text FROM TABLE t".replace(
                "TABLE", table)):  # fmt: skip
                yield table, row[0]


def canaries_in(database: Database, planted: Planted, place: str) -> set[str]:
    wanted = {
        one.text: one.kind
        for one in planted.canaries
        if one.kind in GONE and one.variant.municipality == place
    }
    assert wanted
    texts = [row for _, row in every_text(database)]
    return {kind for canary, kind in wanted.items() if any(canary in row for row in texts)}


def test_what_is_too_old_is_gone_everywhere_and_nothing_else(
    own: Database, planted: Planted
) -> None:
    assert canaries_in(own, planted, HOME)
    before = canaries_in(own, planted, AWAY)
    ran = run_retention(own, asked(municipality=HOME))
    assert ran.failed == {}
    assert canaries_in(own, planted, HOME) == set()
    assert canaries_in(own, planted, AWAY) == before
    with own.working(EVERYWHERE) as session:
        left = dict(
            session.execute(
                text("""
            SELECT 'incident', count(*) FROM raw.incident WHERE municipality_code = '0101' UNION
            SELECT 'count', count(*) FROM work.incident_count WHERE municipality_code = '0101' UNION
            SELECT 'plan', count(*) FROM raw.evening_plan WHERE municipality_code = '0101' UNION
            SELECT 'team', count(*) FROM raw.team WHERE municipality_code = '0101' UNION
            SELECT 'project', count(*) FROM work.improvement_project
              WHERE municipality_code = '0101'
        """)
            ).all()
        )
    assert (left["incident"], left["count"], left["plan"]) == (0, 0, 0)
    assert left["team"] > 0
    assert left["project"] > 0


def test_the_run_is_proved(own: Database, planted: Planted) -> None:
    ran = run_retention(own, asked(municipality=HOME))
    assert {one.kind for one in ran.deleted} == set(KEPT)
    assert next(one for one in ran.deleted if one.kind == "incidents").deleted > 0
    seal(own)
    with own.session("web_auth") as session:
        runs = session.execute(
            text("SELECT kind, deleted, remaining_older, actor FROM adm.retention_run")
        ).all()
        told = session.scalars(
            text("SELECT detail->>'deleted' FROM adm.audit_entry WHERE action = 'retain'")
        ).all()
        assert verify(session.connection()).fault is None
    assert {run.kind for run in runs} == set(KEPT)
    assert {run.remaining_older for run in runs} == {0}
    assert {run.actor for run in runs} == {"os:test"}
    assert sorted(told) == sorted(str(run.deleted) for run in runs)


def test_the_day_itself_is_kept(own: Database, planted: Planted) -> None:
    """`keep_days` back from the day of the run is the first day that stays."""
    last = EVENING + timedelta(days=DAYS["plans"])
    assert _deleted(run_retention(own, asked(last, municipality=HOME)), "plans") == 0
    later = asked(last + timedelta(days=1), municipality=HOME)
    assert _deleted(run_retention(own, later), "plans") > 0


def test_running_again_deletes_nothing(own: Database, planted: Planted) -> None:
    run_retention(own, asked(municipality=HOME))
    again = run_retention(own, asked(municipality=HOME))
    assert {one.deleted for one in again.deleted if one.kind != "audit"} == {0}


def test_a_dry_run_counts_and_changes_nothing(own: Database, planted: Planted) -> None:
    before = sorted(every_text(own))
    dry = run_retention(own, asked(dry_run=True))
    assert sorted(every_text(own)) == before
    real = run_retention(own, asked())
    assert [(one.kind, one.deleted) for one in dry.deleted if one.kind != "audit"] == [
        (one.kind, one.deleted) for one in real.deleted if one.kind != "audit"
    ]


def test_a_day_that_has_not_come_needs_a_word(own: Database, planted: Planted) -> None:
    with pytest.raises(InvalidInput, match="--early"):
        run_retention(own, asked(AFTER, today=EVENING, early=False))
    assert run_retention(own, asked(AFTER, today=EVENING)).failed == {}
    with pytest.raises(NotFound, match="0999"):
        run_retention(own, asked(municipality="0999"))


def test_a_job_cannot_reach_past_its_municipality(own: Database, planted: Planted) -> None:
    for job, place in ((Job("x", (HOME,)), AWAY), (Job("x", (HOME,)), None), (Job("x", ()), HOME)):
        with own.engine("job").connect() as connection:
            connection.execute(
                text("SELECT set_config('tryghed.municipalities', :it, true)"),
                {"it": job.context["municipalities"]},
            )
            with pytest.raises(DBAPIError, match="outside the scope"):
                connection.execute(
                    text("SELECT * FROM adm.forget_audit(:place, '2020-01-01', now()::date, 'x')"),
                    {"place": place},
                )


# --- the audit itself ---------------------------------------------------------------------------


def aged(database: Database, days: int) -> None:
    """Let everything in the audit have happened and been sealed `days` ago."""
    with database.as_owner() as connection:
        connection.execute(
            text("UPDATE adm.audit_entry SET at = at - make_interval(days => :days)"),
            {"days": days},
        )
        connection.commit()
    assert seal(database) > 0


def some_entries(database: Database) -> None:
    for place in (HOME, AWAY, None):
        for number in range(5):
            with database.session("web_auth") as session:
                append(
                    session,
                    actor=f"user:{number}",
                    role="police",
                    action="search",
                    object_kind="incident",
                    object_ref=f"SECRET-{place}",
                    municipality=place,
                    detail={"rows": number},
                )


def test_entries_go_and_the_chain_stays(own: Database, planted: Planted) -> None:
    some_entries(own)
    aged(own, 100)
    some_entries(own)
    today = datetime.now(UTC).date()
    ran = run_retention(own, asked(today))
    assert ran.failed == {}
    gone = {one.municipality: one.deleted for one in ran.deleted if one.kind == "audit"}
    assert gone == {HOME: 5, AWAY: 0, None: 0}  # the others keep theirs for two years
    seal(own)
    with own.session("web_auth") as session:
        verdict = verify(session.connection())
        left = session.scalars(
            text("SELECT count(*) FROM adm.audit_entry WHERE object_ref = 'SECRET-0101'")
        ).one()
    assert (verdict.fault, verdict.forgotten, left) == (None, 5, 5)


def test_what_vouches_for_a_gap_is_never_deleted(own: Database, planted: Planted) -> None:
    some_entries(own)
    aged(own, 100)
    today = datetime.now(UTC).date()
    run_retention(own, asked(today, municipality=HOME))
    for later in (100, 1_000, 10_000):
        run_retention(own, asked(today + timedelta(days=later)))
        seal(own)
        with own.session("web_auth") as session:
            assert verify(session.connection()).fault is None
    with own.session("web_auth") as session:
        kept = session.scalars(
            text("SELECT count(*) FROM adm.audit_entry WHERE action = 'retain'")
        ).one()
        runs = session.scalars(text("SELECT count(*) FROM adm.retention_run")).one()
    assert kept == runs


def test_nothing_of_the_last_days_goes_whatever_is_asked(own: Database, planted: Planted) -> None:
    some_entries(own)
    today = datetime.now(UTC).date()
    far = run_retention(own, asked(today + timedelta(days=9_999)))
    assert {one.deleted for one in far.deleted if one.kind == "audit"} == {0}
    with own.working(EVERYWHERE) as session, pytest.raises(DBAPIError, match="30 days are kept"):
        session.execute(text("SELECT * FROM adm.forget_audit('0101', now(), now()::date, 'x')"))


TAMPERINGS = {
    "not_forgotten": "UPDATE adm.audit_seal SET retention_run_id = NULL WHERE position = 2",
    "entry_missing": "UPDATE adm.audit_seal SET retention_run_id = NULL WHERE position = 1",
    "run": "UPDATE adm.retention_run SET deleted = deleted + 1 WHERE kind = 'audit'",
    "cut": "UPDATE adm.retention_run SET cut_off = cut_off + interval '1 s' WHERE kind = 'audit'",
    "left": "UPDATE adm.retention_run SET remaining_older = 1 WHERE kind = 'plans'",
    "place": "UPDATE adm.retention_run SET municipality_code = '0851' WHERE kind = 'plans'",
    "told": "DELETE FROM adm.retention_run WHERE kind = 'plans'",
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_a_deletion_cannot_be_claimed_or_changed(
    own: Database, planted: Planted, name: str
) -> None:
    some_entries(own)
    aged(own, 100)
    run_retention(own, asked(datetime.now(UTC).date(), municipality=HOME))
    seal(own)
    with own.as_owner() as connection:
        assert verify(connection).fault is None
        connection.exec_driver_sql(TAMPERINGS[name])
        fault = verify(connection).fault
        connection.rollback()
    assert fault is not None
    wanted = {"not_forgotten": "entry_missing", "entry_missing": "entry_missing"}
    assert fault.what in (wanted.get(name, "run_changed"), "not_forgotten")


def test_a_stranger_cannot_be_deleted_in_the_name_of_a_run(own: Database, planted: Planted) -> None:
    """Entries of another municipality, or younger than the cut-off, are not the run's to take."""
    some_entries(own)
    aged(own, 100)
    some_entries(own)
    run_retention(own, asked(datetime.now(UTC).date(), municipality=HOME))
    seal(own)
    for which in ("municipality_code = '0851'", "entry_at > now() - interval '1 day'"):
        with own.as_owner() as connection:
            place, entry = connection.execute(
                text(f"SELECT position, entry_id FROM adm.audit_seal WHERE {which} LIMIT 1")  # noqa: S608
            ).one()
            connection.execute(
                text(
                    "UPDATE adm.audit_seal SET retention_run_id = (SELECT id FROM"
                    " adm.retention_run WHERE kind = 'audit') WHERE position = :place"
                ),
                {"place": place},
            )
            connection.execute(
                text("DELETE FROM adm.audit_entry WHERE id = :entry"), {"entry": entry}
            )
            fault = verify(connection).fault
            connection.rollback()
        assert fault is not None
        assert (fault.what, fault.position) == ("not_forgotten", place)


# --- maps, rules, state -------------------------------------------------------------------------


def test_maps_from_before_the_cut_off_go(own: Database, planted: Planted, tmp_path: Path) -> None:
    old, new = tmp_path / "aftenplan.html", tmp_path / "inside" / "byrum.html"
    new.parent.mkdir()
    for path, days in ((old, 200), (new, 1)):
        path.write_text("<!doctype html>", encoding="utf-8")
        drawn = (datetime.combine(AFTER, datetime.min.time(), UTC)) - timedelta(days=days)
        os.utime(path, (drawn.timestamp(), drawn.timestamp()))
    dry = run_retention(own, asked(municipality=HOME, dry_run=True), maps=tmp_path)
    assert dry.maps_removed == [old]
    assert old.exists()
    ran = run_retention(own, asked(municipality=HOME), maps=tmp_path)
    assert (ran.maps_removed, ran.maps_to_redraw) == ([old], [new])
    assert not old.exists()
    assert new.exists()


def test_two_who_choose_at_once_are_told(own: Database, planted: Planted) -> None:
    with own.session("web_auth") as session:
        seen = read_rules(session, HOME)["plans"]
        assert (seen.keep_days, seen.version) == (60, 1)
        second = set_rule(session, Rule(HOME, "plans", 70, 1), changed_by="user:2", now=NOW)
        assert second.version == 2
        for version in (0, 1, 3):
            with pytest.raises(Conflict) as told:
                set_rule(session, Rule(HOME, "plans", 80, version), changed_by="user:3", now=NOW)
            assert (told.value.changed_by, told.value.changed_at) == ("user:2", NOW)
        assert read_rules(session, HOME)["plans"].keep_days == 70


@pytest.mark.parametrize(
    ("rule", "error"),
    [
        (Rule(HOME, "plans", 0), InvalidInput),
        (Rule(HOME, "plans", 36_501), InvalidInput),
        (Rule(HOME, "audit", 29), InvalidInput),
        (Rule(HOME, "persons", 29), InvalidInput),
        (Rule("0999", "plans", 29), NotFound),
    ],
)
def test_a_rule_has_limits(
    own: Database, planted: Planted, rule: Rule, error: type[Exception]
) -> None:
    with own.session("web_auth") as session, pytest.raises(error):
        set_rule(session, rule, changed_by="user:1", now=NOW)


def test_the_state_says_what_is_due_and_overdue(own: Database, planted: Planted) -> None:
    def of(kind: str, today: date):
        states = retention_state(own, today=today, municipality=HOME)
        return next(state for state in states if state.kind == kind)

    assert (of("plans", EVENING).due, of("plans", EVENING).overdue) == (0, False)
    due = of("plans", AFTER)
    assert due.due > 0
    assert (due.overdue, due.last_as_of, due.is_default) == (True, None, False)
    run_retention(own, asked(municipality=HOME))
    done = of("plans", AFTER)
    assert (done.due, done.overdue, done.last_as_of) == (0, False, AFTER)
    # a run for a day that has not come proves nothing about today
    assert of("plans", EVENING).last_as_of is None


def _deleted(ran: Ran, kind: str) -> int:
    assert ran.failed == {}
    return next(one.deleted for one in ran.deleted if one.kind == kind)


def test_the_cut_off_is_midnight_in_copenhagen() -> None:
    assert cut_off(date(2026, 7, 10), 5).isoformat() == "2026-07-05T00:00:00+02:00"
    assert cut_off(date(2026, 11, 1), 10).isoformat() == "2026-10-22T00:00:00+02:00"


# --- what belongs to no municipality ------------------------------------------------------------


def signed_in(database: Database, today: date) -> None:
    """Sessions, invitations and sign-ins under way of one account, by how long ago they ended."""
    noon = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
    with database.as_owner() as connection:
        connection.execute(
            text(
                "INSERT INTO adm.user_account (login, name, created_by, changed_by)"
                " VALUES ('alder', 'Prøve', 'os:test', 'os:test');"
                "INSERT INTO adm.user_right (user_id, role, municipality_code, granted_by)"
                " SELECT id, 'tmf', '0101', 'os:test' FROM adm.user_account WHERE login = 'alder'"
            )
        )
        for number, (expired, ended) in enumerate(
            ((60, None), (10, 60), (31, None), (30, None), (29, None), (-1, None), (90, None))
        ):
            connection.execute(
                text("""
                WITH who AS (SELECT u.id, r.id AS right_id FROM adm.user_account u
                             JOIN adm.user_right r ON r.user_id = u.id WHERE u.login = 'alder'),
                s AS (INSERT INTO adm.web_session (kind, token_sha256, user_id, right_id, seen_at,
                        expires_at, ended_at)
                      SELECT 'web', :token, id, right_id, :expired, :expired, :ended FROM who),
                i AS (INSERT INTO adm.invitation (token_sha256, user_id, created_by, expires_at,
                        used_at)
                      SELECT :token, id, 'os:test', :expired, :ended FROM who),
                f AS (INSERT INTO adm.calendar_feed (user_account_id, municipality_code,
                        team_code, token_hash, revoked_at)
                      SELECT id, '0101', 'G1', :token, :ended FROM who)
                INSERT INTO adm.sign_in_state
                    (state_sha256, nonce, code_verifier, next_path, expires_at)
                  VALUES (:token, 'n', 'v', '/', :expired)
            """),
                {
                    "token": bytes([number]),
                    "expired": noon - timedelta(days=expired),
                    "ended": None if ended is None else noon - timedelta(days=ended),
                },
            )
        connection.commit()


def left_of_sign_ins(database: Database) -> list[list[int]]:
    """Return which of those above are left: sessions, invitations, sign-ins, calendars."""
    with database.as_owner() as connection:
        return [
            [row[0][0] for row in connection.execute(text(f"SELECT {key} FROM adm.{table} ORDER BY 1"))]  # noqa: S608, E501
            for table, key in (
                ("web_session", "token_sha256"),
                ("invitation", "token_sha256"),
                ("sign_in_state", "state_sha256"),
                ("calendar_feed", "token_hash"),
            )
        ]  # fmt: skip


def test_sessions_invitations_and_sign_ins_go_a_month_after_their_end(own: Database) -> None:
    with own.as_owner() as connection:
        for table in (
            "web_session",
            "invitation",
            "sign_in_state",
            "calendar_feed",
            "user_account",
        ):
            connection.execute(text(f"TRUNCATE adm.{table} CASCADE"))
        connection.execute(text("INSERT INTO work.municipality (code, name) VALUES ('0101', 'x')"))
        connection.commit()
    today = datetime.now(UTC).date()
    signed_in(own, today)
    (state,) = [one for one in retention_state(own, today=today) if one.kind == SIGN_INS]
    assert (state.municipality, state.keep_days, state.due) == (None, 30, 3 + 4 + 3 + 1)
    for _ in range(2):  # an early run reaches nothing that is not due
        ran = run_retention(own, asked(today + timedelta(days=400)))
        assert ran.failed == {}
        sessions, invitations, under_way, calendars = left_of_sign_ins(own)
        assert sessions == [3, 4, 5, 6]  # the last one is the newest: when somebody was here last
        assert invitations == [3, 4, 5]
        assert under_way == [1, 3, 4, 5]
        assert calendars == [0, 2, 3, 4, 5, 6]  # those that nobody has closed stay
    (state,) = [one for one in retention_state(own, today=today) if one.kind == SIGN_INS]
    assert state.due == 0
    seal(own)
    with own.session("web_auth") as session:
        runs = session.execute(
            text(
                "SELECT municipality_code, deleted, remaining_older FROM adm.retention_run"
                " WHERE kind = 'sign_ins' ORDER BY id"
            )
        ).all()
        told = session.scalars(
            text(
                "SELECT (detail->>'deleted')::int FROM adm.audit_entry"
                " WHERE action = 'retain' AND detail->>'kind' = 'sign_ins' ORDER BY id"
            )
        ).all()
        assert verify(session.connection()).fault is None
    assert [tuple(run) for run in runs] == [(None, told[0], 0), (None, 0, 0)]
    assert told[0] > 0


def test_the_job_that_deletes_reads_no_secret(own: Database) -> None:
    for column in ("token_sha256", "label"):
        with own.working(EVERYWHERE) as session, pytest.raises(DBAPIError, match="permission"):
            session.execute(text(f"SELECT {column} FROM adm.web_session"))  # noqa: S608
