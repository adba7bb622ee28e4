"""`python -m simulator`: serve a pretend Slack on this machine and print, as a line of JSON, how to reach it."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path

import yaml
from aiohttp import web

from simulator.server import Simulator
from simulator.world import Json


async def serve(port: int, manifest: Json | None, events_url: str | None) -> None:
    """Serve on the loopback address until SIGTERM or SIGINT."""
    simulator = Simulator(manifest, events_url)
    runner = web.AppRunner(simulator.application(), access_log=None, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    simulator.people.address = address
    world = simulator.world
    known = {"bot_token": world.bot_token, "app_token": world.app_token, "signing_secret": world.signing_secret}
    sys.stdout.write(json.dumps({"address": address, "api": f"{address}/api/", **known}) + "\n")
    sys.stdout.flush()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    await runner.cleanup()


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(prog="simulator", description="A pretend Slack workspace on this machine.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--manifest", type=Path, help="the app's manifest: its scopes and commands are enforced")
    parser.add_argument("--events-url", help="deliver by signed HTTP to this address instead of Socket Mode")
    chosen = parser.parse_args()
    manifest = yaml.safe_load(chosen.manifest.read_text()) if chosen.manifest else None
    asyncio.run(serve(chosen.port, manifest, chosen.events_url))


if __name__ == "__main__":
    main()
