"""Signed slash commands over HTTP as Slack sends them: each connection has one request under way."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

WORKSPACE = "T0SIM"
_HEAD_ENDS = b"\r\n\r\n"
_numbers = itertools.count(1)


class Pen:
    """Writes the commands of a team, each a request of its own: another `trigger_id` and, in `{n}`, another text."""

    def __init__(self, secret: str, people: list[str]) -> None:
        self._secret = secret.encode()
        self._people = itertools.cycle(people)

    def command(self, words: str) -> bytes:
        """One `/oob` command, to be sent within five minutes."""
        number = next(_numbers)
        fields = {
            "command": "/oob",
            "text": words.replace("{n}", str(number)),
            "team_id": WORKSPACE,
            "team_domain": "pretend",
            "channel_id": "C0TEAM",
            "channel_name": "team",
            "user_id": next(self._people),
            "user_name": "somebody",
            "api_app_id": "A0SIM",
            "is_enterprise_install": "false",
            "response_url": "http://127.0.0.1:9/nowhere",
            "trigger_id": f"{number}.{time.time_ns()}.bench",
        }
        return self._signed(urlencode(fields).encode(), "application/x-www-form-urlencoded")

    def _signed(self, body: bytes, form: str) -> bytes:
        moment = str(int(time.time()))
        signature = hmac.new(self._secret, b"v0:%s:%s" % (moment.encode(), body), hashlib.sha256).hexdigest()
        head = (
            "POST /slack/events HTTP/1.1\r\nhost: 127.0.0.1\r\n"
            f"content-type: {form}\r\ncontent-length: {len(body)}\r\n"
            f"x-slack-request-timestamp: {moment}\r\nx-slack-signature: v0={signature}\r\n\r\n"
        )
        return head.encode() + body

    def commands(self, words: str, number: int) -> list[bytes]:
        """So many of them."""
        return [self.command(words) for _ in range(number)]


@dataclass(frozen=True)
class Answer:
    """A response: its status and its body."""

    status: int
    body: bytes


class Connection(asyncio.Protocol):
    """A kept-alive connection with one request under way. Raises `ConnectionError` when the server hangs up."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._waiting: asyncio.Future[Answer] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """There is a line."""
        self._transport = transport  # type: ignore[assignment]  # of a TCP connection

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """There is none any more."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(ConnectionError("the server hung up"))

    def data_received(self, data: bytes) -> None:
        """A part of a response."""
        self._received += data
        head, found, rest = self._received.partition(_HEAD_ENDS)
        if not found:
            return
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        if len(rest) >= length and self._waiting is not None:
            self._received = b""
            self._waiting.set_result(Answer(int(head[9:12]), rest[:length]))

    async def ask(self, request: bytes) -> Answer:
        """Send a request and wait for its answer."""
        self._waiting = asyncio.get_running_loop().create_future()
        if self._transport is None or self._transport.is_closing():
            raise ConnectionError("not connected")
        self._transport.write(request)
        return await self._waiting

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()


async def connect(address: str) -> Connection:
    """A connection to `http://host:port`."""
    place = urlsplit(address)
    _, connection = await asyncio.get_running_loop().create_connection(Connection, place.hostname or "", place.port or 0)
    return connection


@dataclass(frozen=True)
class Load:
    """What a run came to: answers a second, seconds for each in order of size, and answers that were not as wanted."""

    rate: float
    seconds: list[float]
    wrong: list[Answer]

    def quantile(self, share: float) -> float:
        """The seconds within which that share of the requests was answered."""
        return self.seconds[min(len(self.seconds) - 1, int(share * len(self.seconds)))]


async def drive(address: str, requests: Iterable[bytes], connections: int, wanted: bytes) -> Load:
    """Send all `requests` over so many connections, as fast as they are answered; an answer is to hold `wanted`."""
    seconds: list[float] = []
    wrong: list[Answer] = []
    queue = iter(requests)
    lines = [await connect(address) for _ in range(connections)]
    began = time.perf_counter()
    await asyncio.gather(*(_converse(line, queue, wanted, seconds, wrong) for line in lines))
    took = time.perf_counter() - began
    for line in lines:
        line.close()
    return Load(len(seconds) / took, sorted(seconds), wrong)


async def _converse(line: Connection, queue: Iterator[bytes], wanted: bytes, seconds: list[float], wrong: list[Answer]) -> None:
    for request in queue:
        began = time.perf_counter()
        answer = await line.ask(request)
        seconds.append(time.perf_counter() - began)
        if answer.status != 200 or wanted not in answer.body:  # noqa: PLR2004 - HTTP's OK
            wrong.append(answer)
