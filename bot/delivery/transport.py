"""The calls to Slack that bring one message: open the conversation, look for the message, post it, update it, upload a file.

Every failure is a `DeliveryFailed` with its class (handlers.core.slack_errors); only a call that posts can be uncertain.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from handlers import notifications
from handlers.core.slack_errors import Failure, Fate, failure
from handlers.ui.blocks import Message
from storage.notifications.attachments import Document

_LOOKED_THROUGH = 200
"""Messages of a conversation in which one is looked for: some months of them, at one or two a day."""


class DeliveryFailed(Exception):  # noqa: N818 - what became of one message
    """A message was not brought. `unsettled`: whether an earlier try brought it is still not known."""

    def __init__(self, why: Failure, *, unsettled: bool = False) -> None:
        super().__init__(why.problem)
        self.why = why
        self.unsettled = unsettled


class SlackTransport:
    """Brings messages to direct conversations, with the process's one client."""

    def __init__(self, slack: AsyncWebClient, went_plain: Callable[[str], None]) -> None:
        self._slack = slack
        self._went_plain = went_plain

    async def open(self, recipient: str) -> str:
        """The direct conversation with somebody."""
        opened = await self._call("conversations.open", users=recipient)
        return str(opened["channel"]["id"])

    async def find(self, channel: str, key: str) -> str | None:
        """The timestamp of the message that carries this key, None when the conversation has none."""
        return await self._found(channel, lambda message: _key_of(message) == key)

    async def find_file(self, channel: str, name: str) -> str | None:
        """The timestamp of the message that carries a file of this name."""
        return await self._found(channel, lambda message: name in _files_of(message))

    async def post(self, channel: str, key: str, message: Message) -> str:
        """Post a message under its key, and give its timestamp; what Slack will not have as blocks goes as a plain sentence."""
        try:
            return await self._post(channel, key, message)
        except DeliveryFailed as failed:
            if failed.why.fate is not Fate.OUR_BUG:
                raise
            self._went_plain(failed.why.problem)
            return await self._post(channel, key, Message.plain(message.text))

    async def update(self, channel: str, slack_ts: str, message: Message) -> None:
        """Put a message in the place of the one that stands there."""
        await self._call("chat.update", channel=channel, ts=slack_ts, **message.to_json())

    async def bring(self, channel: str, document: Document) -> None:
        """Upload a file into a conversation (Slack: "Working with files"); Slack gives no timestamp for it."""
        ticket = await self._answered(
            self._slack.files_getUploadURLExternal(filename=document.name, length=len(document.body)), posts=False
        )
        await self._upload(str(ticket["upload_url"]), document)
        files = [{"id": ticket["file_id"], "title": document.name}]
        comment = notifications.document_comment(document.name)
        done = self._slack.files_completeUploadExternal(files=files, channel_id=channel, initial_comment=comment)
        await self._answered(done, posts=True)

    async def _post(self, channel: str, key: str, message: Message) -> str:
        metadata = {"event_type": "oob", "event_payload": {"key": key}}
        arguments = {"channel": channel, "metadata": metadata, "unfurl_links": False, **message.to_json()}
        posted = await self._call("chat.postMessage", posts=True, **arguments)
        return str(posted["ts"])

    async def _found(self, channel: str, wanted: Callable[[dict[str, Any]], bool]) -> str | None:
        history = await self._call("conversations.history", channel=channel, limit=_LOOKED_THROUGH, include_all_metadata=True)
        return next((str(message["ts"]) for message in history.get("messages", []) if wanted(message)), None)

    async def _upload(self, address: str, document: Document) -> None:
        session = self._slack.session
        if session is None:
            raise DeliveryFailed(Failure(Fate.NOT_DONE, "no session"))
        try:
            async with session.post(address, data=document.body) as answer:
                if answer.status != HTTPStatus.OK:
                    raise DeliveryFailed(Failure(Fate.NOT_DONE, f"upload: HTTP {answer.status}"))
        except (aiohttp.ClientError, OSError) as error:
            raise DeliveryFailed(Failure(Fate.NOT_DONE, f"upload: {type(error).__name__}")) from None

    async def _call(self, method: str, *, posts: bool = False, **arguments: object) -> dict[str, Any]:
        return await self._answered(self._slack.api_call(method, json=arguments), posts=posts)

    @staticmethod
    async def _answered(call: Awaitable[AsyncSlackResponse], *, posts: bool) -> dict[str, Any]:
        """Slack's answer. What is uncertain of a call that posts nothing is "not done": it can be asked again."""
        unknown = Fate.UNCERTAIN if posts else Fate.NOT_DONE
        try:
            answer = await call
        except SlackApiError as error:
            why = failure(error)
            raise DeliveryFailed(Failure(unknown, why.problem) if why.fate is Fate.UNCERTAIN else why) from None
        except aiohttp.ClientConnectorError:
            raise DeliveryFailed(Failure(Fate.NOT_DONE, "unreachable")) from None
        except Exception as error:  # noqa: BLE001 - slack_sdk raises what it likes on cut, empty or foreign answers
            raise DeliveryFailed(Failure(unknown, type(error).__name__)) from None
        if not isinstance(answer.data, dict):
            raise DeliveryFailed(Failure(unknown, "unreadable"))
        return answer.data


def _key_of(message: dict[str, Any]) -> str:
    """The key of ours that a message carries in its metadata."""
    return str(message.get("metadata", {}).get("event_payload", {}).get("key", ""))


def _files_of(message: dict[str, Any]) -> list[str]:
    """The names of the files that a message carries."""
    return [str(file.get("name", "")) for file in message.get("files", [])]
