"""Which address a request comes from: the connection's, unless a proxy we know says otherwise."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

from starlette.requests import HTTPConnection

from geo_service.settings import Settings

SAME_HOME: Final = 64
"""Bits of an IPv6 address that one household or office has to itself."""


def address_of(connection: HTTPConnection) -> str:
    """Return the address of whoever asks, "local" where there is none.

    `X-Forwarded-For` is read from its end, as long as those who wrote it are proxies of ours;
    what a stranger wrote before that is not believed.
    """
    peer = _address(connection.client.host if connection.client else "")
    if peer is None:
        return "local"
    settings: Settings = connection.app.state.settings
    told = ",".join(connection.headers.getlist("x-forwarded-for")).split(",")
    for one in reversed(told):
        if not any(peer in network for network in settings.proxies):
            break
        before = _address(one.strip())
        if before is None:
            break
        peer = before
    return str(peer)


def shared_by(address: str) -> str:
    """Return what counts as one address for a limit: of IPv6 the network of one household."""
    found = _address(address)
    if isinstance(found, IPv6Address):
        return str(ip_network(f"{found}/{SAME_HOME}", strict=False))
    return address


def came_directly(connection: HTTPConnection) -> bool:
    """Tell whether no proxy says that it passed the request on."""
    passed_on = ("x-forwarded-for", "x-forwarded-host", "x-real-ip", "forwarded", "via")
    return not any(name in connection.headers for name in passed_on)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found
