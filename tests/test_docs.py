"""The documents against the program: commands, options, settings, links, messages.

Nothing here starts a database or the network; what a document says is held against the code.
"""

from __future__ import annotations

import os
import re
import shlex
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from docs import write_access
from docs.write_commands import PAGE, leaves, render
from geo_service.cli.main import app
from geo_service.settings import PROJECT_ROOT, Settings

README = PROJECT_ROOT / "README.md"
OPERATIONS = PROJECT_ROOT / "docs" / "operations.md"
PICTURE = PROJECT_ROOT / "docs" / "pictures" / "aftenplan.png"
MOST_PICTURE_BYTES = 300_000
FIRST_SCREEN_LINES = 16
PALETTE = 3  # PNG's number for "each pixel is an index into a palette"

NOT_OURS = {"node_modules", "secrets", "__pycache__"}
DOTTED_BUT_OURS = {".ci", ".dockerignore", ".gitignore"}
PICTURES = {".png", ".pyc"}

VARIABLES_OF_OTHERS = {
    "TRYGHED_PYTHON": "tryghed",
    "TRYGHED_TEST_FULL": "geo_service/cli/quality.py",
    "TRYGHED_TEST_SEED": "geo_service/cli/quality.py",
}
"""Variables that are no settings of the service, and the file that reads each."""

SECTIONS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def files() -> Iterator[Path]:
    """Yield the files of the project, without what is made on this machine."""
    for folder, inside, names in os.walk(PROJECT_ROOT):
        inside[:] = [name for name in inside if _is_ours(name)]
        yield from (Path(folder, name) for name in names if _is_ours(name))


def _is_ours(name: str) -> bool:
    return name in DOTTED_BUT_OURS or not (name.startswith(".") or name in NOT_OURS)


DOCUMENTS = sorted(path for path in files() if path.suffix == ".md")
WRITTEN_BY_HAND = [path for path in DOCUMENTS if path not in {PAGE, write_access.PAGE}]


def named(path: Path) -> str:
    return path.relative_to(PROJECT_ROOT).as_posix()


def blocks(text: str) -> Iterator[str]:
    """Yield the lines of code blocks, fenced or indented, with continued lines joined."""
    fenced = False
    joined = re.sub(r" *\\\n\s*", " ", text)
    for line in joined.splitlines():
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif fenced or line.startswith("    "):
            yield line.strip()


def command_lines(text: str) -> Iterator[list[str]]:
    """Yield the words after `./tryghed`, or after `migrate` where compose runs it."""
    for line in blocks(text):
        if not re.match(r"(\w+=\S+ )*\./tryghed\b|docker compose run\b", line):
            continue
        words = shlex.split(line, comments=True)
        yield words[words.index("./tryghed" if "./tryghed" in words else "migrate") + 1 :]


def find(words: list[str]) -> tuple[Any, list[str]]:
    """Return the command that `words` call and the words that are left for it."""
    command: Any = typer.main.get_command(app)
    rest = list(words)
    while hasattr(command, "commands") and rest:
        known = {option for parameter in command.params for option in parameter.opts}
        if rest[0] in known:
            del rest[:2]
        elif rest[0] in command.commands:
            command = command.commands[rest.pop(0)]
        else:
            break
    return command, rest


def anchors(path: Path) -> set[str]:
    """Return the addresses of a page's headings, as forges make them."""
    titles = re.findall(r"^#+ +(.+?) *$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_the_page_of_commands_is_what_the_program_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(), (
        "docs/commands.md has fallen behind. Write it anew, from the project's folder: "
        ".venv/bin/python -m docs.write_commands"
    )


def test_the_page_of_commands_has_every_option() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name, command in leaves():
        section = page.split(f"\n## tryghed {name}\n")[1].split("\n## ")[0]
        for parameter in command.params:
            if parameter.param_type_name == "option":
                assert f"`{parameter.opts[0]}" in section, f"{name} {parameter.opts[0]}"


@pytest.mark.parametrize("name", [name for name, _ in leaves()])
def test_every_command_is_told_of_where_it_is_used(name: str) -> None:
    called = re.compile(rf"tryghed (--state \S+ )?{name}\b")
    assert [path for path in WRITTEN_BY_HAND if called.search(path.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("path", WRITTEN_BY_HAND, ids=named)
def test_every_command_line_shown_is_understood(path: Path) -> None:
    for words in command_lines(path.read_text(encoding="utf-8")):
        plain = [word.strip("[]") for word in words]
        command, rest = find(plain)
        if "--help" in rest or not words:
            continue
        assert not hasattr(command, "commands"), f"there is no command {' '.join(words)}"
        command.make_context(command.name, rest)  # raises what the user would be told


@pytest.mark.parametrize("path", WRITTEN_BY_HAND, ids=named)
def test_every_command_named_in_passing_exists(path: Path) -> None:
    prose = re.sub(
        r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    for said in re.findall(r"`(?:\./)?tryghed ([a-z-][^`…]*)`", prose):
        words = [word.strip("[]") for word in said.split()]
        command, rest = find(words)
        known = {option for parameter in command.params for option in parameter.opts}
        unknown = [word for word in rest if word.startswith("--") and word not in known]
        assert not set(unknown) - {"--help"}, f"`tryghed {said}`: {unknown}"
        assert not hasattr(command, "commands") or set(rest) <= {"--help"}, said


def test_command_lines_are_found_at_all() -> None:
    found = [words for path in WRITTEN_BY_HAND for words in command_lines(path.read_text("utf-8"))]
    assert ["demo"] in found
    assert ["db", "restore", "/backups/tryghed-2026-11-23.dump", "--replace"] in found
    assert len(found) > len(list(leaves()))


def test_every_setting_is_in_the_table_and_no_other() -> None:
    rows = re.findall(
        r"^\| `(TRYGHED_\w+)` \| (.*?) \|", OPERATIONS.read_text("utf-8"), re.MULTILINE
    )
    assert {name for name, _ in rows} == {
        f"TRYGHED_{name.upper()}" for name in Settings.model_fields
    }
    defaults = dict(rows)
    for name in ("host", "port", "host_is_private"):
        default = Settings.model_fields[name].default
        assert defaults[f"TRYGHED_{name.upper()}"] == f"`{str(default).replace('F', 'f')}`"


def test_every_variable_named_exists_and_every_one_that_exists_is_named() -> None:
    texts = "\n".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
    told = set(re.findall(r"TRYGHED_[A-Z][A-Z_]*[A-Z]", texts))
    settings = {f"TRYGHED_{name.upper()}" for name in Settings.model_fields}
    assert told == settings | VARIABLES_OF_OTHERS.keys()
    for variable, reader in VARIABLES_OF_OTHERS.items():
        assert variable in (PROJECT_ROOT / reader).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_every_link_leads_somewhere(path: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_every_file_of_ours_that_is_named_exists(path: Path) -> None:
    folders = {one.name for one in PROJECT_ROOT.iterdir() if one.is_dir() and _is_ours(one.name)}
    folders -= {"maps"} if path == OPERATIONS else set()  # there: the folder of drawn maps
    text = path.read_text(encoding="utf-8")
    told = re.findall(r"`([\w.-]+/[\w./-]*)`", text)
    told += re.findall(r"(?<![\w./~-])([\w.-]+/[\w./-]*)", "\n".join(blocks(text)))
    for name in told:
        if name.split("/")[0] in folders:
            assert (PROJECT_ROOT / name).exists(), name


def test_the_tree_in_the_readme_is_the_tree() -> None:
    tree = README.read_text("utf-8").split("\n```text\n")[1].split("\n```")[0].splitlines()
    assert [line for line in tree if not (PROJECT_ROOT / line.split()[0]).exists()] == []
    assert {"tryghed", "api", "maps", "tests"} <= {line.split()[0] for line in tree}


def test_the_first_screen_is_two_commands_and_a_picture() -> None:
    first = README.read_text(encoding="utf-8").splitlines()[:FIRST_SCREEN_LINES]
    clone = next(index for index, line in enumerate(first) if line.startswith("    git clone "))
    assert first[clone + 1] == "    ./tryghed demo"
    assert [line for line in first if f"]({named(PICTURE)})" in line]


@pytest.mark.parametrize(
    "picture", sorted((PROJECT_ROOT / "docs" / "pictures").iterdir()), ids=named
)
def test_a_picture_is_small_and_shown(picture: Path) -> None:
    content = picture.read_bytes()
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    width, height, _, colours = struct.unpack(">IIBB", content[16:26])
    assert (min(width, height) > 0, colours) == (True, PALETTE)
    assert len(content) <= MOST_PICTURE_BYTES
    assert [path for path in DOCUMENTS if f"{picture.name})" in path.read_text(encoding="utf-8")]


def test_no_file_names_this_machine_or_a_server_of_packages() -> None:
    machines = r"(?<![\w.])/(work|root|tmp/bash_jobs)[/]|/home[/]\w"
    servers = (
        r"unpk[g]\.com|jsdeliv[r]\.net|cdnj[s]\.|pythonhoste[d]\.|pyp[i]\.org|npmj[s]\.(org|com)"
        r"|deb\.debia[n]\.org|googleapi[s]\.com|cloudflar[e]\.com|openstreetma[p]\.org/\{"
    )
    bad = re.compile(f"{machines}|{servers}")
    found = []
    for path in files():
        if path.suffix in PICTURES:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{named(path)}: {hit.group()}" for hit in bad.finditer(text)]
    assert found == []


def test_the_changelog_keeps_to_keep_a_changelog() -> None:
    lines = (PROJECT_ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "# Changelog"
    versions = [line for line in lines if line.startswith("## ")]
    assert versions[0] == "## [Unreleased]"
    dated = [re.fullmatch(r"## \[(\d+)\.(\d+)\.(\d+)\] - \d{4}-\d\d-\d\d", v) for v in versions[1:]]
    assert all(dated)
    numbers = [tuple(map(int, one.groups())) for one in dated if one]
    assert numbers == sorted(numbers, reverse=True)
    assert {line[4:] for line in lines if line.startswith("### ")} <= SECTIONS
    inside = lines[lines.index(versions[0]) + 1 :]
    assert [
        line for line in inside if line and not line.startswith(("- ", "  ", "## ", "### "))
    ] == []


def test_every_message_explained_is_one_that_is_given() -> None:
    page = (PROJECT_ROOT / "docs" / "getting-started.md").read_text(encoding="utf-8")
    explained = re.findall(r'^\| "(.+?)" \|', page, re.MULTILINE)
    sources = [PROJECT_ROOT / "tryghed", PROJECT_ROOT / "requirements/prepare.sh"]
    for folder in ("geo_service", "api"):
        sources += (PROJECT_ROOT / folder).rglob("*.py")
    said = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    assert [words for words in explained if words not in said] == []
    assert explained


def test_the_page_of_access_is_what_the_program_declares() -> None:
    assert write_access.PAGE.read_text(encoding="utf-8") == write_access.render(), (
        "write it anew: .venv/bin/python -m docs.write_access"
    )


# --- the papers: templates that somebody else fills in and judges -------------------------------

PAPERS = sorted((PROJECT_ROOT / "docs" / "papirer").glob("*.md"))
PAPERS_PAGE = PROJECT_ROOT / "docs" / "papirer" / "README.md"
ASSESSMENT = PROJECT_ROOT / "docs" / "papirer" / "konsekvensanalyse.md"
BLANK = re.compile(r"\[UDFYLD: ([^\[\]\n]+)\]")
FORM_OF_BLANKS = "…"
OTHER_BLANKS = re.compile(
    r"\[(?!UDFYLD: )[^\]]*\](?!\()"  # a bracket that is neither a blank nor a link
    r"|\[UDFYLD: [^\]\n]*$"  # broken over two lines: search and replace would miss it
    r"|_{3,}|X{3,}|\.{3,}|\{\{|<[^>\n]+>|TODO|udfyld(es)? her",
    re.MULTILINE,
)
UNSURE = re.compile(r"bekræftes")
STATES = {"bygget", "bygges", "organisatorisk"}


def measures() -> dict[str, list[str]]:
    """Return number → [what, state, where] of the measures in the impact assessment."""
    rows = re.findall(
        r"^\| (T\d+) \| (.+?) \| (\w+) \| (.*?) ?\|$", ASSESSMENT.read_text("utf-8"), re.MULTILINE
    )
    assert len({row[0] for row in rows}) == len(rows)
    return {number: [what, state, where] for number, what, state, where in rows}


def test_the_papers_are_found_at_all() -> None:
    assert {path.stem for path in PAPERS} >= {
        "README",
        "konsekvensanalyse",
        "fortegnelse",
        "dataansvar",
        "databehandleraftale",
        "medarbejderorientering",
    }


@pytest.mark.parametrize("path", PAPERS, ids=named)
def test_a_paper_says_in_its_first_lines_that_a_dpo_must_see_it(path: Path) -> None:
    title, _, mark = path.read_text(encoding="utf-8").splitlines()[:3]
    assert title.startswith("# ")
    assert re.match(r"\*\*Skabelon(er)? til gennemsyn af DPO\.\*\*", mark)


@pytest.mark.parametrize("path", PAPERS, ids=named)
def test_a_blank_has_one_form_and_so_has_doubt(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert OTHER_BLANKS.findall(text) == []
    assert [
        text[max(0, hit.start() - 40) : hit.end()]
        for hit in UNSURE.finditer(text)
        if text[hit.start() - 1] != "("
    ] == []


def test_every_blank_is_listed_and_every_one_listed_is_used() -> None:
    listed = re.findall(
        r"^\| \[UDFYLD: ([^\]]+)\] \|", PAPERS_PAGE.read_text("utf-8"), re.MULTILINE
    )
    used = {
        blank
        for path in PAPERS
        if path != PAPERS_PAGE
        for blank in BLANK.findall(path.read_text(encoding="utf-8"))
    }
    assert len(set(listed)) == len(listed)
    assert set(listed) == used - {FORM_OF_BLANKS}


def test_every_paper_is_in_the_list_of_papers() -> None:
    page = PAPERS_PAGE.read_text(encoding="utf-8")
    assert [
        path.name for path in PAPERS if path != PAPERS_PAGE and f"({path.name})" not in page
    ] == []


def test_what_is_said_to_be_built_can_be_looked_at() -> None:
    found = measures()
    assert {state for _, state, _ in found.values()} == STATES
    for number, (_, state, where) in found.items():
        # that each link leads somewhere is tested above, with all the others
        assert ("](" in where) == (state == "bygget"), f"{number} is {state}: {where!r}"


def test_every_risk_names_measures_that_exist_and_every_measure_serves() -> None:
    text = ASSESSMENT.read_text(encoding="utf-8")
    risks = "\n".join(re.findall(r"^\| R\d+ \|.*$", text, re.MULTILINE))
    assert set(re.findall(r"\bT\d+\b", risks)) == set(measures())


HAZARDS = PROJECT_ROOT / "docs" / "hazards.md"
CLASSES = {"H16", "H17", *(f"H{number}" for number in range(25, 34)), "H35"}


def hazards() -> dict[str, list[str]]:
    """Return of each class of hazards the tests that its row names."""
    rows = [line.split("|") for line in HAZARDS.read_text(encoding="utf-8").splitlines()]
    cells = [[cell.strip() for cell in row[1:-1]] for row in rows if len(row) > 1]
    return {
        row[0]: re.findall(r"`(tests/[\w/.]+::\w+)`", row[3])
        for row in cells
        if re.fullmatch(r"H\d+", row[0])
    }


def test_every_class_of_hazards_has_a_row_and_its_tests_are_there() -> None:
    assert hazards().keys() == CLASSES
    for name, tests in hazards().items():
        assert tests, f"{name} has no test"
        for one in tests:
            file, _colons, test = one.partition("::")
            path = PROJECT_ROOT / file
            assert path.is_file(), f"{name}: there is no {file}"
            assert re.search(rf"^def {test}\(", path.read_text(encoding="utf-8"), re.MULTILINE), one


def test_what_prevents_a_hazard_is_there() -> None:
    for file in re.findall(r"`((?:api|geo_service|maps)/[\w/.]+)`", HAZARDS.read_text("utf-8")):
        assert (PROJECT_ROOT / file).exists(), file
