"""Slack in and out: one listener per kind of payload, the gate, and the handlers behind it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.context import RequestContext
from handlers.core.gate import Gate
from handlers.core.interaction import Kind
from handlers.dispatcher import Dispatcher

Listener = Callable[[AsyncAck, dict[str, Any], RequestContext, AsyncWebClient], Awaitable[None]]
_ANY = re.compile(".*")


def register(app: AsyncApp, gate: Gate) -> Dispatcher:
    """Register the seven listeners. Each listener ahead of the right one costs time, so the rest is a dictionary of ours.

    Bolt hands a listener its arguments by name; `bot.slack.app` has put `ctx` and `slack`, the shared client, into the context.
    """
    dispatcher = Dispatcher(gate)

    def listener(kind: Kind) -> Listener:
        async def listen(ack: AsyncAck, body: dict[str, Any], ctx: RequestContext, slack: AsyncWebClient) -> None:
            await dispatcher.receive(kind, body, ctx, ack, slack)

        return listen

    app.command("/oob")(listener(Kind.COMMAND))
    app.action(_ANY)(listener(Kind.ACTION))
    app.view_submission(_ANY)(listener(Kind.SUBMISSION))
    app.options(_ANY)(listener(Kind.OPTIONS))
    app.event(_ANY)(listener(Kind.EVENT))
    app.shortcut(_ANY)(listener(Kind.SHORTCUT))
    app.view_closed(_ANY)(listener(Kind.CLOSE))
    return dispatcher
