"""The Bolt application: one middleware puts the request context where listeners find it, seven listeners do the rest."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

import handlers
from bot.core.context import RequestContext
from handlers.core.gate import Gate
from handlers.dispatcher import Dispatcher


def build_app(ctx: RequestContext, slack: AsyncWebClient) -> tuple[AsyncApp, Dispatcher]:
    """The app of one workspace, and its dispatcher.

    `process_before_response`: the work is done before the answer anyway, and the answer then leaves without polling.
    `authorize` is a constant, because the gate has the workspace and asks Slack about people itself. Signatures are
    checked in `handlers.core.http_verification`, before Bolt sees a payload.
    """
    home = ctx.workspace
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
    async def put_context(context: AsyncBoltContext, next: Callable[[], Awaitable[None]]) -> None:  # noqa: A002 - Bolt's name for it
        context["ctx"] = ctx
        context["slack"] = slack
        await next()

    return app, handlers.register(app, Gate(ctx.settings.rate_per_minute))
