"""What people do in the workspace: type, press, fill in, send off, close, open their home. Slack's side of each."""

from __future__ import annotations

import html
import re
import time
from typing import Any

from simulator.blockkit import message_problems, option_problems, view_problems
from simulator.delivery import Delivery, Outcome
from simulator.filling import NotPossible, elements, state_of, words_of
from simulator.world import Json, World


class People:
    """Actions of people, and what they see afterwards."""

    def __init__(self, world: World, delivery: Delivery, address: str) -> None:
        self._world = world
        self._delivery = delivery
        self.address = address

    async def command(self, user: str, channel: str, text: str, name: str = "/oob") -> Json:
        """Type a slash command. `@name` of a person becomes a mention, as in Slack's composer."""
        if name not in self._world.commands:
            raise NotPossible(f"{name} is not a command of an app here")
        payload = self._who(user) | {
            "token": "deprecated",
            "command": name,
            "text": self._escape(text) if self._world.commands[name].get("should_escape", True) else text,
            "channel_id": channel,
            "channel_name": self._world.channels[channel].name if channel in self._world.channels else "directmessage",
            "api_app_id": self._world.app_id,
            "trigger_id": self._world.trigger(user),
            "response_url": self._response_url(user, channel),
        }
        return await self._do(user, "slash_commands", payload, self._command_answered, channel)

    async def press(
        self,
        user: str,
        action_id: str,
        ts: str | None = None,
        value: str | None = None,
        nth: int = 0,
        values: Json | None = None,
        *,
        home: bool = False,
    ) -> Json:
        """Press a button: of the open modal, else of the newest message that has it, or of message `ts`, or of the home."""
        view, message, found = self._find(user, action_id, ts, home=home)
        found = [element for element in found if value is None or element.get("value") == value]
        if len(found) <= nth:
            raise NotPossible(f"no {action_id} to press")
        element = found[nth]
        if view is not None and view["type"] == "modal" and values is not None:
            view = view | {"state": {"values": state_of(view, values)[0]}}
        action: Json = {key: element[key] for key in ("type", "action_id", "block_id", "text", "value") if key in element}
        return await self._act(user, action, view, message)

    async def choose(
        self, user: str, action_id: str, option: str, ts: str | None = None, values: Json | None = None, *, home: bool = False
    ) -> Json:
        """Choose from a menu (by an option's words or value): of a message, of the home, or an input that tells the app at once.

        `values` are the other inputs of the open modal as they are filled in by then.
        """
        view, message, found = self._find(user, action_id, ts, home=home)
        chosen = next((each for element in found for each in element.get("options", []) if option in words_of(each)), None)
        if chosen is None:
            raise NotPossible(f"no {option} in {action_id}")
        element = next(element for element in found if chosen in element["options"])
        if view is not None and view["type"] == "modal":
            filled = dict(values or {}) | ({element["block_id"]: chosen["value"]} if element.get("dispatches") else {})
            view = view | {"state": {"values": state_of(view, filled)[0]}}
        action: Json = {key: element[key] for key in ("type", "action_id", "block_id") if key in element}
        return await self._act(user, action | {"selected_option": chosen}, view, message)

    async def _act(self, user: str, action: Json, view: Json | None, message: Json | None) -> Json:
        """A block action, on a view or on a message."""
        payload = self._interactive(user, "block_actions") | {"actions": [action | {"action_ts": self._world.ts()}]}
        payload["trigger_id"] = self._world.trigger(user)
        if view is not None:
            payload |= {"view": view, "container": {"type": "view", "view_id": view["id"]}}
        elif message is not None:
            channel = message.get("channel") or self._channel_of(message)
            payload |= {
                "channel": {"id": channel},
                "message": {key: message[key] for key in ("ts", "text", "blocks") if key in message},
                "container": {
                    "type": "message",
                    "message_ts": message["ts"],
                    "channel_id": channel,
                    "is_ephemeral": "to" in message,
                },
                "response_url": self._response_url(user, channel, message["ts"]),
            }
        return await self._do(user, "interactive", payload, self._nothing_answered, "")

    async def shortcut(self, user: str, callback_id: str, ts: str) -> Json:
        """Use a message shortcut of the app on message `ts`."""
        if callback_id not in self._world.shortcuts:
            raise NotPossible(f"{callback_id} is not a shortcut of an app here")
        seen = self.sees(user)
        everything = [*seen["direct"], *(message for channel in seen["channels"].values() for message in channel)]
        message = next((message for message in everything if message["ts"] == ts), None)
        if message is None:
            raise NotPossible(f"no message {ts} to use it on")
        channel = self._channel_of(message)
        payload = self._interactive(user, "message_action") | {
            "callback_id": callback_id,
            "trigger_id": self._world.trigger(user),
            "message_ts": ts,
            "message": {key: message[key] for key in ("type", "user", "ts", "text", "blocks") if key in message},
            "channel": {"id": channel, "name": self._world.channels[channel].name or "directmessage"},
            "response_url": self._response_url(user, channel),
        }
        return await self._do(user, "interactive", payload, self._nothing_answered, "")

    async def say(self, user: str, channel: str, text: str) -> Json:
        """Write a message in a conversation, as people do; the app is not told."""
        return self._world.post(self._world.channels[channel], {"user": user, "text": self._escape(text)}, by_app=False)

    async def submit(self, user: str, values: Json) -> Json:
        """Fill in the open modal (values by block id) and send it off."""
        view = self._open_modal(user)
        state, empty = state_of(view, values)
        if empty:
            raise NotPossible(f"please complete: {', '.join(empty)}")
        payload = self._interactive(user, "view_submission") | {"view": view | {"state": {"values": state}}, "response_urls": []}
        payload["trigger_id"] = self._world.trigger(user)
        return await self._do(user, "interactive", payload, self._submission_answered, view["id"])

    async def close(self, user: str) -> Json:
        """Close the open modal."""
        view = self._open_modal(user)
        self._world.modals[user].pop()
        if not view.get("notify_on_close"):
            return self._seen(user, Outcome(None, {}, 0))
        payload = self._interactive(user, "view_closed") | {"view": view, "is_cleared": False}
        return await self._do(user, "interactive", payload, self._nothing_answered, "")

    async def suggest(self, user: str, block_id: str, typed: str) -> list[str]:
        """Type into an external select of the open modal; the texts it offers."""
        view = self._open_modal(user)
        block = next((block for block in view["blocks"] if block.get("block_id") == block_id), None)
        if block is None:
            raise NotPossible(f"no input {block_id}")
        payload = self._interactive(user, "block_suggestion") | {
            "action_id": block["element"]["action_id"],
            "block_id": block_id,
            "value": typed,
            "view": view,
        }
        outcome = await self._delivery.deliver("interactive", payload)
        options = outcome.payload.get("options", []) if isinstance(outcome.payload, dict) else []
        if problems := list(option_problems(options, least=0)):
            raise NotPossible("; ".join(problems))
        return [f"{option['value']} {option['text']['text']}" for option in options]

    async def open_home(self, user: str) -> Json:
        """Open the app's home."""
        event = {"type": "app_home_opened", "user": user, "channel": self._world.direct(user).id, "tab": "home"}
        return await self.event(event, user)

    async def event(self, event: Json, user: str) -> Json:
        """Something happens that the app subscribed to."""
        payload = {
            "type": "event_callback",
            "team_id": self._world.team_id,
            "api_app_id": self._world.app_id,
            "event_id": f"Ev{self._world.number():08d}",
            "event_time": int(time.time()),
            "authorizations": [{"team_id": self._world.team_id, "user_id": self._world.bot_user_id, "is_bot": True}],
            "event": event | {"event_ts": self._world.ts()},
        }
        return await self._do(user, "events_api", payload, self._nothing_answered, "")

    def sees(self, user: str) -> Json:
        """Everything in front of `user`: conversations, whispers, the open modal, the home."""
        world = self._world
        visible = {c.id: list(c.messages) for c in world.channels.values() if user in c.members}
        return {
            "channels": visible,
            "direct": list(world.direct(user).messages),
            "ephemerals": [item for item in world.ephemerals if item["to"] == user],
            "modal": world.modal(user),
            "home": world.views.get(world.homes.get(user, "")),
        }

    async def _do(self, user: str, kind: str, payload: Json, answered: Any, where: str) -> Json:
        before = len(self._world.ephemerals)
        outcome = await self._delivery.deliver(kind, payload)
        error = outcome.error or answered(user, where, outcome.payload)
        return self._seen(user, Outcome(error, outcome.payload, outcome.ms), before) | {"payload": payload, "type": kind}

    def _seen(self, user: str, outcome: Outcome, before: int = 0) -> Json:
        whispers = [item for item in self._world.ephemerals[before:] if item["to"] == user]
        return {
            "error": outcome.error,
            "ms": outcome.ms,
            "answer": outcome.payload,
            "ephemerals": whispers,
            "modal": self._world.modal(user),
            "home": self._world.views.get(self._world.homes.get(user, "")),
        }

    def _command_answered(self, user: str, channel: str, payload: Json | str) -> str | None:
        message = {"text": payload} if isinstance(payload, str) else payload
        if not message.get("text") and not message.get("blocks"):
            return None
        if message_problems(message):
            return "invalid_blocks"
        shown = {key: message[key] for key in ("text", "blocks") if key in message}
        if message.get("response_type") == "in_channel":
            self._world.post(self._world.channels[channel], shown)
        else:
            self._world.whisper(user, channel, shown)
        return None

    def _submission_answered(self, user: str, view_id: str, payload: Json | str) -> str | None:
        answer = payload if isinstance(payload, dict) else {}
        action = answer.get("response_action")
        if action == "errors":
            blocks = {block.get("block_id") for block in self._world.views[view_id]["blocks"] if block["type"] == "input"}
            return None if set(answer["errors"]) <= blocks else "invalid_errors"
        if action in ("update", "push"):
            if view_problems(answer["view"]):
                return "invalid_view"
            if action == "push":
                self._world.push_view(user, answer["view"])
            else:
                self._world.store_view(answer["view"], user, view_id)
        elif action == "clear":
            self._world.modals[user] = []
        else:
            self._world.modals[user].pop()
        return None

    @staticmethod
    def _nothing_answered(_user: str, _where: str, _payload: Json | str) -> None:
        return None

    def _who(self, user: str) -> Json:
        account = self._world.users[user]
        return {
            "team_id": self._world.team_id,
            "team_domain": "simulated",
            "user_id": user,
            "user_name": account["name"],
            "is_enterprise_install": "false",
        }

    def _interactive(self, user: str, kind: str) -> Json:
        account = self._world.users[user]
        return {
            "type": kind,
            "team": {"id": self._world.team_id, "domain": "simulated"},
            "user": {"id": user, "name": account["name"], "team_id": account["team_id"]},
            "api_app_id": self._world.app_id,
            "token": "deprecated",
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _response_url(self, user: str, channel: str, ts: str | None = None) -> str:
        return f"{self.address}/response/{self._world.response_token(user, channel, ts)}"

    def _escape(self, text: str) -> str:
        by_name = {account["name"]: account["id"] for account in self._world.users.values()}
        escaped = html.escape(text, quote=False)
        return re.sub(r"@(\w+)", lambda m: f"<@{by_name[m[1]]}|{m[1]}>" if m[1] in by_name else m[0], escaped)

    def _open_modal(self, user: str) -> Json:
        view = self._world.modal(user)
        if view is None:
            raise NotPossible("no modal is open")
        return view

    def _channel_of(self, message: Json) -> str:
        return next(channel.id for channel in self._world.channels.values() if message in channel.messages)

    def _find(self, user: str, action_id: str, ts: str | None, *, home: bool) -> tuple[Json | None, Json | None, list[Json]]:
        view = (self.sees(user)["home"] if home else self._world.modal(user)) or {}
        if ts is None and (found := elements(view, action_id)):
            return view, None, found
        seen = self.sees(user)
        messages = [*seen["ephemerals"], *seen["direct"], *(m for c in seen["channels"].values() for m in c)]
        in_front = {id(message) for message in messages}
        for message in reversed(self._world.said):
            if id(message) in in_front and (ts is None or message["ts"] == ts) and (found := elements(message, action_id)):
                return None, message, found
        return None, None, []
