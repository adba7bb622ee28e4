"""The connection to Slack: our identity, other accounts, and the socket that reconnects (docs/trust.md, Fault table A, B8)."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import OrderedDict
from collections.abc import Awaitable
from typing import Protocol

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.core.context import SlackMember, Workspace
from bot.core.settings import Settings, SettingsError
from bot.domain.shared.errors import Unavailable
from handlers.core import slack_errors
from handlers.core.http_verification import too_deep

_FIRST_WAIT, _LONGEST_WAIT = 1.0, 30.0
_FRESH, _STALE, _REMEMBERED = 120.0, 86_400.0, 20_000
_AWAY_BEFORE_RENEWAL = 5.0
_WATCH_EVERY = 0.5
_log = structlog.get_logger("oob.link")


class OnChange(Protocol):
    """Told whether the socket is connected."""

    def __call__(self, *, connected: bool) -> None:
        """It is, or it is not."""
        ...


UNREACHABLE = (aiohttp.ClientError, OSError, TimeoutError)
"""What is raised when Slack does not answer at all."""


def web_session(seconds: float = 10) -> aiohttp.ClientSession:
    """The one HTTP session of the process: with a session of ours slack_sdk leaves the time limit of a call to it."""
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=seconds))


def web_client(settings: Settings, session: aiohttp.ClientSession) -> AsyncWebClient:
    """The one client of the process: one HTTP session, and no retries but our own (the default handler posts twice)."""
    return AsyncWebClient(
        token=settings.bot_token.get_secret_value(),
        base_url=settings.slack_api_url,
        session=session,
        retry_handlers=[],
    )


async def identify(slack: AsyncWebClient, settings: Settings) -> Workspace:
    """Who the tokens belong to. Waits for Slack for as long as it is away; `SettingsError` when it refuses a token."""
    wait = _FIRST_WAIT
    while True:
        try:
            if settings.mode == "socket":
                await _refusing("SLACK_APP_TOKEN", slack.apps_connections_open(app_token=settings.app_token.get_secret_value()))
            told = await _refusing("SLACK_BOT_TOKEN", slack.auth_test())
            return Workspace(told["team_id"], told.get("enterprise_id"), told["user_id"], told.get("bot_id", ""))
        except SlackApiError as error:
            _log.warning("slack_unavailable", error=slack_errors.word(error), next_try_seconds=wait)
        except UNREACHABLE as error:
            _log.warning("slack_unreachable", error=type(error).__name__, next_try_seconds=wait)
        await asyncio.sleep(wait)
        wait = min(wait * 2, _LONGEST_WAIT)


async def _refusing(name: str, call: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse:
    """The answer to `call`; `SettingsError` when Slack refuses the token of that name."""
    try:
        return await call
    except SlackApiError as error:
        reason = slack_errors.word(error)
        if reason in slack_errors.REFUSED_TOKEN:
            raise SettingsError(
                f"Slack refused {name} ({reason}). Copy the token again from your Slack app's page, or reinstall the app."
            ) from None
        raise


async def token_problem(slack: AsyncWebClient) -> str | None:
    """Why Slack refuses the bot's token now, or None when it takes it or does not answer."""
    try:
        await slack.auth_test()
    except SlackApiError as error:
        word = slack_errors.word(error)
        return f"Slack refuses the bot token ({word})" if word in slack_errors.REFUSED_TOKEN else None
    except UNREACHABLE:
        return None
    return None


class SlackUsers:
    """Who accounts are, from `users.info`; remembered two minutes, and up to a day while Slack does not answer."""

    def __init__(self, slack: AsyncWebClient, home: Workspace) -> None:
        self._slack = slack
        self._home = home
        self._known: OrderedDict[str, tuple[float, SlackMember]] = OrderedDict()

    async def member(self, user_id: str, patience: float) -> SlackMember:
        """The account; `Unavailable` when Slack does not tell and nothing is remembered."""
        asked_at, known = self._known.get(user_id, (0.0, None))
        age = time.monotonic() - asked_at
        if known is not None and age < _FRESH:
            return known
        try:
            async with asyncio.timeout(patience / 2):
                told = await self._slack.users_info(user=user_id)
        except (SlackApiError, *UNREACHABLE) as error:
            if isinstance(error, SlackApiError) and slack_errors.word(error) in ("user_not_found", "user_not_visible"):
                return self._remember(SlackMember(user_id, "", full_member=False, why_not="you are not one"))
            if known is not None and age < _STALE:
                return known
            raise Unavailable(
                "slack_away", "Nothing was done: I could not check with Slack who you are. Please try again in a minute."
            ) from None
        return self._remember(self._member(told["user"]))

    def _remember(self, member: SlackMember) -> SlackMember:
        self._known[member.user_id] = (time.monotonic(), member)
        self._known.move_to_end(member.user_id)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return member

    def _member(self, user: dict[str, object]) -> SlackMember:
        team = str(user.get("team_id") or "")
        why_not = ""
        if user.get("deleted"):
            why_not = "your account is deactivated"
        elif user.get("is_bot") or user.get("id") == "USLACKBOT" or user.get("is_workflow_bot"):
            why_not = "bots are not"
        elif user.get("is_ultra_restricted") or user.get("is_restricted"):
            why_not = "guests are not"
        elif user.get("is_stranger") or team not in (self._home.workspace_id, self._home.enterprise_id):
            why_not = "you belong to another organisation"
        name = str(user.get("real_name") or user.get("name") or "")
        return SlackMember(str(user.get("id")), team, full_member=not why_not, why_not=why_not, name=name)


class _Handler(AsyncSocketModeHandler):
    """Bolt's handler, which ignores payloads nested without end, and new ones in the last seconds before a stop.

    What is not acknowledged Slack gives to another connection or reports to the person.
    """

    refusing = False
    under_way = 0

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        if self.refusing or too_deep(req.payload):
            return
        self.under_way += 1
        try:
            await super().handle(client, req)
        finally:
            self.under_way -= 1


class SocketLink:
    """Keeps a socket to Slack.

    The library reconnects by itself, but with a dead ticket it would try for ever: a connection that stays away is
    replaced by a new one with a new ticket (docs/decisions/0006-socket.md).
    """

    def __init__(self, app: AsyncApp, slack: AsyncWebClient, settings: Settings, on_change: OnChange) -> None:
        self._app = app
        self._slack = slack
        self._token = settings.app_token.get_secret_value()
        self._on_change = on_change
        self._handler: _Handler | None = None

    async def run(self) -> None:
        """Stay connected until cancelled."""
        wait = _FIRST_WAIT
        while True:
            self._handler = _Handler(self._app, self._token, web_client=self._slack, ping_interval=5)
            try:
                async with asyncio.timeout(10):
                    await self._handler.client.connect()
                wait = _FIRST_WAIT
                self._on_change(connected=True)
                _log.info("socket_connected")
                await self._watch(self._handler)
            except (SlackApiError, *UNREACHABLE) as error:
                _log.warning("socket_unavailable", error=type(error).__name__, next_try_seconds=wait)
            finally:
                self._on_change(connected=False)
                await self._close(self._handler)
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT / 3)

    async def _watch(self, handler: _Handler) -> None:
        """Return when the connection has been away for a while."""
        away_since: float | None = None
        while away_since is None or time.monotonic() - away_since < _AWAY_BEFORE_RENEWAL:
            await asyncio.sleep(_WATCH_EVERY)
            connected = await handler.client.is_connected()
            if connected:
                away_since = None
            elif away_since is None:
                away_since = time.monotonic()
                _log.warning("socket_lost")
            self._on_change(connected=connected)
        _log.warning("socket_renewed")

    async def drain(self) -> None:
        """Take no new envelopes, and wait until those under way are acknowledged."""
        while self._handler is not None:
            self._handler.refusing = True
            if not self._handler.under_way:
                return
            await asyncio.sleep(_WATCH_EVERY / 10)

    @staticmethod
    async def _close(handler: _Handler) -> None:
        with contextlib.suppress(Exception):
            await asyncio.wait_for(handler.client.close(), 2)
