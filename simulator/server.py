"""The server: Slack's side under `/api`, `/socket` and `/response`, the stage directions under `/sim`."""

from __future__ import annotations

from datetime import datetime

from aiohttp import web

from simulator import files, responses, webapi
from simulator.clock import Clock, ahead
from simulator.delivery import Delivery, sign
from simulator.faults import Faults
from simulator.filling import NotPossible
from simulator.pages import Pages
from simulator.people import People
from simulator.world import Channel, Json, World

_ACTS = {"command", "press", "choose", "shortcut", "say", "submit", "close", "open_home", "event"}


class Simulator:
    """One pretend Slack: a world, a way to the app, and people."""

    def __init__(self, manifest: Json | None = None, events_url: str | None = None) -> None:
        self.world = World(manifest)
        self.faults = Faults()
        self.clock = Clock()
        self.delivery = Delivery(self.world, self.faults, events_url)
        self.people = People(self.world, self.delivery, "")
        self.world.now = lambda: self.clock.now().timestamp()

    def application(self) -> web.Application:
        """The web application."""
        app = web.Application(client_max_size=64 << 20)
        app.add_routes(
            [
                web.route("*", "/api/{method}", self._api),
                web.get("/socket", self.delivery.socket),
                web.post("/response/{token}", self._response),
                web.post("/upload/{file}", self._upload),
                web.get("/sim/files/{file}", self._file),
                web.get("/sim", self._about),
                web.get("/sim/sees/{user}", self._sees),
                web.get("/sim/calls", self._calls),
                web.post("/sim/act/{act}", self._act),
                web.post("/sim/suggest", self._suggest),
                web.post("/sim/deliver", self._deliver),
                web.post("/sim/user", self._user),
                web.post("/sim/channel", self._channel),
                web.post("/sim/fault", self._fault),
                web.get("/sim/clock", self._clock),
                web.post("/sim/clock", self._travel),
                *Pages(self.world, self.people, self.clock).routes(),
            ]
        )
        app.on_shutdown.append(self._shutdown)
        return app

    async def _api(self, request: web.Request) -> web.StreamResponse:
        if self.faults.away:
            return web.Response(status=503, text="<html>Slack is away</html>", content_type="text/html")
        return await webapi.handle(request, self.world, self.faults)

    async def _response(self, request: web.Request) -> web.StreamResponse:
        return web.Response(status=503) if self.faults.away else await responses.respond(request, self.world)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        return web.Response(status=503) if self.faults.away else await files.upload(request, self.world)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        """What was uploaded, for whoever looks at it."""
        file = self.world.files.get(request.match_info["file"])
        return web.Response(status=404) if file is None else web.Response(body=file["body"] or b"")

    async def _about(self, _request: web.Request) -> web.StreamResponse:
        world = self.world
        return web.json_response(
            {
                "team_id": world.team_id,
                "bot_token": world.bot_token,
                "app_token": world.app_token,
                "signing_secret": world.signing_secret,
                "sockets": len(self.delivery.sockets),
                "users": list(world.users),
            }
        )

    async def _sees(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(self.people.sees(request.match_info["user"]))

    async def _calls(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response(self.world.calls)

    async def _act(self, request: web.Request) -> web.StreamResponse:
        act = request.match_info["act"]
        if act not in _ACTS:
            return web.json_response({"not_possible": f"nobody can {act}"}, status=404)
        try:
            return web.json_response(await getattr(self.people, act)(**await request.json()))
        except NotPossible as error:
            return web.json_response({"not_possible": str(error)}, status=409)

    async def _suggest(self, request: web.Request) -> web.StreamResponse:
        try:
            return web.json_response(await self.people.suggest(**await request.json()))
        except NotPossible as error:
            return web.json_response({"not_possible": str(error)}, status=409)

    async def _deliver(self, request: web.Request) -> web.StreamResponse:
        """Bring any payload to the app, as it stands: repeats, other workspaces, nonsense."""
        body = await request.json()
        outcome = await self.delivery.deliver(body["type"], body["payload"], body.get("within"))
        return web.json_response({"error": outcome.error, "answer": outcome.payload, "ms": outcome.ms})

    async def _user(self, request: web.Request) -> web.StreamResponse:
        user = self.world.add_user(await request.json())
        self.world.channels["C0TEAM"].members.add(user["id"])
        return web.json_response(user)

    async def _channel(self, request: web.Request) -> web.StreamResponse:
        made = await request.json()
        self.world.channels[made["id"]] = Channel(made["id"], made.get("name", ""), set(made.get("members", [])))
        return web.json_response({"ok": True})

    async def _fault(self, request: web.Request) -> web.StreamResponse:
        """One way of misbehaving: `away` for seconds, `cut`, `disconnect` with a reason, `token` refused with a word, and so on.

        `repeats` of each payload, a channel `archived`, somebody's direct conversation `gone`, a `pace` of posts, `chances` that
        they fail, `events_url`, or a fault for the next calls of a method.
        """
        body = await request.json()
        if "away" in body:
            self.faults.go_away(float(body["away"]))
            self.delivery.cut()
        elif body.get("cut"):
            self.delivery.cut()
        elif "disconnect" in body:
            await self.delivery.disconnect(body["disconnect"])
        elif "gone" in body:
            self.world.forget(body["gone"])
        elif "archived" in body:
            if body["archived"] in self.world.channels:
                self.world.channels[body["archived"]].is_archived = bool(body.get("on", True))
        elif "events_url" in body:
            self.delivery.events_url = body["events_url"]
        else:
            self.faults.set(body)
        return web.json_response({"ok": True})

    async def _clock(self, request: web.Request) -> web.StreamResponse:
        """What time it is, for an app that follows: answered when that has changed since the version it has seen."""
        return web.json_response(await self.clock.follow(int(request.query.get("seen", "-1"))))

    async def _travel(self, request: web.Request) -> web.StreamResponse:
        """Move the workspace's time to a moment, or on to a day that people name (`to`, see `simulator.clock.ahead`)."""
        told = await request.json()
        moment = ahead(told["to"], self.clock.now()) if "to" in told else datetime.fromisoformat(told["now"])
        return web.json_response({"followed": await self.clock.travel(moment, wait=told.get("wait", True))})

    async def _shutdown(self, _app: web.Application) -> None:
        await self.delivery.close()


__all__ = ["Simulator", "sign"]
