"""A client with which tests and tours act as people in a running simulator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import aiohttp

Json = dict[str, Any]


class CannotDo(Exception):  # noqa: N818 - what a person hears, not a fault
    """Slack itself would not let a person do that: no such button, no open modal, a required input left empty."""


@dataclass(frozen=True)
class Seen:
    """What a person sees after they did something."""

    raw: Json

    @property
    def error(self) -> str | None:
        """Slack's word when the app failed: `operation_timeout`, `dispatch_failed`, `invalid_blocks` and so on."""
        found = self.raw.get("error")
        return None if found is None else str(found)

    @property
    def ms(self) -> int:
        """Milliseconds to the acknowledgement."""
        return int(self.raw["ms"])

    @property
    def text(self) -> str:
        """All that can be read: the newest whisper, else the open modal, else an error."""
        if self.raw.get("ephemerals"):
            return readable(self.raw["ephemerals"][-1])
        if self.raw.get("modal"):
            return readable(self.raw["modal"])
        return self.error or ""

    @property
    def modal(self) -> Json | None:
        """The open modal."""
        return self.raw.get("modal")

    @property
    def errors(self) -> dict[str, str]:
        """Sentences under inputs after a submission, by block id."""
        answer = self.raw.get("answer")
        return dict(answer.get("errors") or {}) if isinstance(answer, dict) else {}


class Person:
    """Somebody in the workspace."""

    def __init__(self, workspace: Workspace, user_id: str) -> None:
        self._workspace = workspace
        self.id = user_id

    async def types(self, text: str, channel: str = "C0TEAM") -> Seen:
        """Type `/oob` and `text` in a channel."""
        return await self._act("command", channel=channel, text=text)

    async def presses(self, action_id: str, **which: Any) -> Seen:
        """Press the newest button with that action id (or of message `ts`, with `value`, the `nth`)."""
        return await self._act("press", action_id=action_id, **which)

    async def chooses(self, action_id: str, option: str, **which: Any) -> Seen:
        """Choose an option, by its words or value, from the newest menu with that action id (`values`: the form so far)."""
        return await self._act("choose", action_id=action_id, option=option, **which)

    async def uses_shortcut(self, callback_id: str, ts: str) -> Seen:
        """Use a message shortcut of the app on message `ts`."""
        return await self._act("shortcut", callback_id=callback_id, ts=ts)

    async def says(self, text: str, channel: str = "C0TEAM") -> str:
        """Write a message in a channel; its timestamp."""
        message = await self._workspace.post("/sim/act/say", {"user": self.id, "channel": channel, "text": text})
        return str(message["ts"])

    async def submits(self, **values: Any) -> Seen:
        """Fill in the open modal, inputs by block id, and send it off."""
        return await self._act("submit", values=values)

    async def closes(self) -> Seen:
        """Close the open modal."""
        return await self._act("close")

    async def opens_home(self) -> Seen:
        """Open the app's home."""
        return await self._act("open_home")

    async def is_offered(self, block_id: str, typed: str) -> list[str]:
        """Type into an external select: `code name` of each option."""
        return list(await self._workspace.post("/sim/suggest", {"user": self.id, "block_id": block_id, "typed": typed}))

    async def sees(self) -> Json:
        """Everything in front of them."""
        return dict(await self._workspace.get(f"/sim/sees/{self.id}"))

    async def _act(self, act: str, **arguments: Any) -> Seen:
        return Seen(await self._workspace.post(f"/sim/act/{act}", {"user": self.id, **arguments}))


class Workspace:
    """A running simulator, by its address."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._session = aiohttp.ClientSession(base_url=address, connector=aiohttp.TCPConnector(limit=0))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    def person(self, user_id: str) -> Person:
        """One of its people."""
        return Person(self, user_id)

    async def about(self) -> Json:
        """Tokens, people, and how many sockets are connected."""
        return dict(await self.get("/sim"))

    async def add_user(self, **user: Any) -> Person:
        """Add an account, with Slack's flags (`is_restricted`, `deleted`…)."""
        await self.post("/sim/user", user)
        return self.person(user["id"])

    async def deliver(self, kind: str, payload: Json, within: float | None = None) -> Json:
        """Bring any payload to the app as it stands; wait so many seconds for its answer, or as long as Slack does."""
        return dict(await self.post("/sim/deliver", {"type": kind, "payload": payload, "within": within}))

    async def fault(self, **fault: Any) -> None:
        """Make Slack misbehave (see `simulator.server.Simulator`)."""
        await self.post("/sim/fault", fault)

    async def calls(self, method: str = "") -> list[Json]:
        """The Web API calls that the app has made."""
        return [call for call in await self.get("/sim/calls") if method in ("", call["method"])]

    async def travels(self, moment: datetime, *, wait: bool = True) -> bool:
        """Move the workspace's time; whether the app has followed. Unless `wait`, nobody is waited for: no app runs."""
        return bool((await self.post("/sim/clock", {"now": moment.isoformat(), "wait": wait}))["followed"])

    async def file(self, file_id: str) -> bytes:
        """What is in a file that was uploaded."""
        async with self._session.get(f"/sim/files/{file_id}") as response:
            return await response.read()

    async def get(self, path: str) -> Any:
        """A GET of the stage directions."""
        async with self._session.get(path) as response:
            return await response.json()

    async def post(self, path: str, body: Json) -> Any:
        """A POST of the stage directions."""
        async with self._session.post(path, json=body) as response:
            answer = await response.json()
            if isinstance(answer, dict) and "not_possible" in answer:
                raise CannotDo(answer["not_possible"])
            return answer


def readable(holder: Json) -> str:
    """The words of a message or view, a line a block."""
    lines = []
    for block in holder.get("blocks") or []:
        if block.get("type") == "actions":
            lines.append("  ".join(f"[ {element['text']['text']} ]" for element in block["elements"] if "text" in element))
            continue
        if block.get("type") == "rich_text":
            lines += [str(part.get("text", "")) for element in block["elements"] for part in element["elements"]]
            continue
        texts = [block.get("text"), block.get("label"), *block.get("elements", []), *block.get("fields", [])]
        for text in texts:
            inner = text.get("text") if isinstance(text, dict) else None
            lines.append(inner.get("text", "") if isinstance(inner, dict) else str(inner or ""))
    return "\n".join(line for line in lines if line) or str(holder.get("text", ""))
