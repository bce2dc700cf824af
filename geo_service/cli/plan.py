"""`tryghed plan`: proposals for the evenings of a hotspot area, made and read as a named user."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geo_service.cli import options
from geo_service.cli.acting import As, act
from geo_service.cli.console import err, out
from geo_service.errors import InvalidInput, NotReady

if TYPE_CHECKING:
    from geo_service.cli.acting import Acting
    from geo_service.storage.plan_proposals import Proposal

app = typer.Typer(no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="For a program.")]
Municipality = Annotated[str, typer.Option(help="Code of the municipality.")]
Number = Annotated[int, typer.Argument(help="Number of the proposal.", show_default=False)]


@app.command("evenings")
def evenings(
    since: Annotated[date, typer.Option("--from", parser=options.day, help="The first evening.")],
    hotspot: Annotated[str, typer.Option(help="Code of the hotspot area.")],
    days: Annotated[int, typer.Option(help="How many evenings.")] = 14,
    joint: Annotated[int, typer.Option(help="Least number of joint visits.")] = 0,
    apart: Annotated[bool, typer.Option(help="Forbid other overlap.")] = False,
    most_share: Annotated[
        float, typer.Option(help="Largest share of a week for one place, 0 to 1; 1 is no ceiling.")
    ] = 1.0,
    least_visits: Annotated[int, typer.Option(help="Least visits to each place a week.")] = 0,
    seed: Annotated[int, typer.Option(help="Seed of the search.")] = 0,
    as_json: Json = False,
    municipality: Municipality = "0101",
    login: As = None,
) -> None:
    """Propose who is where: the most need covered, proven, and why.

    The search is a process of its own; Ctrl-C ends it, and nothing is stored.
    """
    from geo_service.workflows.plan_request import Asked

    asked = Asked(
        hotspot,
        since,
        days,
        joint_visits=joint,
        forbid_overlap=apart,
        most_share=most_share,
        least_visits=least_visits,
        seed=seed,
    )
    acting = act("proposal.write", municipality=municipality, hotspot_area=hotspot, login=login)
    found = _read(acting, _search(acting, asked.as_json()))
    _print(found, as_json=as_json)


@app.command("show")
def show(
    number: Number, as_json: Json = False, municipality: Municipality = "0101", login: As = None
) -> None:
    """Print a proposal: its figures and its lines."""
    _print(_read(act("proposal.read", municipality=municipality, login=login), number),
           as_json=as_json)  # fmt: skip


@app.command("compare")
def compare(
    number: Number, as_json: Json = False, municipality: Municipality = "0101", login: As = None
) -> None:
    """Print a proposal beside the last agreement, an even spread and a greedy plan."""
    result = _read(act("proposal.read", municipality=municipality, login=login), number).result
    told = {key: result[key] for key in ("baselines", "joint_prices", "next_team")}
    what = _what(result)
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for one in told["baselines"]:
        out.print(f"{_covered(one['name'], one, what)}, {one['joint_visits']} fælles besøg")
    for one in told["joint_prices"]:
        out.print(_covered(f"bedste plan med {one['joint_visits']} fælles besøg", one, what))
    for agency, more in told["next_team"].items():
        team = "en patrulje" if agency == "police" else "et hold"
        out.print(f"{team} mere hver aften: {_number(more)} {what} mere")


@app.command("explain")
def explain(
    number: Number, as_json: Json = False, municipality: Municipality = "0101", login: As = None
) -> None:
    """Print the reasons of each line, the gaps, and how sure each aim is."""
    from geo_service.planning.plan_told import lines_of

    result = _read(act("proposal.read", municipality=municipality, login=login), number).result
    if as_json:
        told = {"lines": lines_of(result), "gaps": result["gaps"], "stages": result["stages"]}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for line in lines_of(result):
        out.print(_line(line), highlight=False)
        for reason in line["reasons"]:
            out.print(f"    {reason}", highlight=False)
    for gap in result["gaps"]:
        out.print(
            f"hul: {_when(gap)} {gap['place_name']}, {_number(gap['expected'])} {_what(result)}"
        )
    for stage in result["stages"]:
        out.print(f"{stage['what']}: {_number(stage['value'])}, {stage['says']}")


@app.command("export")
def export(
    number: Number,
    file: Annotated[Path, typer.Argument(help="A new file, .json or .csv.", show_default=False)],
    municipality: Municipality = "0101",
    login: As = None,
) -> None:
    """Write a proposal to a file: everything as JSON, or who is where as CSV."""
    acting = act("proposal.read", municipality=municipality, login=login)
    found = _read(acting, number, action="export")
    if file.suffix == ".json":
        text = json.dumps(found.result, ensure_ascii=False, indent=2) + "\n"
    elif file.suffix == ".csv":
        text = _csv(found.result["assignments"])
    else:
        raise InvalidInput(f"{file.name} is neither .json nor .csv. Name it by what it should be.")
    with file.open("x", encoding="utf-8", newline="") as written:
        written.write(text)
    err.print(f"Written: {file}")


def _search(acting: Acting, asked: dict[str, Any]) -> int:
    """Let a process of its own make a proposal, telling how far it is; return its number."""
    from rich.progress import Progress

    from api.children import start_child
    from api.plan_jobs import CHILD, order_of

    child = start_child(order_of(acting.database, acting.caller, asked), module=CHILD)
    assert child.stdout is not None  # noqa: S101 - it was asked for
    last: dict[str, Any] = {}
    try:
        with Progress(console=err, transient=True) as bar, child.stdout as lines:
            task = bar.add_task("", total=None)
            for line in lines:
                if not line.startswith("{"):
                    continue
                last = json.loads(line)
                if last["event"] == "progress":
                    bar.update(task, description=last["text"], completed=last["done"],
                               total=last["total"])  # fmt: skip
    finally:
        child.terminate()
        child.wait()
    if last.get("event") == "done":
        return int(last["batch"])
    if last.get("event") == "failed":
        raise InvalidInput(str(last["text"]))
    raise NotReady("The search ended without a word. Nothing is stored.")


def _read(acting: Acting, number: int, *, action: str = "read") -> Proposal:
    from geo_service.storage.plan_proposals import read_proposal

    with acting.reading() as session:
        found = read_proposal(session, number)
        acting.note(session, action, "proposal", str(number))
    return found


def _print(found: Proposal, *, as_json: bool) -> None:
    result = found.result
    if as_json:
        typer.echo(json.dumps({"id": found.id, **result}, ensure_ascii=False, indent=2))
        return
    from geo_service.planning.plan_told import lines_of

    out.print(
        f"Forslag {found.id}: {result['share'] * 100:.0f} % af behovet dækket "
        f"({_number(result['objective'])} af {_number(result['need'])} {_what(result)}; ingen "
        f"plan kan mere end {_number(result['bound'])})"
    )
    for remark in result["remarks"]:
        err.print(remark)
    for line in lines_of(result):
        out.print(_line(line), highlight=False)


def _line(line: dict[str, Any]) -> str:
    who = line["team"] or {"police": "politi", "street_team": "gadeteam"}[line["agency"]]
    return f"{_when(line)} {line['place_name']}, {who}{', fælles' if line['joint'] else ''}"


def _when(one: dict[str, Any]) -> str:
    from geo_service.domain.danish_time import period_words

    return period_words(*(datetime.fromisoformat(one[key]) for key in ("starts_at", "ends_at")))


def _covered(name: str, one: dict[str, Any], what: str) -> str:
    return f"{name}: {_number(one['share'] * 100)} % ({_number(one['covered'])} {what})"


def _what(result: dict[str, Any]) -> str:
    """Return what need is counted in: incidents, unless types weigh differently."""
    from geo_service.planning.plan_told import is_weighted

    return "vægtet behov" if is_weighted(result) else "ventede hændelser"


def _number(value: float) -> str:
    return f"{value:.1f}".replace(".", ",")


def _csv(assignments: list[dict[str, Any]]) -> str:
    from geo_service.domain.spreadsheets import csv_text

    columns = ("evening", "starts_at", "ends_at", "agency", "team", "place", "place_name", "form",
               "joint", "promised")  # fmt: skip
    rows = [[*(one[name] for name in columns), " ".join(one["reasons"])] for one in assignments]
    return csv_text([*columns, "reasons"], rows)
