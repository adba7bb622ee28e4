"""An entry: anything that Slack brings in, told by kind, name, person and place, with the key that knows it again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from handlers.core import command_parser

JsonObject = dict[str, Any]


class Kind(StrEnum):
    """The kinds of payload; each has one listener."""

    COMMAND = "command"
    ACTION = "action"
    SUBMISSION = "submission"
    CLOSE = "close"
    SHORTCUT = "shortcut"
    OPTIONS = "options"
    EVENT = "event"


@dataclass(frozen=True)
class Interaction:
    """One entry. `name` is what the registry knows it by; `words` what was typed behind a verb, as Slack sent it.

    `team_ids` and `enterprise_ids` are all that the payload names, wherever it names them: the gate wants them to agree.
    `user_id` is empty when the payload names nobody, or two.
    """

    kind: Kind
    name: str
    team_ids: frozenset[str]
    enterprise_ids: frozenset[str]
    user_id: str
    shared_outside: bool
    replay_key: str
    words: str = ""
    body: JsonObject = field(default_factory=dict, repr=False)

    @property
    def trigger_id(self) -> str:
        """What opens a view within three seconds; empty for events."""
        return _text(self.body.get("trigger_id"))

    @property
    def view(self) -> JsonObject:
        """The view it came from, or nothing."""
        return _object(self.body.get("view"))

    @property
    def values(self) -> JsonObject:
        """What was filled in so far in the view it came from, by block id."""
        return _object(_object(self.view.get("state")).get("values"))

    @property
    def input_ids(self) -> list[str]:
        """The block ids of the view's inputs, in order."""
        blocks = self.view.get("blocks")
        found = [_object(block) for block in blocks] if isinstance(blocks, list) else []
        return [_text(block.get("block_id")) for block in found if block.get("type") == "input"]

    @property
    def message_text(self) -> str:
        """The text of the message that a shortcut was used on, in Slack's escaping; empty elsewhere."""
        return _text(_object(self.body.get("message")).get("text"))

    @property
    def pressed_on(self) -> str:
        """The message or view whose button was pressed."""
        container = _object(self.body.get("container"))
        return _text(container.get("message_ts")) or _text(container.get("view_id"))

    @property
    def pressed_whisper(self) -> bool:
        """Whether what was pressed is seen by one person only; a message of a conversation is changed for all its readers."""
        return _object(self.body.get("container")).get("is_ephemeral") is True

    @property
    def response_url(self) -> str:
        """Where the message that was pressed, or the command's answer, can be changed for 30 minutes."""
        return _text(self.body.get("response_url"))

    @property
    def chosen(self) -> object:
        """The value of the entry that was chosen in a menu, None where a button was pressed."""
        return _object(self.action.get("selected_option")).get("value")

    @property
    def action(self) -> JsonObject:
        """The first action of a block action."""
        return _first_action(self.body)


def read_command(body: JsonObject) -> Interaction:
    """A slash command, its name the verb's; `?` when there is no such verb."""
    parsed = command_parser.parse(_text(body.get("text")))
    name = parsed.verb.name if isinstance(parsed, command_parser.Command) else "?"
    return _entry(Kind.COMMAND, body, name, _text(body.get("trigger_id")), parsed.words)


def read_action(body: JsonObject) -> Interaction:
    """A press of a button or a choice in a menu."""
    return _entry(Kind.ACTION, body, _text(_first_action(body).get("action_id")), _text(body.get("trigger_id")))


def read_submission(body: JsonObject) -> Interaction:
    """A modal sent off: the same form with the same words is the same submission (Slack's retries carry no id)."""
    view = _object(body.get("view"))
    said = json.dumps(_object(view.get("state")), sort_keys=True, default=str)
    key = f"{_text(view.get('id'))}|{_text(view.get('hash'))}|{hashlib.sha256(said.encode()).hexdigest()}"
    return _entry(Kind.SUBMISSION, body, _text(view.get("callback_id")), key)


def read_close(body: JsonObject) -> Interaction:
    """A modal closed without sending."""
    view = _object(body.get("view"))
    return _entry(Kind.CLOSE, body, _text(view.get("callback_id")), _text(view.get("id")))


def read_shortcut(body: JsonObject) -> Interaction:
    """A message or global shortcut."""
    return _entry(Kind.SHORTCUT, body, _text(body.get("callback_id")), _text(body.get("trigger_id")))


def read_options(body: JsonObject) -> Interaction:
    """Typing in an external select."""
    return _entry(Kind.OPTIONS, body, _text(body.get("action_id")), "", _text(body.get("value")))


def read_event(body: JsonObject) -> Interaction:
    """An event of the Events API."""
    return _entry(Kind.EVENT, body, _text(_object(body.get("event")).get("type")), _text(body.get("event_id")))


READERS = {
    Kind.COMMAND: read_command,
    Kind.ACTION: read_action,
    Kind.SUBMISSION: read_submission,
    Kind.CLOSE: read_close,
    Kind.SHORTCUT: read_shortcut,
    Kind.OPTIONS: read_options,
    Kind.EVENT: read_event,
}


def _entry(kind: Kind, body: JsonObject, name: str, key: str, words: str = "") -> Interaction:
    user, event, view = (_object(body.get(part)) for part in ("user", "event", "view"))
    users = _ids(body.get("user_id"), body.get("user"), event.get("user"))
    user_id = next(iter(users)) if len(users) == 1 else ""
    authorization = body.get("authorizations")
    installed = _object(authorization[0]) if isinstance(authorization, list) and authorization else {}
    return Interaction(
        kind=kind,
        name=name,
        team_ids=_ids(
            *(body.get("team_id"), body.get("team"), body.get("context_team_id"), installed.get("team_id")),
            *(user.get("team_id"), event.get("user_team"), view.get("team_id"), view.get("app_installed_team_id")),
        ),
        enterprise_ids=_ids(body.get("enterprise_id"), body.get("enterprise"), user.get("enterprise_id")),
        user_id=user_id,
        shared_outside=body.get("is_ext_shared_channel") not in (None, False, "false"),
        replay_key=f"{kind}|{user_id}|{key}",
        words=words,
        body=body,
    )


def _ids(*values: object) -> frozenset[str]:
    """The ids among `values`, each a string or an object with an `id`; a value of any other type is an id nobody has."""
    found = (value.get("id") if isinstance(value, dict) else value for value in values)
    return frozenset(value if isinstance(value, str) else "?" for value in found if value not in (None, ""))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _object(value: object) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _first_action(body: JsonObject) -> JsonObject:
    actions = body.get("actions")
    return _object(actions[0]) if isinstance(actions, list) and actions else {}
