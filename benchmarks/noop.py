"""A Bolt app whose one command does nothing: what the bot is compared with. `--stock` leaves Bolt's defaults as they are."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable

from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from benchmarks.serving import serve

SECRET = "pretend"  # noqa: S105 - of a server on this machine, for a minute
AUTHORIZED = AuthorizeResult(enterprise_id=None, team_id="T0SIM", bot_token="xoxb-pretend", bot_user_id="U0BOT", bot_id="B0BOT")  # noqa: S106
"""A constant: no call to Slack."""


async def authorize() -> AuthorizeResult:
    """Whose request it is."""
    return AUTHORIZED


def app(*, stock: bool) -> AsyncApp:
    """The app with its one command."""
    built = AsyncApp(name="noop", signing_secret=SECRET, authorize=authorize, process_before_response=not stock)

    @built.command("/oob")
    async def nothing(ack: Callable[[str], Awaitable[None]]) -> None:
        await ack("Done.")

    return built


def main() -> None:
    """Serve it."""
    parser = argparse.ArgumentParser(prog="noop")
    parser.add_argument("--stock", action="store_true")
    serve(AsyncSlackRequestHandler(app(stock=parser.parse_args().stock)))


if __name__ == "__main__":
    main()
