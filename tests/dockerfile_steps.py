"""The Dockerfile's steps, run in a fresh root file system by chroot instead of an engine.

    debootstrap --variant=minbase bookworm /tmp/image
    python tests/dockerfile_steps.py /tmp/image

Where there is no container engine, this is how we know that the steps work: every package is
found, every file is copied, and the program answers as the image's user. It knows the
instructions that our Dockerfile uses and refuses others. It does not imitate layers, the
network or the limits of a container. The folder must be Debian's, and is changed for good.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

PROJECT = Path(__file__).resolve().parent.parent
BASE = re.compile(r"debian:(\w+)-slim")
ASIDE = frozenset({"EXPOSE", "HEALTHCHECK", "CMD"})
"""What says how a container is run, and changes nothing in its files."""


@dataclass(frozen=True)
class Step:
    """One instruction: its keyword in capitals, and the rest with continued lines joined."""

    keyword: str
    text: str


@dataclass
class Image:
    """What has been built so far.

    Attributes
    ----------
    root
        The folder that is the image's `/`.
    environment
        The variables that RUN and the program see; none of the caller's.
    folder, user, entrypoint
        What WORKDIR, USER and ENTRYPOINT said last.
    """

    root: Path
    environment: dict[str, str] = field(
        default_factory=lambda: {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        }
    )
    folder: str = "/"
    user: str = "root"
    entrypoint: tuple[str, ...] = ()

    def inside(self, path: str) -> Path:
        """Return where a path of the image is in our own file system."""
        return self.root / str(PurePosixPath(self.folder) / path).lstrip("/")

    def run(self, command: Sequence[str]) -> None:
        """Run a command as the image's user in its working folder.

        Raises
        ------
        subprocess.CalledProcessError
            If it fails.
        """
        account = self.inside("/etc/passwd").read_text(encoding="utf-8").splitlines()
        home = next(line.split(":")[5] for line in account if line.split(":")[0] == self.user)
        entered = ["sh", "-c", 'cd "$0" && exec "$@"', self.folder, *command]
        subprocess.run(
            ["chroot", f"--userspec={self.user}:{self.user}", str(self.root), *entered],
            env=self.environment | {"HOME": home},
            stdin=subprocess.DEVNULL,
            check=True,
        )


def read_steps(text: str) -> list[Step]:
    """Return the instructions of a Dockerfile, without comments."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    words = (line.strip().split(maxsplit=1) for line in joined.splitlines() if line.strip())
    return [Step(keyword.upper(), rest) for keyword, rest in words]


def said(steps: Sequence[Step], keyword: str) -> list[str]:
    """Return what a Dockerfile says after each `keyword`, in order."""
    return [step.text for step in steps if step.keyword == keyword]


def environment(steps: Sequence[Step]) -> dict[str, str]:
    """Return the variables that a Dockerfile sets for good."""
    found: dict[str, str] = {}
    for text in said(steps, "ENV"):
        found |= assignments(text, found)
    return found


def read_ignored(text: str) -> list[str]:
    """Return the patterns of a .dockerignore file, in order."""
    return [line.strip() for line in text.splitlines() if line.strip() and line[0] != "#"]


def is_ignored(path: str, patterns: Sequence[str]) -> bool:
    """Whether a file stays out: the last pattern decides that fits it or a folder above it."""
    above = [path, *(str(folder) for folder in PurePosixPath(path).parents)][:-1]
    ignored = False
    for pattern in patterns:
        wanted = pattern.removeprefix("!")
        if any(_fits(name, wanted) for name in above):
            ignored = not pattern.startswith("!")
    return ignored


def _fits(name: str, pattern: str) -> bool:
    """Whether one path fits one pattern; only `**/` may cross folders."""
    if pattern.startswith("**/"):
        return any(_fits(tail, pattern[3:]) for tail in _tails(name))
    parts, wanted = name.split("/"), pattern.split("/")
    return len(parts) == len(wanted) and all(map(fnmatchcase, parts, wanted))


def _tails(name: str) -> Iterator[str]:
    parts = name.split("/")
    return ("/".join(parts[start:]) for start in range(len(parts)))


def sources(project: Path, name: str, ignored: Sequence[str]) -> list[Path]:
    """Return the files that one source of a COPY stands for.

    Raises
    ------
    ValueError
        If there is none that is not ignored: Docker would stop there too.
    """
    start = project / name
    files = sorted(start.rglob("*")) if start.is_dir() else [start]
    kept = [
        path
        for path in files
        if path.is_file() and not is_ignored(path.relative_to(project).as_posix(), ignored)
    ]
    if not kept:
        raise ValueError(f"COPY {name}: there is no such file, or .dockerignore keeps it out.")
    return kept


def copy(image: Image, project: Path, text: str, ignored: Sequence[str]) -> None:
    """Do what COPY says: files into a folder, or the content of a folder into another."""
    *names, target = text.split()
    for name in names:
        start = project / name
        for path in sources(project, name, ignored):
            inner = path.relative_to(start) if start.is_dir() else Path(path.name)
            into = image.inside(target) / inner
            into.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, into)


def assignments(text: str, known: dict[str, str]) -> dict[str, str]:
    """Return the variables that one ENV sets; each may use those known before it."""
    pairs = (word.split("=", 1) for word in shlex.split(text))
    return {
        name: re.sub(r"\$(\w+)", lambda found: known.get(found[1], ""), value)
        for name, value in pairs
    }


def build(project: Path, root: Path) -> Image:
    """Run every step in `root` and return the image.

    Raises
    ------
    ValueError
        If `root` is not the Debian that FROM names, or an instruction is not known here.
    subprocess.CalledProcessError
        If a step fails.
    """
    ignored = read_ignored((project / ".dockerignore").read_text(encoding="utf-8"))
    image = Image(root)
    for step in read_steps((project / "Dockerfile").read_text(encoding="utf-8")):
        sys.stdout.write(f"==> {step.keyword} {step.text[:100]}\n")
        sys.stdout.flush()
        match step.keyword:
            case "FROM":
                _check_base(root, step.text)
            case "ENV":
                image.environment |= assignments(step.text, image.environment)
            case "WORKDIR":
                image.folder = step.text
                image.inside(".").mkdir(parents=True, exist_ok=True)
            case "COPY":
                copy(image, project, step.text, ignored)
            case "RUN":
                image.run(["sh", "-c", step.text])
            case "USER":
                image.user = step.text
            case "ENTRYPOINT":
                image.entrypoint = tuple(json.loads(step.text))
            case keyword if keyword not in ASIDE:
                raise ValueError(f"{keyword} is not known here: teach it to {__file__}.")
    return image


def _check_base(root: Path, text: str) -> None:
    release = root / "etc" / "os-release"
    found = release.read_text(encoding="utf-8") if release.is_file() else ""
    base = BASE.fullmatch(text)
    if base is None or f"VERSION_CODENAME={base[1]}" not in found or root.resolve() == Path("/"):
        raise ValueError(
            f"{root} is not a folder with the files of {text}: make it by debootstrap."
        )


def main(arguments: Sequence[str]) -> int:
    """Build in the folder that is named, and ask the program for help as its user."""
    if len(arguments) != 1 or os.geteuid() != 0:
        sys.stderr.write(f"{__doc__}\nUsage (as root): python tests/dockerfile_steps.py FOLDER\n")
        return 2
    try:
        image = build(PROJECT, Path(arguments[0]))
        sys.stdout.write(f"==> as {image.user}: {' '.join(image.entrypoint)} --help\n")
        sys.stdout.flush()
        image.run([*image.entrypoint, "--help"])
    except (ValueError, subprocess.CalledProcessError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
