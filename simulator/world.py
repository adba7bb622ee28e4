"""The state of the pretend workspace: people, conversations, messages, views, triggers and addresses for responses."""

from __future__ import annotations

import itertools
import secrets
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

TRIGGER_SECONDS = 3.0
RESPONSE_SECONDS = 1_800.0
RESPONSE_USES = 5
TICKET_SECONDS = 30.0
_WIRE_KEPT = 300
_BACKWARDS = 60.0
"""Seconds by which the time has to be behind the last message for the workspace to have travelled back."""

DEFAULT_PEOPLE: tuple[Json, ...] = (
    {"id": "U0DANA", "name": "dana", "real_name": "Dana Okafor"},
    {"id": "U0ELI", "name": "eli", "real_name": "Eli Novak"},
    {"id": "U0MO", "name": "mo", "real_name": "Mo Haddad"},
    {"id": "U0ANA", "name": "ana", "real_name": "Ana Reyes"},
    {"id": "U0SAM", "name": "sam", "real_name": "Sam Oyelaran", "is_admin": True},
)
DEFAULT_SCOPES = ("commands", "chat:write", "im:write", "im:history", "users:read", "files:write")


@dataclass
class Trigger:
    """What opens one view, for three seconds."""

    user: str
    made: float
    used: bool = False


@dataclass
class ResponseUrl:
    """An address that takes five posts in half an hour."""

    user: str
    channel: str
    message_ts: str | None
    made: float
    uses: int = 0


@dataclass
class Channel:
    """A conversation: its members and its messages, oldest first."""

    id: str
    name: str
    members: set[str]
    is_im: bool = False
    is_ext_shared: bool = False
    is_archived: bool = False
    messages: list[Json] = field(default_factory=list)


class World:
    """One workspace and one app installed in it."""

    def __init__(self, manifest: Json | None = None) -> None:
        self.team_id = "T0SIM"
        self.bot_user_id = "U0BOT"
        self.bot_id = "B0BOT"
        self.app_id = "A0SIM"
        self.bot_token = "xoxb-simulated-token"
        self.app_token = "xapp-simulated-token"
        self.signing_secret = "simulated-signing-secret"
        granted = (manifest or {}).get("oauth_config", {}).get("scopes", {}).get("bot")
        self.scopes = set(granted or DEFAULT_SCOPES)
        commands = (manifest or {}).get("features", {}).get("slash_commands") or [{"command": "/oob"}]
        self.commands = {command["command"]: command for command in commands}
        shortcuts = (manifest or {}).get("features", {}).get("shortcuts") or []
        self.shortcuts = {shortcut["callback_id"]: shortcut for shortcut in shortcuts}
        self.files: dict[str, Json] = {}
        self.users: dict[str, Json] = {}
        self.channels: dict[str, Channel] = {}
        self.views: dict[str, Json] = {}
        self.modals: dict[str, list[str]] = {}
        self.homes: dict[str, str] = {}
        self.ephemerals: list[Json] = []
        self.said: list[Json] = []
        """Every message and whisper in the order in which they came, whatever time they carry."""
        self.triggers: dict[str, Trigger] = {}
        self.responses: dict[str, ResponseUrl] = {}
        self.tickets: dict[str, float] = {}
        self.calls: list[Json] = []
        self.wire: deque[Json] = deque(maxlen=_WIRE_KEPT)
        self.now: Callable[[], float] = time.time
        """The workspace's time in seconds, which messages carry; it may be another than the machine's."""
        self._direct: dict[str, str] = {}
        self._numbers = itertools.count(1)
        self._last_ts = 0.0
        self.add_user({"id": self.bot_user_id, "name": "oob", "is_bot": True})
        for person in DEFAULT_PEOPLE:
            self.add_user(person)
        everyone = {person["id"] for person in DEFAULT_PEOPLE}
        self.channels["C0TEAM"] = Channel("C0TEAM", "oob-team", everyone)

    def add_user(self, user: Json) -> Json:
        """Add an account; flags as in Slack's user object, all false unless given."""
        flags = ("deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_stranger", "is_admin")
        made = {"team_id": self.team_id, "tz": "Europe/London", "real_name": user.get("name", ""), **dict.fromkeys(flags, False)}
        self.users[user["id"]] = made | user
        return self.users[user["id"]]

    def note(self, what: str, **facts: Any) -> None:
        """Note what crossed the wire, for the inspector: `to_app`, `call` or `response`."""
        self.wire.append({"n": self.number(), "at": self.now(), "what": what, **facts})

    def number(self) -> int:
        """A number nobody has had."""
        return next(self._numbers)

    def ts(self) -> str:
        """A message timestamp, later than every one before; after travelling back, than every one since."""
        now = self.now()
        if now < self._last_ts - _BACKWARDS:
            self._last_ts = now
        self._last_ts = max(now, self._last_ts + 0.000001)
        return f"{self._last_ts:.6f}"

    def trigger(self, user: str) -> str:
        """A fresh trigger id for `user`."""
        trigger_id = f"{self.number()}.{secrets.token_hex(8)}"
        self.triggers[trigger_id] = Trigger(user, time.monotonic())
        return trigger_id

    def use_trigger(self, trigger_id: str) -> tuple[str | None, str | None]:
        """(user, None) the first time within three seconds; (None, Slack's error) otherwise."""
        trigger = self.triggers.get(trigger_id)
        if trigger is None:
            return None, "invalid_trigger_id"
        if trigger.used:
            return None, "exchanged_trigger_id"
        if time.monotonic() - trigger.made > TRIGGER_SECONDS:
            return None, "expired_trigger_id"
        trigger.used = True
        return trigger.user, None

    def response_token(self, user: str, channel: str, message_ts: str | None = None) -> str:
        """A fresh token for a response URL."""
        token = secrets.token_urlsafe(16)
        self.responses[token] = ResponseUrl(user, channel, message_ts, time.monotonic())
        return token

    def ticket(self) -> str:
        """A ticket for one socket."""
        made = secrets.token_urlsafe(12)
        self.tickets[made] = time.monotonic()
        return made

    def redeem(self, ticket: str) -> bool:
        """Whether a ticket opens a socket: once, for half a minute."""
        made = self.tickets.pop(ticket, None)
        return made is not None and time.monotonic() - made <= TICKET_SECONDS

    def direct(self, user: str) -> Channel:
        """The direct conversation of the bot and `user`."""
        channel_id = self._direct.get(user, f"D{user[1:]}")
        return self.channels.setdefault(channel_id, Channel(channel_id, "", {user, self.bot_user_id}, is_im=True))

    def forget(self, user: str) -> None:
        """The direct conversation with `user` is gone; the next one has another id."""
        self.channels.pop(self.direct(user).id)
        self._direct[user] = f"D{user[1:]}{self.number()}"

    def post(self, channel: Channel, message: Json, *, by_app: bool = True) -> Json:
        """Append a message to a conversation, the app's or somebody's."""
        author = {"user": self.bot_user_id, "bot_id": self.bot_id} if by_app else {}
        made = {"type": "message", "ts": self.ts()} | author | message
        channel.messages.append(made)
        self.said.append(made)
        return made

    def whisper(self, user: str, channel: str, message: Json) -> Json:
        """Show a message to one person only."""
        made = {"type": "message", "ts": self.ts(), "to": user, "channel": channel} | message
        self.ephemerals.append(made)
        self.said.append(made)
        return made

    def push_view(self, user: str, view: Json) -> Json:
        """Put a modal on top of what `user` has open."""
        made = self.store_view(view, user)
        self.modals.setdefault(user, []).append(made["id"])
        return made

    def store_view(self, view: Json, user: str, view_id: str | None = None) -> Json:
        """Keep a view, new or in place of an earlier state of it, with a new hash."""
        made = view | {
            "id": view_id or f"V{self.number():08d}",
            "hash": f"{self.ts()}.{secrets.token_hex(4)}",
            "team_id": self.team_id,
            "app_id": self.app_id,
            "bot_id": self.bot_id,
            "app_installed_team_id": self.team_id,
            "user": user,
        }
        made.setdefault("private_metadata", "")
        made.setdefault("callback_id", "")
        self.views[made["id"]] = made
        return made

    def modal(self, user: str) -> Json | None:
        """The modal that `user` sees."""
        stack = self.modals.get(user)
        return self.views[stack[-1]] if stack else None
