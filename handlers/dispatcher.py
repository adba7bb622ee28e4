"""Dispatch every interaction: admit, handle and answer it; no exception escapes (docs/trust.md, Fault table B).

A refusal is a sentence. A surprise is a reference that can be quoted; the log has the reference and where it happened, never
the payload. Within 2.5 seconds a person hears one of: done, not saved, or "I do not know yet: I will tell you".
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
import traceback
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.context import RequestContext, Undecided
from bot.domain.shared.errors import Refusal, Unavailable
from handlers import late_forms
from handlers.core import responses
from handlers.core.gate import Gate
from handlers.core.interaction import READERS, Interaction, Kind
from handlers.core.responses import Answer
from handlers.core.routing import Call
from handlers.router import route_of
from handlers.ui.blocks import Message

_log = structlog.get_logger("oob.dispatcher")

_NOT_YET = (
    "I do not know yet whether that was saved: the database is slow to answer. I will tell you as soon as I know; "
    "please do not type it again before that."
)
_NOT_SHOWN = "That is done, but Slack did not let me show it here. `/oob inquiries` finds it."
_FORM_FAILED = "Slack did not let me open the form; nothing was saved. Please try again, or type your words behind the command."


class Dispatcher:
    """Where all entries arrive. It knows what is under way, so that a shutdown can wait for it."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._under_way: set[asyncio.Task[Any]] = set()

    async def receive(self, kind: Kind, body: dict[str, Any], ctx: RequestContext, ack: AsyncAck, client: AsyncWebClient) -> None:
        """Answer one entry. The acknowledgement is the last thing that happens."""
        entry = READERS[kind](body)
        began = time.monotonic()
        ctx = ctx.for_request(entry.user_id or "nobody")
        task = asyncio.current_task()
        if task is not None:
            self._under_way.add(task)
        try:
            answer = await self._answer(entry, ctx, client)
            await self._deliver(answer, entry, ctx, ack, client)
        finally:
            ctx.metrics.seconds.labels(kind).observe(time.monotonic() - began)
            if task is not None:
                self._under_way.discard(task)

    async def drained(self) -> None:
        """Wait until nothing is under way any more."""
        while self._under_way:
            await asyncio.wait(set(self._under_way))

    async def _answer(self, entry: Interaction, ctx: RequestContext, client: AsyncWebClient) -> Answer:
        try:
            route = route_of(entry.kind, entry.name)
            actor = await self._gate.admit(entry, ctx, route.roles, route.purpose)
            answer = await route.handler(Call(entry, ctx, actor, entry.words))
        except Refusal as refusal:
            self._note(entry, ctx, "unavailable" if isinstance(refusal, Unavailable) else "refused", code=refusal.code)
            return await self._refused(entry, ctx, refusal)
        except Undecided as undecided:
            self._note(entry, ctx, "undecided")
            self._later(self._tell_outcome(undecided, entry, ctx, client))
            return responses.refused(entry, Refusal("undecided", _NOT_YET))
        except Exception as error:  # noqa: BLE001 - the boundary: whatever it was, the person is answered
            return responses.refused(entry, self._surprise(entry, error))
        self._note(entry, ctx, "answered")
        return answer

    async def _refused(self, entry: Interaction, ctx: RequestContext, refusal: Refusal) -> Answer:
        """A refusal where it is read; a form that came too late is kept as a draft, if the database lets us."""
        with contextlib.suppress(Refusal, Undecided):
            return await late_forms.kept(entry, ctx, refusal) or responses.refused(entry, refusal)
        return responses.refused(entry, refusal)

    async def _deliver(
        self, answer: Answer, entry: Interaction, ctx: RequestContext, ack: AsyncAck, client: AsyncWebClient
    ) -> None:
        try:
            await responses.deliver(answer, entry, ctx, ack, client)
            if entry.kind is Kind.ACTION and entry.view.get("type") == "home" and answer.kind == "message":
                self._later(self._home_again(entry, ctx.for_request(entry.user_id), client))
        except Refusal as refusal:
            self._note(entry, ctx, "refused", code=refusal.code)
            await self._apologise(refusal.sentence, entry, ctx, ack, client)
        except Exception as error:  # noqa: BLE001 - Slack's client raises what it likes; the work itself is done by now
            self._note(entry, ctx, "not_shown", code=type(error).__name__)
            sentence = _FORM_FAILED if answer.kind == "form" else _NOT_SHOWN
            await self._apologise(sentence, entry, ctx, ack, client)

    async def _home_again(self, entry: Interaction, ctx: RequestContext, client: AsyncWebClient) -> None:
        """After a press in the home: the home as things stand now."""
        route = route_of(Kind.EVENT, "app_home_opened")
        try:
            actor = await self._gate.admit(entry, ctx, route.roles, route.purpose)
            home = await route.handler(Call(entry, ctx, actor))
            await client.views_publish(user_id=entry.user_id, view=home.body)
        except Exception as error:  # noqa: BLE001 - what was pressed is done; the home is right when it is opened next
            self._note(entry, ctx, "not_shown", code=type(error).__name__)

    async def _apologise(
        self, sentence: str, entry: Interaction, ctx: RequestContext, ack: AsyncAck, client: AsyncWebClient
    ) -> None:
        """Say that something could not be shown, where Slack still lets us."""
        if entry.kind is Kind.COMMAND:
            await ack(text=sentence, response_type="ephemeral")
        elif entry.kind in (Kind.ACTION, Kind.SUBMISSION, Kind.SHORTCUT):
            self._later(self._tell(Message.plain(sentence).to_json(), entry, ctx, client))

    async def _tell(self, message: dict[str, Any], entry: Interaction, ctx: RequestContext, client: AsyncWebClient) -> None:
        try:
            await responses.tell(message, entry, ctx, client, replace=False)
        except Exception as error:  # noqa: BLE001 - there is no other way left to reach the person
            self._note(entry, ctx, "untold", code=type(error).__name__)

    async def _tell_outcome(self, undecided: Undecided, entry: Interaction, ctx: RequestContext, client: AsyncWebClient) -> None:
        """Keep the promise "I will tell you"."""
        try:
            answer = await undecided.outcome
            told = isinstance(answer, Answer) and answer.kind == "message"
            message = answer.body if told else Message.plain(_FORM_FAILED).to_json()
        except Refusal as refusal:
            message = Message.plain(refusal.sentence).to_json()
        except Exception as error:  # noqa: BLE001 - the person was promised a word
            message = Message.plain(self._surprise(entry, error).sentence).to_json()
        await self._tell(message, entry, ctx, client)

    def _later(self, work: Any) -> None:  # noqa: ANN401 - a coroutine
        task = asyncio.ensure_future(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    @staticmethod
    def _surprise(entry: Interaction, error: Exception) -> Refusal:
        reference = secrets.token_hex(4)
        frames = traceback.extract_tb(error.__traceback__)
        where = f"{frames[-1].filename.rsplit('/', 2)[-2:]}:{frames[-1].lineno}" if frames else ""
        name = route_of(entry.kind, entry.name).name or "unknown"
        _log.error("surprise", reference=reference, kind=entry.kind, name=name, error=type(error).__name__, where=where)
        return Refusal("surprise", f"Something went wrong and nothing was saved. Please tell your administrator: {reference}.")

    @staticmethod
    def _note(entry: Interaction, ctx: RequestContext, outcome: str, code: str = "") -> None:
        """One line of the log and one count; a name that the registry does not know is counted as `unknown`."""
        name = route_of(entry.kind, entry.name).name or "unknown"
        ctx.metrics.entries.labels(entry.kind, name, outcome).inc()
        _log.info("entry", outcome=outcome, code=code, kind=entry.kind, name=name, actor=entry.user_id[:32])
