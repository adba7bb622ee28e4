"""The server of the comparisons: the bot's, with the same options (bot.runtime.http); it says its port on standard output."""

from __future__ import annotations

import socket
import sys
from typing import Any

import uvicorn


def serve(application: Any) -> None:  # noqa: ANN401 - any ASGI application
    """Serve on a free port of this machine until SIGTERM."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    sys.stdout.write(f"http://127.0.0.1:{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    options: dict[str, Any] = {"http": "httptools", "loop": "uvloop", "ws": "none", "lifespan": "off", "log_config": None}
    config = uvicorn.Config(application, access_log=False, server_header=False, timeout_keep_alive=30, **options)
    uvicorn.Server(config).run(sockets=[listening])
