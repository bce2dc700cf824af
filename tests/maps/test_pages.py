"""The three pages as text: what they refuse, what they hold, that they repeat."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo_service.errors import InvalidInput, NotReady, UnsafeToPublish, WrongCRS
from maps import base, layers
from maps.evening import evening_page
from maps.evening_board import Board
from maps.evening_finding import finding
from maps.page import fingerprint
from maps.projects import projects_page
from maps.projects_story import PHASES, STATUSES, holders, phase_of, read_projects
from maps.residents import residents_page
from tests.maps import frames

Draw = Callable[..., str]
PAGES = [
    (evening_page, frames.evening),
    (projects_page, frames.project_page),
    (residents_page, frames.resident_page),
]
MOST_BYTES = 1_500_000


@pytest.mark.parametrize(("draw", "takes"), PAGES)
def test_page_is_repeatable_small_and_self_contained(draw: Draw, takes: Any) -> None:
    html = draw(**takes())
    assert html == draw(**takes())
    assert len(html.encode()) < MOST_BYTES
    ours = html.replace(base.leaflet("leaflet.js"), "")
    assert set(re.findall(r"https?://[^\s\"'`)]+", ours)) == set()
    assert not re.search(r"<[^>]+\sstyle=", ours.replace(base.leaflet("leaflet.css"), ""))
    assert "unsafe-inline" not in html
    assert html.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(("draw", "takes"), PAGES)
def test_policy_names_each_inline_block(draw: Draw, takes: Any) -> None:
    html = draw(**takes())
    policy = html.split('http-equiv="Content-Security-Policy" content="')[1].split('"')[0]
    blocks = re.findall(r"<(?:script|style)>(.*?)</(?:script|style)>", html, flags=re.DOTALL)
    assert len(blocks) == 7
    for block in blocks:
        assert fingerprint(block).replace("'", "&#39;") in policy


@pytest.mark.parametrize(("draw", "takes"), PAGES)
def test_layers_in_degrees_are_refused(draw: Draw, takes: Any) -> None:
    given = takes()
    for key, frame in given.items():
        if isinstance(frame, gpd.GeoDataFrame):
            with pytest.raises(WrongCRS, match=f"`{key}`"):
                draw(**(given | {key: frame.to_crs("EPSG:4326")}))


@pytest.mark.parametrize(("draw", "takes"), PAGES)
def test_missing_columns_are_named(draw: Draw, takes: Any) -> None:
    given = takes()
    for key, frame in given.items():
        if isinstance(frame, pd.DataFrame):
            gone = frame.columns[0]
            with pytest.raises(InvalidInput, match=f"`{key}` lacks .*{gone}"):
                draw(**(given | {key: frame.drop(columns=gone)}))


def test_leaflet_that_is_not_installed_is_said_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match=r"Run `\./tryghed`"):
        base.leaflet("leaflet.js", folder=tmp_path)


def test_leaflet_style_fetches_nothing() -> None:
    assert "url(" not in base.leaflet("leaflet.css")


def board(gap_from: float = 1.0, **changes: Any) -> Board:
    given = frames.evening(**changes)
    return Board.of(
        slots=given["slots"],
        coverage=given["coverage"],
        need=given["need"],
        plan=given["plan"],
        gap_from=gap_from,
    )


def test_gaps_are_areas_with_need_and_nobody() -> None:
    # Monday 20-22: need 1.6 * (0.75, 1.1, 1.45, 1.8, 2.15); A4 and A5 are manned
    assert board().gaps(3) == [2, 1, 0]
    assert board(gap_from=100).gaps(3) == []
    assert board().joint(3)
    assert not board().joint(4)
    assert board().start() == 3


def test_slots_in_a_row_are_one_gap_and_somebody_there_ends_it() -> None:
    # Monday 17-20 without anybody: A5 1.2 * 2.15 = 2.58; A4 1.2 * 1.8; the others the whole evening
    assert board(gap_from=2.6).gaps(1) == [2, 1, 0]
    assert board(gap_from=2.5).gaps(1) == board(gap_from=2.5).gaps(2) == [4, 2, 1, 0]


def test_the_answer_of_a_slot_names_who_is_where_and_where_nobody_is() -> None:
    assert finding(board(), 3) == (
        "man 23. nov kl. 20.00–22.00: 12 hændelser ventet. G1 og P1: Nørrebrohallen, fælles. "
        "G2: Aldersrogade. ▲ 3 huller: Haraldsgade, Hothers Plads, Mjølnerparken."
    )
    assert finding(board(gap_from=100), 1).endswith("Ingen er sat på. Ingen huller.")


def test_a_week_without_plan_says_so() -> None:
    html = evening_page(**frames.evening(plan=frames.plan().iloc[:0]))
    assert "hændelser ventet. Ingen er sat på. ▲ 5 huller: " in html
    assert " og 2 til." in html
    assert "Aftal aftener på mødet" in html


def test_empty_frames_make_a_page() -> None:
    given = frames.evening()
    empty = {key: given[key].iloc[:0] for key in ("slots", "need", "plan", "offers", "stations")}
    empty["density_values"] = given["density_values"].iloc[:0]
    assert "Der er ingen aftener i planen endnu" in evening_page(**(given | empty))
    none = frames.project_page(projects=frames.projects().iloc[:0])
    none |= {"funding": frames.funding().iloc[:0], "actions": frames.actions().iloc[:0]}
    assert "Der er ingen projekter endnu" in projects_page(**none)


def test_plan_for_an_unknown_area_is_refused() -> None:
    plan = frames.plan().assign(area_code="Z9")
    with pytest.raises(InvalidInput, match="'Z9'"):
        evening_page(**frames.evening(plan=plan))


def test_projects_are_late_by_date_or_by_promise() -> None:
    read = read_projects(frames.projects(), frames.funding(), frames.actions(), today=frames.TODAY)
    by_code = {project.row["code"]: project for project in read}
    assert by_code["P01"].slip_days == 41
    assert by_code["P01"].slip_words.replace("\u00a0", " ") == "▲ +41 dage, +0,3 mio. kr."
    assert [a.what for a in by_code["P01"].overdue] == ["Udbud af armaturer"]
    assert not by_code["P04"].late
    assert by_code["P00"].stale
    assert [(h.name, h.open, h.overdue) for h in holders(read)] == [
        ("TMF", 2, 2),
        ("Boligforeningen 3B", 1, 0),
        ("DSB", 1, 0),
    ]


def test_one_of_anything_is_said_in_the_singular() -> None:
    one = frames.project_page(projects=frames.projects().iloc[[1]])
    one["funding"] = frames.funding().query("project_code == 'P01'")
    one["actions"] = frames.actions().query("project_code == 'P01'")
    html = projects_page(**one)
    assert "1 projekt er i gang, 1 er forsinket. 1 aftale er over tiden." in html
    assert "1 åben<" in html
    assert "1 projekt som tabel" in html
    assert not re.search(r"\b1 (projekter|aftaler|åbne|forsinkede)", html)


def test_a_date_that_has_passed_is_a_slip() -> None:
    read = read_projects(
        frames.projects(), frames.funding(), frames.actions(), today=date(2027, 8, 1)
    )
    assert read[0].slip_days == (date(2027, 8, 1) - date(2027, 6, 1)).days
    assert phase_of("i udbud") == 2


def test_every_status_has_its_sign() -> None:
    assert {status for _, names in PHASES for status in names} == set(STATUSES)


def unsafe(**row: Any) -> dict[str, Any]:
    areas = frames.districts()
    for column, value in row.items():
        areas.loc[0, column] = value
    return frames.resident_page(areas=areas)


@pytest.mark.parametrize("count", [1, 4])
def test_small_counts_are_never_published(count: int) -> None:
    counts = frames.counts()
    counts.loc[0, "count"] = count
    with pytest.raises(UnsafeToPublish, match="1 to 4"):
        residents_page(**frames.resident_page(counts=counts))


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"n_answers": 49}, "fewer than 50 answers"),
        ({"hidden": True}, "is hidden, but has figures"),
        ({"low_pct": None}, "without its interval"),
    ],
)
def test_shares_that_say_too_much_are_never_published(row: dict[str, Any], why: str) -> None:
    with pytest.raises(UnsafeToPublish, match=why):
        residents_page(**unsafe(**row))


def test_offences_that_stay_at_the_municipality_are_refused() -> None:
    counts = frames.counts().replace({"crime_type": {"Chikane": "Seksualforbrydelser"}})
    with pytest.raises(UnsafeToPublish, match="below the municipality"):
        residents_page(**frames.resident_page(counts=counts))


@pytest.mark.parametrize("shape", ["point", "line", "house"])
def test_only_areas_are_published(shape: str) -> None:
    areas = frames.districts()
    spot = areas.geometry[0].centroid
    drawn = {"point": spot, "line": spot.buffer(200).exterior, "house": spot.buffer(20)}[shape]
    shapes = [shapely.LineString(drawn.coords) if shape == "line" else drawn, *areas.geometry[1:]]
    with pytest.raises(UnsafeToPublish, match=r"not an area|under a hectare"):
        residents_page(**frames.resident_page(areas=areas.set_geometry(shapes, crs=areas.crs)))


def test_hidden_answers_leave_no_trace() -> None:
    areas = frames.districts()
    other = areas.copy()
    other.loc[areas["hidden"], "n_answers"] = 7
    assert residents_page(**frames.resident_page(areas=areas)) == residents_page(
        **frames.resident_page(areas=other)
    )


def test_every_share_says_its_answers_and_interval() -> None:
    html = residents_page(**frames.resident_page()).replace("\u00a0", " ")
    row = html.split('id="share-table"')[1].split("</tr>")[2]
    cells = re.sub(r"<[^>]+>", "|", row)
    assert [part for part in cells.split("|") if part.strip()] == [
        "Distrikt 10", "11 %", "7–16 %", "197", "14 %", "kan være tilfældig",
    ]  # fmt: skip


def test_neighbours_keep_their_shared_border() -> None:
    shapes = layers.in_degrees(layers.simplified(frames.roder(), tolerance_m=5.0))
    corners = [set(map(tuple, shapely.get_coordinates(shape))) for shape in shapes]
    assert len(corners[0] & corners[1]) >= 2
    digits = max(len(str(x).partition(".")[2]) for x in shapely.get_coordinates(shapes).ravel())
    assert digits <= layers.DEGREE_DECIMALS


def test_labels_of_areas_lie_inside() -> None:
    ring = (
        shapely.Point(720_500, 6_175_500)
        .buffer(400)
        .difference(shapely.Point(720_500, 6_175_500).buffer(300))
    )
    frame = frames.layer([{"name": "ring"}], [ring])
    assert ring.contains(layers.label_points(frame)[0])


def test_a_project_without_a_case_number_does_not_name_one() -> None:
    given = frames.project_page(projects=frames.projects().assign(case_no=None))
    html = projects_page(**given)
    assert "sag nan" not in html
    assert "sag None" not in html
