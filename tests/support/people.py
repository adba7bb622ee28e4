"""Naming the usual team, over the wire."""

from __future__ import annotations

from simulator.client import Workspace
from tests.support.processes import Bot

TEAM = ("@mo team manager", "@dana social worker manager @mo", "@eli social worker manager @mo", "@ana auditor")


async def name_team(address: str, bot: Bot) -> None:
    """Point Slack at the bot and have Sam name everybody."""
    async with Workspace(address) as workspace:
        url = f"{bot.address}/slack/events" if bot.environment.get("OOB_MODE") == "http" else None
        await workspace.fault(events_url=url)
        sam = workspace.person("U0SAM")
        for line in TEAM:
            seen = await sam.types(f"admin roles {line}")
            assert "Saved" in seen.text, seen.text
