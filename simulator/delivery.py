"""Delivery to the app, by Socket Mode or signed HTTP, with three seconds for the acknowledgement."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from simulator.faults import Faults
from simulator.world import Json, World

ACK_SECONDS = 3.0


@dataclass(frozen=True)
class Outcome:
    """How the app answered: an error in Slack's words, or its payload, and after how many milliseconds."""

    error: str | None
    payload: Json | str
    ms: int


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Slack's request signature (Slack: "Verifying requests from Slack")."""
    return "v0=" + hmac.digest(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hex()


class Delivery:
    """The way to the app: sockets that are connected, or an address."""

    def __init__(self, world: World, faults: Faults, events_url: str | None) -> None:
        self._world = world
        self._faults = faults
        self.events_url = events_url
        self.sockets: list[web.WebSocketResponse] = []
        self._waiting: dict[str, asyncio.Future[Json]] = {}
        self._session: aiohttp.ClientSession | None = None
        self._turn = 0

    async def deliver(self, kind: str, payload: Json, within: float | None = None) -> Outcome:
        """Bring a payload (`slash_commands`, `interactive`, `events_api`) to the app and wait `within` seconds for its answer."""
        outcome = await self._delivered(kind, payload, within or ACK_SECONDS)
        self._world.note("to_app", name=kind, payload=payload, answer=outcome.payload, error=outcome.error, ms=outcome.ms)
        return outcome

    async def _delivered(self, kind: str, payload: Json, within: float) -> Outcome:
        begun = time.monotonic()
        try:
            async with asyncio.timeout(within):
                bring = self._by_http if self.events_url else self._by_socket
                answer = await bring(kind, payload, 0)
                for attempt in range(1, self._faults.repeats + 1):
                    await bring(kind, payload, attempt)
        except TimeoutError:
            return Outcome("operation_timeout", {}, _since(begun))
        except (ConnectionError, aiohttp.ClientError) as error:
            return Outcome("dispatch_failed", {"detail": type(error).__name__}, _since(begun))
        return Outcome(None, answer, _since(begun))

    async def _by_socket(self, kind: str, payload: Json, attempt: int) -> Json:
        alive = [socket for socket in self.sockets if not socket.closed]
        if not alive:
            raise ConnectionError("no socket")
        self._turn += 1
        envelope_id = secrets.token_hex(16)
        self._waiting[envelope_id] = asyncio.get_running_loop().create_future()
        envelope = {
            "envelope_id": envelope_id,
            "type": kind,
            "accepts_response_payload": kind != "events_api",
            "payload": payload,
        }
        if attempt:
            envelope |= {"retry_attempt": attempt, "retry_reason": "timeout"}
        try:
            await alive[self._turn % len(alive)].send_str(json.dumps(envelope))
            return await self._waiting[envelope_id]
        finally:
            self._waiting.pop(envelope_id, None)

    async def _by_http(self, kind: str, payload: Json, attempt: int) -> Json | str:
        if kind == "events_api":
            body, content_type = json.dumps(payload).encode(), "application/json"
        else:
            fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
            body, content_type = urlencode(fields, errors="replace").encode(), "application/x-www-form-urlencoded"
        timestamp = str(int(time.time()))
        headers = {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(self._world.signing_secret, timestamp, body),
        }
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": "http_timeout"}
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=64))
        async with self._session.post(self.events_url or "", data=body, headers=headers) as response:
            text = await response.text()
            if response.status != 200:
                raise aiohttp.ClientPayloadError(f"HTTP {response.status}")
            return dict(json.loads(text)) if response.content_type == "application/json" and text else text

    async def socket(self, request: web.Request) -> web.StreamResponse:
        """`GET /socket`: one Socket Mode connection."""
        if self._faults.away or not self._world.redeem(request.query.get("ticket", "")):
            return web.Response(status=403)
        socket = web.WebSocketResponse(autoping=True)
        await socket.prepare(request)
        self.sockets.append(socket)
        await socket.send_json({"type": "hello", "num_connections": len(self.sockets), "connection_info": {"app_id": "A0SIM"}})
        try:
            async for frame in socket:
                if frame.type is aiohttp.WSMsgType.TEXT:
                    self._acknowledged(json.loads(frame.data))
        finally:
            self.sockets.remove(socket)
        return socket

    def _acknowledged(self, frame: Json) -> None:
        waiting = self._waiting.get(frame.get("envelope_id", ""))
        if waiting is not None and not waiting.done():
            waiting.set_result(frame.get("payload") or {})

    async def disconnect(self, reason: str) -> None:
        """Tell every connection to come again: `warning`, `refresh_requested`, `link_disabled`."""
        for socket in list(self.sockets):
            await socket.send_json({"type": "disconnect", "reason": reason})

    def cut(self) -> None:
        """Cut every connection without a word."""
        for socket in list(self.sockets):
            if socket._req is not None and socket._req.transport is not None:  # noqa: SLF001 - there is no public way to be rude
                socket._req.transport.abort()  # noqa: SLF001

    async def close(self) -> None:
        """Close everything."""
        for socket in list(self.sockets):
            await socket.close()
        if self._session is not None:
            await self._session.close()


def _since(begun: float) -> int:
    return int((time.monotonic() - begun) * 1000)
