"""The workspace in a browser: a page without a build step, what it is told when something changes, and the inspector."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from pathlib import Path

from aiohttp import web

from simulator.clock import Clock
from simulator.people import People
from simulator.world import Json, World

_FOLDER = Path(__file__).parent / "page"
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_LOOKED_EVERY = 0.1
_ANSWER_AFTER = 20.0
_STRICT = "; ".join(
    ("default-src 'none'", *(f"{what}-src 'self'" for what in ("script", "style", "connect", "img")), "form-action 'none'")
)


class Pages:
    """What the browser asks for beside what `simulator.client` does."""

    def __init__(self, world: World, people: People, clock: Clock) -> None:
        self._world = world
        self._people = people
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        """Their addresses."""
        return [
            web.get("/", self._file),
            web.get("/page/{name}", self._file),
            web.get("/sim/page", self._about),
            web.get("/sim/changes/{user}", self._changes),
            web.get("/sim/wire", self._wire),
        ]

    async def _file(self, request: web.Request) -> web.StreamResponse:
        """The page and what belongs to it; nothing comes from elsewhere."""
        name = request.match_info.get("name", "index.html")
        path = _FOLDER / name
        if path.name != name or path.suffix not in _TYPES or not path.is_file():
            return web.Response(status=404)
        headers = {"Content-Security-Policy": _STRICT, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        return web.Response(text=path.read_text(), content_type=_TYPES[path.suffix], charset="utf-8", headers=headers)

    async def _about(self, _request: web.Request) -> web.StreamResponse:
        """Who is here, which conversations, commands and shortcuts there are."""
        world = self._world
        return web.json_response(
            {
                "bot": world.bot_user_id,
                "users": [user for user in world.users.values() if not user["deleted"]],
                "channels": {each.id: each.name for each in world.channels.values() if not each.is_im},
                "commands": [
                    {"command": name, "hint": about.get("usage_hint", ""), "description": about.get("description", "")}
                    for name, about in world.commands.items()
                ],
                "shortcuts": [about for about in world.shortcuts.values() if about.get("type", "message") == "message"],
            }
        )

    async def _changes(self, request: web.Request) -> web.StreamResponse:
        """Everything in front of somebody, as soon as it is other than what they have (`unless`), or after a while."""
        user, known = request.match_info["user"], request.query.get("unless", "")
        if user not in self._world.users:
            return web.json_response({"not_possible": "nobody of that name"}, status=404)
        until = time.monotonic() + _ANSWER_AFTER
        while (state := self._state(user))[0] == known and time.monotonic() < until:  # noqa: ASYNC110 - whoever changes the world need not know
            await asyncio.sleep(_LOOKED_EVERY)
        return web.json_response({"version": state[0], **state[1]})

    async def _wire(self, request: web.Request) -> web.StreamResponse:
        """What crossed the wire since number `after`, the newest last."""
        after = int(request.query.get("after", "0"))
        return web.json_response([each for each in self._world.wire if each["n"] > after])

    def _state(self, user: str) -> tuple[str, Json]:
        """A version of what somebody sees, and what that is; the time itself is no change, but travelling is."""
        seen = self._people.sees(user)
        stack = len(self._world.modals.get(user) or [])
        told = seen | {"stack": stack, "ahead": (self._clock.now().timestamp() - time.time())}
        rounded = told | {"ahead": round(told["ahead"])}
        newest = self._world.wire[-1]["n"] if self._world.wire else 0
        version = hashlib.sha256(json.dumps([rounded, newest], sort_keys=True).encode()).hexdigest()
        return version, told
