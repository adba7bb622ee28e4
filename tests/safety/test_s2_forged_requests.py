"""S2: requests that are forged, stale, of another workspace, or replayed, over HTTP, to the running bot: none takes effect."""

import asyncio
import random
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import aiohttp

from simulator.server import sign
from tests.support.people import name_team
from tests.support.processes import PATIENTLY, Bot, Slack

EACH = 60


def inquiries(path: Path) -> int:
    database = sqlite3.connect(path)
    (number,) = database.execute("SELECT count(*) FROM inquiries").fetchone()
    database.close()
    return int(number)


def command(text: str, **change: str) -> bytes:
    known = {
        "command": "/oob",
        "text": text,
        "team_id": "T0SIM",
        "user_id": "U0DANA",
        "channel_id": "C0TEAM",
        "trigger_id": f"1.{text}",
        "response_url": "http://127.0.0.1:1/",
    }
    return urlencode(known | change).encode()


async def test_s2_none_of_hundreds_of_bad_requests_takes_effect(
    slack: Slack, tmp_path: Path, figure: Callable[..., None]
) -> None:
    chance = random.Random(2)
    secret = slack.known["signing_secret"]
    with Bot(slack, f"sqlite:///{tmp_path / 'oob.db'}", OOB_MODE="http", OOB_RATE_PER_MINUTE="100000", **PATIENTLY) as bot:
        await name_team(slack.address, bot)
        now = int(time.time())
        requests: list[tuple[bytes, dict[str, str]]] = []

        def add(body: bytes, timestamp: str, signature: str) -> None:
            headers = {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": signature}
            requests.append((body, headers | {"Content-Type": "application/x-www-form-urlencoded"}))

        for number in range(EACH):
            body, at = command(f"inquiry forged {number}"), str(now)
            good = sign(secret, at, body)
            add(body, at, sign(f"other {number}", at, body))
            add(body, at, good[:3] + "".join(chance.sample(good[3:], len(good) - 3)))
            add(body, at, chance.choice([good.upper(), good[:-1], good + "0", f"v1={good[3:]}", "", good[3:]]))
            add(body + b"&text=inquiry+other", at, good)
            add(body, str(now + chance.choice([-301, -3600, 301, 86_400])), good)
            stale = str(now - chance.randint(400, 10**8))
            add(body, stale, sign(secret, stale, body))
            other = command(f"inquiry elsewhere {number}", team_id=f"T{number}")
            add(other, at, sign(secret, at, other))
            nobody = command(f"inquiry nobody {number}", user_id=chance.choice(["", "U0NOBODY", "U0BOT", "USLACKBOT"]))
            add(nobody, at, sign(secret, at, nobody))
        once = command("inquiry once and for all")
        replay = (once, {"X-Slack-Request-Timestamp": str(now), "X-Slack-Signature": sign(secret, str(now), once)})
        async with aiohttp.ClientSession() as session:

            async def send(body: bytes, headers: dict[str, str]) -> int:
                async with session.post(f"{bot.address}/slack/events", data=body, headers=headers) as answer:
                    await answer.read()
                    return answer.status

            before = inquiries(tmp_path / "oob.db")
            statuses = [await send(*request) for request in requests]
            effects = inquiries(tmp_path / "oob.db") - before
            form = {"Content-Type": "application/x-www-form-urlencoded"}
            repeats = await asyncio.gather(*(send(replay[0], replay[1] | form) for _ in range(EACH)))
            replayed = inquiries(tmp_path / "oob.db") - before - effects - 1
    figure("S2", "forged, stale and foreign requests with an effect", effects, len(requests))
    figure("S2", "replayed requests with a second effect", replayed, EACH - 1)
    assert (effects, replayed) == (0, 0)
    assert len(requests) + EACH >= 500
    assert statuses.count(401) == 6 * EACH
    assert set(repeats) == {200}
