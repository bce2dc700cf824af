"""No page shows a link that leads nowhere: every role follows all that it is shown."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from fastapi import FastAPI

from geo_service.domain.access import SIGNED_IN, Role
from geo_service.storage.database import Database
from tests import people
from tests.access import house

HREF = re.compile(r"""<a\s[^>]*?href=["'](/[^"'#]*)""")
OF_A_SHAPE = 2
"""How many addresses are followed that differ only in a number or in what they ask for."""


def shape(address: str) -> str:
    """Return an address without its numbers and without what each of its parameters says."""
    path, _mark, query = address.partition("?")
    return re.sub(r"\d+", "N", path) + "?" + re.sub(r"=[^&]*", "", query)


@pytest.mark.usefixtures("planted")
@pytest.mark.parametrize("role", SIGNED_IN)
def test_every_link_that_is_shown_leads_somewhere(own: Database, app: FastAPI, role: Role) -> None:
    client = people.browser(app, house.sign_in(own, role))
    waiting, met, dead = [("/", "the start")], Counter[str](), []
    known = {"/"}
    while waiting:
        address, shown_on = waiting.pop(0)
        answer = client.get(address)
        if answer.status_code == 404 or answer.status_code >= 500:
            dead.append(f"{address} ({answer.status_code}), shown on {shown_on}")
        if "html" not in answer.headers.get("content-type", ""):
            continue
        for found in HREF.findall(answer.text):
            link = found.replace("&amp;", "&")
            if link in known or link.startswith("/static/") or met[shape(link)] >= OF_A_SHAPE:
                continue
            known.add(link)
            met[shape(link)] += 1
            waiting.append((link, address))
    assert not dead, "\n".join(dead)
    assert len(known) > 3
