"""The server itself."""

from __future__ import annotations

import socket

import uvicorn
from starlette.types import ASGIApp

ASKED_AT_ONCE = 100  # requests and open connections; more are told to come later
IDLE_SECONDS = 5  # that a connection without a request is kept


def run(app: ASGIApp, bound: socket.socket) -> None:
    """Answer on a listening socket until the process is stopped."""
    settings = uvicorn.Config(
        app,
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=ASKED_AT_ONCE,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=IDLE_SECONDS,
    )
    uvicorn.Server(settings).run(sockets=[bound])
