"""Where the service listens: on this machine only, since it speaks plain HTTP."""

from __future__ import annotations

import errno
import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from geo_service.errors import InvalidInput, NotReady

MOST = 65_535
"""The highest port there is."""


def require_loopback(address: str, *, is_private: bool) -> None:
    """Refuse an address that other machines can reach.

    Raises
    ------
    InvalidInput
        If it is not loopback, and the setting does not say that it is private all the same.
    """
    if is_private or address == "localhost":
        return
    try:
        loopback = ipaddress.ip_address(address).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise InvalidInput(
            f"tryghed speaks plain HTTP, so it does not listen on {address}: anybody on the "
            "network could read passwords on their way. Let it listen on 127.0.0.1, put a proxy "
            "that speaks TLS in front of it, and name the public address in TRYGHED_ORIGIN."
        )


@contextmanager
def listening_socket(address: str, port: int) -> Iterator[socket.socket]:
    """Open the socket before anything else, so that a taken port is one clear sentence.

    Raises
    ------
    NotReady
        If the port is taken or may not be used.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((address, port))
        listening.listen()
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise NotReady(
                f"Port {port} on {address} is taken by another program. Give the same command "
                f"another one: --port {port + 1 if port < MOST else MOST - 1}."
            ) from error
        raise NotReady(f"Port {port} on {address} cannot be used: {error.strerror}.") from error
    with listening:
        yield listening


def require_free(address: str, port: int) -> None:
    """Refuse a port that could not be listened on, before long work that ends in listening.

    Raises
    ------
    NotReady
        If the port is taken or may not be used.
    """
    with listening_socket(address, port):
        pass
