"""The post room: the only place from which messages to other people leave (trust.md, Delivery).

A due row is leased, posted with its key in the message's metadata, and marked with Slack's timestamp. When the fate of a post
is unknown, the conversation is looked through for the key before it is tried again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from enum import Enum, auto
from http import HTTPStatus
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.desk import Desk, Undecided
from bot.rules.people import Role
from bot.rules.refusal import Refusal
from handlers import notices, slack_errors
from handlers.views.parts import Message
from storage import documents, outbox, people
from storage.documents import Document
from storage.engine import Tx
from storage.outbox import Owed

_BATCH = 20
_LONGEST = timedelta(minutes=10)
_WITHIN_LEASE = outbox.LEASE.total_seconds() - 5
_log = structlog.get_logger("oob.postroom")


class Fate(Enum):
    """What a failed post means for its message."""

    NOT_POSTED = auto()
    UNCERTAIN = auto()
    TOKEN = auto()
    DESTINATION = auto()
    OUR_BUG = auto()


_FATES = {
    **dict.fromkeys(("internal_error", "fatal_error", "request_timeout", "service_unavailable"), Fate.UNCERTAIN),
    **dict.fromkeys(slack_errors.TOKEN, Fate.TOKEN),
    **dict.fromkeys(
        ("channel_not_found", "user_not_found", "user_disabled", "is_archived", "cannot_dm_bot", "not_in_channel"),
        Fate.DESTINATION,
    ),
    **dict.fromkeys(("invalid_blocks", "msg_too_long", "invalid_blocks_format", "too_many_attachments"), Fate.OUR_BUG),
}


class _Failed(Exception):  # noqa: N818 - what became of one post
    def __init__(self, fate: Fate, problem: str, wait: timedelta | None = None) -> None:
        super().__init__(problem)
        self.fate = fate
        self.problem = problem
        self.wait = wait


class PostRoom:
    """Sends what the outbox owes, when it is woken."""

    def __init__(self, desk: Desk, slack: AsyncWebClient, mark_token: Callable[[str | None], None]) -> None:
        self._desk = desk
        self._slack = slack
        self._mark_token = mark_token
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """There may be something to send."""
        self._wake.set()

    async def run(self) -> None:
        """Send until cancelled. A database that is away is waited for: the rows stay."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                while owed := await self._desk.write(outbox.claim, _BATCH):
                    await asyncio.gather(*(self._send(letter) for letter in owed))
            except (Refusal, Undecided) as error:
                _log.warning("outbox_unavailable", error=type(error).__name__)
            except Exception as error:  # noqa: BLE001 - the rows stay; the next beat tries again
                _log.error("outbox_surprise", error=type(error).__name__)

    async def _send(self, letter: Owed) -> None:
        try:
            async with asyncio.timeout(_WITHIN_LEASE):
                slack_ts = await self._post(letter)
        except _Failed as failed:
            await self._failed(letter, failed)
        except Exception as error:  # noqa: BLE001 - one letter's surprise does not hold up the others
            await self._failed(letter, _Failed(Fate.UNCERTAIN, type(error).__name__))
        else:
            self._mark_token(None)
            fate = "lost" if slack_ts is None else "sent"
            self._desk.metrics.letters.labels(letter.kind, fate).inc()
            await self._desk.write(_delivered, letter, slack_ts)
            _log.info(fate, kind=letter.kind, to=letter.recipient, tries=letter.tries)

    async def _failed(self, letter: Owed, failed: _Failed) -> None:
        _log.warning("not_sent", kind=letter.kind, fate=failed.fate.name.lower(), problem=failed.problem, tries=letter.tries)
        self._desk.metrics.letters.labels(letter.kind, failed.fate.name.lower()).inc()
        if failed.fate is Fate.TOKEN:
            self._mark_token("Slack refuses the bot token")
        if failed.fate is Fate.DESTINATION:
            await self._desk.write(outbox.give_up, letter.key, failed.problem)
            return
        wait = failed.wait or min(timedelta(seconds=2 ** min(letter.tries, 10)), _LONGEST)
        await self._desk.write(outbox.put_off, letter.key, self._desk.now() + wait, failed.problem)
        asyncio.get_running_loop().call_later(wait.total_seconds() + 0.05, self.wake)

    async def _post(self, letter: Owed) -> str | None:
        if letter.kind in notices.FILES:
            return await self._post_document(letter)
        message = await self._desk.read(notices.render, letter.recipient, letter.kind, letter.subject)
        if message is None:  # it was answered or taken back meanwhile: finished work is not chased
            return ""
        opened = await self._call("conversations.open", users=letter.recipient)
        channel = opened["channel"]["id"]
        if letter.tries > 1 and (found := await self._already_there(channel, lambda message: _key_of(message) == letter.key)):
            return found
        try:
            return await self._say(channel, letter, message.to_json())
        except _Failed as failed:
            if failed.fate is not Fate.OUR_BUG:
                raise
            return await self._say(channel, letter, Message.plain(message.text).to_json())

    async def _say(self, channel: str, letter: Owed, message: dict[str, object]) -> str:
        metadata = {"event_type": "oob", "event_payload": {"key": letter.key}}
        posted = await self._call("chat.postMessage", channel=channel, metadata=metadata, unfurl_links=False, **message)
        return str(posted["ts"])

    async def _post_document(self, letter: Owed) -> str | None:
        """Upload a file into the conversation (Slack: "Working with files"); None when it is gone or its reader is."""
        document = await self._desk.read(documents.get, letter.subject)
        if document is None or not await self._may_have(letter):
            return None
        opened = await self._call("conversations.open", users=letter.recipient)
        channel = opened["channel"]["id"]
        if letter.tries > 1 and (
            found := await self._already_there(channel, lambda message: document.name in _files_of(message))
        ):
            return found
        upload = self._slack.files_getUploadURLExternal(filename=document.name, length=len(document.body))
        ticket = await self._answered(upload)
        await self._upload(str(ticket["upload_url"]), document)
        files = [{"id": ticket["file_id"], "title": document.name}]
        comment = notices.document_comment()
        await self._answered(self._slack.files_completeUploadExternal(files=files, channel_id=channel, initial_comment=comment))
        return ""

    async def _may_have(self, letter: Owed) -> bool:
        """Whether who asked for a file may still read it: roles can have ended while Slack was away."""
        person = await self._desk.read(people.get, letter.recipient)
        roles = {person.role} if person else set()
        if letter.recipient in self._desk.settings.admins:
            roles.add(Role.ADMIN)
        return bool(roles & notices.FILES[letter.kind])

    async def _upload(self, address: str, document: Document) -> None:
        session = self._slack.session
        if session is None:
            raise _Failed(Fate.NOT_POSTED, "no session")
        try:
            async with session.post(address, data=document.body) as answer:
                if answer.status != HTTPStatus.OK:
                    raise _Failed(Fate.NOT_POSTED, f"upload: HTTP {answer.status}")
        except (aiohttp.ClientError, OSError) as error:
            raise _Failed(Fate.NOT_POSTED, f"upload: {type(error).__name__}") from None

    async def _already_there(self, channel: str, wanted: Callable[[dict[str, Any]], bool]) -> str | None:
        history = await self._call("conversations.history", channel=channel, limit=200, include_all_metadata=True)
        for message in history.get("messages", []):
            if wanted(message):
                return str(message["ts"])
        return None

    async def _call(self, method: str, **arguments: object) -> dict[str, Any]:
        return await self._answered(self._slack.api_call(method, json=arguments))

    @staticmethod
    async def _answered(call: Awaitable[AsyncSlackResponse]) -> dict[str, Any]:
        try:
            answer = await call
        except SlackApiError as error:
            raise _failure(error) from None
        except aiohttp.ClientConnectorError:
            raise _Failed(Fate.NOT_POSTED, "unreachable") from None
        except Exception as error:  # noqa: BLE001 - slack_sdk raises what it likes on cut, empty or foreign answers
            raise _Failed(Fate.UNCERTAIN, type(error).__name__) from None
        return answer.data if isinstance(answer.data, dict) else {}


def _delivered(tx: Tx, letter: Owed, slack_ts: str | None) -> None:
    """The letter is in Slack; a file need not be kept any longer. None: it could not be brought, and they are told."""
    if letter.kind in notices.FILES:
        documents.forget(tx, letter.subject)
    if slack_ts is None:
        outbox.give_up(tx, letter.key, "file_lost")
        outbox.owe(tx, letter.recipient, "file_lost", letter.subject)
    else:
        outbox.sent(tx, letter.key, slack_ts)


def _key_of(message: dict[str, Any]) -> str:
    """The key of ours that a message carries in its metadata."""
    return str(message.get("metadata", {}).get("event_payload", {}).get("key", ""))


def _files_of(message: dict[str, Any]) -> list[str]:
    """The names of the files that a message carries."""
    return [str(file.get("name", "")) for file in message.get("files", [])]


def _failure(error: SlackApiError) -> _Failed:
    reason = slack_errors.word(error)
    status = getattr(error.response, "status_code", 200)
    if status == 429 or reason == "ratelimited":  # noqa: PLR2004 - Slack: "Rate limits"
        told = str(error.response.headers.get("Retry-After", "")) if error.response.headers else ""
        return _Failed(Fate.NOT_POSTED, "ratelimited", timedelta(seconds=int(told) if told.isdigit() else 10))
    if status >= 500:  # noqa: PLR2004
        return _Failed(Fate.UNCERTAIN, f"HTTP {status}")
    return _Failed(_FATES.get(reason, Fate.NOT_POSTED), reason[:64])
