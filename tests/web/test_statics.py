"""Styles and scripts: a fixed list, packed, kept for long, and nothing beside it."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.web import statics
from api.web.statics import TYPES, fingerprint, static_path
from geo_service.errors import NotReady
from tests.web.house import make_house


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(make_house())


@pytest.mark.parametrize("name", sorted(statics.statics()))
def test_every_file_has_its_type_and_is_kept(client: TestClient, name: str) -> None:
    answer = client.get(static_path(name), headers={"accept-encoding": "identity"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == TYPES[Path(name).suffix]
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "content-encoding" not in answer.headers
    packed = client.get(static_path(name), headers={"accept-encoding": "gzip"})
    assert packed.content == answer.content
    if Path(name).suffix in {".css", ".js"}:
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.headers["vary"] == "Accept-Encoding"
        assert int(packed.headers["content-length"]) < len(answer.content)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "..",
        "../page.py",
        "%2e%2e/main.py",
        "start.html",
        "pico.css",
        "/etc/passwd",
        "app.css%00",
        "theme.css",
    ],
)
def test_what_is_not_on_the_list_does_not_exist(client: TestClient, name: str) -> None:
    assert client.get(f"/static/{fingerprint()}/{name}").status_code == 404


def test_an_old_address_gives_the_file_of_today_and_is_not_kept(client: TestClient) -> None:
    answer = client.get("/static/000000000000/app.css")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"


def test_a_name_that_is_not_there_is_found_when_the_page_is_made() -> None:
    with pytest.raises(KeyError):
        static_path("nothing.css")


def test_no_style_asks_another_host() -> None:
    for name, file in statics.statics().items():
        if name.endswith(".css"):
            text = file.body.decode("utf-8")
            for address in re.findall(r"url\(\s*[\"']?([^\"')]+)", text):
                assert not re.match(r"(https?:)?//", address), (name, address)


def test_packing_gives_the_same_bytes_every_time() -> None:
    file = statics.statics()["app.css"]
    assert file.packed == gzip.compress(file.body, 9, mtime=0)


def test_a_theme_is_served_beside_and_replaces_nothing(tmp_path: Path) -> None:
    (tmp_path / "theme.css").write_text(":root { --tk-bar: #004000 }", encoding="utf-8")
    (tmp_path / "logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", "utf-8")
    (tmp_path / "app.css").write_text("* { display: none }", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("private", encoding="utf-8")
    client = TestClient(make_house(theme=tmp_path))
    links = re.findall(r'<link rel="stylesheet" href="([^"]*)"', client.get("/privatliv").text)
    style = links[-1]
    assert style.endswith("/theme.css")
    assert {link.rpartition("/")[0] for link in links} == {style.rpartition("/")[0]}
    assert "#004000" in client.get(style).text
    assert "display: none }" not in client.get(links[0]).text[:40]
    logo = client.get(style.replace("theme.css", "logo.svg"))
    assert logo.headers["cache-control"].endswith("immutable")
    beside = client.get(f"/static/{fingerprint()}/logo.svg")
    assert beside.headers["cache-control"] == "no-cache"
    assert client.get(style.replace("theme.css", "notes.txt")).status_code == 404


def test_a_theme_without_its_style_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match=r"theme\.css"):
        statics.statics(tmp_path)


def test_missing_packages_are_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(statics, "PACKAGES", tmp_path)
    with pytest.raises(NotReady, match="--help"):
        statics.statics.__wrapped__(None)
