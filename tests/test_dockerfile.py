"""The Dockerfile and .dockerignore, checked by reading them.

`tests/dockerfile_steps.py` runs the steps for real, in a folder that debootstrap made.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest

from geo_service.settings import PROJECT_ROOT, Settings
from tests.dockerfile_steps import is_ignored, read_ignored, read_steps, said, sources

STEPS = read_steps((PROJECT_ROOT / "Dockerfile").read_text(encoding="utf-8"))
IGNORED = read_ignored((PROJECT_ROOT / ".dockerignore").read_text(encoding="utf-8"))
PORT = Settings.model_fields["port"].default


def test_what_is_copied_exists() -> None:
    for text in said(STEPS, "COPY"):
        *names, _ = text.split()
        for name in names:
            assert sources(PROJECT_ROOT, name, IGNORED)


def test_requirements_are_installed_with_their_hashes() -> None:
    installs = [
        part for text in said(STEPS, "RUN") for part in text.split("&&") if "pip install" in part
    ]
    assert len(installs) == 2
    for part in installs:
        assert "--require-hashes" in part
        assert "--only-binary :all:" in part
        (lock,) = re.findall(r"-r (\S+)", part)
        assert "--hash=sha256:" in (PROJECT_ROOT / lock).read_text(encoding="utf-8")


def test_the_image_is_run_by_an_ordinary_user() -> None:
    assert said(STEPS, "USER") == ["tryghed"]
    keywords = [step.keyword for step in STEPS]
    assert "RUN" not in keywords[keywords.index("USER") :]


def test_the_health_check_asks_the_port_we_listen_on() -> None:
    (check,) = said(STEPS, "HEALTHCHECK")
    assert f"http://127.0.0.1:{PORT}/livez" in check
    assert said(STEPS, "EXPOSE") == [str(PORT)]


def test_nothing_names_a_package_server() -> None:
    for name in ("Dockerfile", "docker-compose.yml", ".dockerignore"):
        text = (PROJECT_ROOT / name).read_text(encoding="utf-8")
        hosts = {urlsplit(url).hostname for url in re.findall(r"\w+://[^\s'\"]+", text)}
        assert hosts <= {"db", "127.0.0.1"}, name


@pytest.mark.parametrize(
    "path",
    [
        ".env",
        ".git/config",
        ".tryghed/secrets/postgres",
        "data/districts/.cache/x",
        "geo_service/__pycache__/x.pyc",
        "maps/published/1.html",
        "node_modules/leaflet/package.json",
        "secrets/postgres",
        "tests/test_compose.py",
    ],
)
def test_what_must_not_be_in_an_image_stays_out(path: str) -> None:
    assert is_ignored(path, IGNORED)


@pytest.mark.parametrize(
    "path", ["geo_service/storage/roles.py", "maps/assets/page.css", "LICENSE"]
)
def test_what_the_service_needs_goes_in(path: str) -> None:
    assert not is_ignored(path, IGNORED)
