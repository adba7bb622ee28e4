"""The HTTP side: `/healthz`, `/readyz` and `/metrics` in both modes, `/slack/events` with `OOB_MODE=http`."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot import __version__
from bot.core.metrics import Metrics
from bot.core.settings import Settings
from bot.services.admin.status import Backlog
from handlers.core import http_verification

_BODY_SECONDS = 5
_log = structlog.get_logger("oob.http")


@dataclass
class Health:
    """What the process knows of its own state; each reason in it is why it is not ready."""

    reasons: dict[str, str] = field(default_factory=lambda: {"slack": "waiting for Slack"})
    stopping: bool = False
    backlog: Backlog | None = None
    unassigned: int = 0
    beaten_at: datetime | None = None
    planned_at: datetime | None = None

    def mark(self, what: str, reason: str | None) -> None:
        """`what` is well, or not for this `reason`."""
        if reason is None:
            self.reasons.pop(what, None)
        else:
            self.reasons[what] = reason

    def beaten(self, backlog: Backlog, now: datetime) -> None:
        """The heart has beaten, and found this."""
        self.backlog, self.beaten_at = backlog, now

    def warnings(self) -> dict[str, str]:
        """What does not keep it from working and needs a person."""
        number = self.unassigned
        return {"responsibility": f"nobody on the list is responsible for {number} open cases"} if number else {}

    def delivery(self) -> dict[str, object]:
        """How delivery goes: what waits and for how long, what was sent and given up, the last beat and the last planning."""
        found, at = self.backlog, self.beaten_at
        if found is None or at is None:
            return {}
        lag = (at - found.oldest).total_seconds() if found.oldest else 0
        counts = {"waiting": found.letters, "lag_seconds": round(lag), "sent_24h": found.sent, "failed": found.failed}
        planned = self.planned_at.isoformat(timespec="seconds") if self.planned_at else None
        return counts | {"last_beat": at.isoformat(timespec="seconds"), "last_planned": planned}


class HttpApp:
    """The web application. The Bolt app is put in once Slack was reached; before that Slack is asked to come again."""

    def __init__(self, settings: Settings, health: Health) -> None:
        self._health = health
        self.bolt: AsyncApp | None = None
        self.metrics = Metrics()
        routes = [
            Route("/healthz", self._healthz),
            Route("/readyz", self._readyz),
            Route("/metrics", self._metrics),
        ]
        self._verifier = SignatureVerifier(settings.signing_secret.get_secret_value()) if settings.mode == "http" else None
        self._web = Starlette(routes=routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI. Slack's entries do not pass the layers that are for the rest: those cost as much as Bolt does."""
        if self._verifier is None or scope.get("path") != "/slack/events" or scope["method"] != "POST":
            await self._web(scope, receive, send)
            return
        try:
            answer = await self._events(Request(scope, receive), self._verifier)
        except Exception as error:  # noqa: BLE001 - nothing of a payload may reach the server's own log
            _log.error("front_surprise", error=type(error).__name__)
            answer = PlainTextResponse("unavailable", status_code=500)
        await answer(scope, receive, send)

    async def _healthz(self, _request: Request) -> Response:
        return JSONResponse({"ok": True, "version": __version__})

    async def _readyz(self, _request: Request) -> Response:
        ready = not self._health.reasons and not self._health.stopping
        reasons = dict(self._health.reasons) | ({"process": "stopping"} if self._health.stopping else {})
        told = {"ready": ready, "waiting_for": reasons, "warnings": self._health.warnings(), "delivery": self._health.delivery()}
        return JSONResponse(told, status_code=200 if ready else 503)

    async def _metrics(self, _request: Request) -> Response:
        self.metrics.ready.set(not self._health.reasons and not self._health.stopping)
        return Response(self.metrics.text(), media_type=CONTENT_TYPE_LATEST)

    async def _events(self, request: Request, verifier: SignatureVerifier) -> Response:
        timestamp = request.headers.get("x-slack-request-timestamp", "")
        signature = request.headers.get("x-slack-signature", "")
        payload: dict[str, Any] | http_verification.Rejected = http_verification.Rejected(401, "unsigned")
        if http_verification.looks_signed(timestamp, signature):
            try:
                async with asyncio.timeout(_BODY_SECONDS):
                    body = await http_verification.read_body(request.stream(), request.headers.get("content-length"))
            except (ClientDisconnect, TimeoutError):
                body = http_verification.Rejected(408, "incomplete")
            payload = http_verification.checked(body, timestamp, signature, verifier) if isinstance(body, bytes) else body
        if isinstance(payload, http_verification.Rejected):
            _log.warning("turned_away", why=payload.why)
            return PlainTextResponse(payload.why, status_code=payload.status, headers={"connection": "close"})
        if self.bolt is None or self._health.stopping:
            return PlainTextResponse("starting", status_code=503)
        try:
            answer = await self.bolt.async_dispatch(AsyncBoltRequest(body=payload, mode="socket_mode"))
        except Exception as error:  # noqa: BLE001 - Bolt raises on payloads whose parts are of another type than Slack's
            _log.warning("turned_away", why="odd payload", error=type(error).__name__)
            return PlainTextResponse("unreadable", status_code=400)
        content_type = answer.first_headers_without_set_cookie().get("content-type", "text/plain")
        return Response(answer.body, status_code=answer.status, headers={"content-type": content_type})


class Server(uvicorn.Server):
    """uvicorn without its own signal handlers: the process drains in its own order (bot.runtime.process)."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield


def make_server(app: HttpApp, settings: Settings) -> Server:
    """The server of `app` on `OOB_HOST` and `OOB_PORT`."""
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http="httptools",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
        timeout_keep_alive=30,
        limit_concurrency=500,
    )
    return Server(config)
