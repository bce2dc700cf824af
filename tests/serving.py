"""The application behind a real socket, served as `tryghed serve` does it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import uvicorn
from fastapi import FastAPI

from api.connections import server_options


@contextmanager
def served(app: FastAPI, **options: Any) -> Iterator[int]:
    """Serve `app` on a free port of this machine, which is given; it listens from the first."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(256)
        server = uvicorn.Server(uvicorn.Config(app, **(server_options() | options)))
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()
