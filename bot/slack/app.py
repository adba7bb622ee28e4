"""The Bolt application: one middleware lays the desk in the context, seven listeners do the rest."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

import handlers
from bot.core.context import Desk
from handlers.core.gate import Gate
from handlers.dispatcher import Reception


def build_app(desk: Desk, slack: AsyncWebClient) -> tuple[AsyncApp, Reception]:
    """The app of one workspace, and its reception.

    `process_before_response`: the work is done before the answer anyway, and the answer then leaves without polling.
    `authorize` is a constant, because the gate has the workspace and asks Slack about people itself. Signatures are
    checked in `handlers.core.http_verification`, before Bolt sees a payload.
    """
    home = desk.workspace
    authorized = AuthorizeResult(
        enterprise_id=home.enterprise_id,
        team_id=home.workspace_id,
        bot_token=slack.token,
        bot_user_id=home.bot_user_id,
        bot_id=home.bot_id,
    )

    async def authorize() -> AuthorizeResult:
        return authorized

    app = AsyncApp(
        name="oob",
        logger=logging.getLogger("slack_bolt"),
        authorize=authorize,
        signing_secret="checked in handlers.core.http_verification",  # noqa: S106 - a value keeps Bolt from looking into the environment
        request_verification_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
        process_before_response=True,
    )

    @app.middleware
    async def lay_desk(context: AsyncBoltContext, next: Callable[[], Awaitable[None]]) -> None:  # noqa: A002 - Bolt's name for it
        context["desk"] = desk
        context["slack"] = slack
        await next()

    return app, handlers.register(app, Gate(desk.settings.rate_per_minute))
