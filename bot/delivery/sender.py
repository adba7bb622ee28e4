"""Send notifications: the only place from which messages leave (docs/trust.md, Delivery; docs/decisions/0014-delivery.md).

It claims conversations, not letters: everything that waits for a person goes as one message, at most one a second into one
conversation and many conversations at once. What a message says is rendered when it is sent. When the fate of a post is
unknown, the conversation is looked through for the message's key before anything is sent again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.context import RequestContext, Undecided
from bot.delivery import outcomes
from bot.delivery.outcomes import Delivered
from bot.delivery.transport import DeliveryFailed, SlackTransport
from bot.domain.notifications import FILES, FileNotification
from bot.domain.people import Role
from bot.domain.shared.errors import Refusal
from handlers import notifications
from handlers.cases import notification_views
from handlers.core import slack_errors
from handlers.core.slack_errors import Failure, Fate
from handlers.ui.blocks import Message
from storage import people
from storage.notifications import attachments, conversations, outbox
from storage.notifications.conversations import Claim

AT_ONCE = 50
"""Conversations that are written to at the same time."""
_WITHIN_LEASE = conversations.LEASE.total_seconds() - 5
_LONGEST = timedelta(minutes=10)
_QUIET_AT_MOST = timedelta(seconds=30)
_PROBED = timedelta(seconds=15)
"""How often a token that Slack refuses is tried with a message; `auth.test` asks every minute besides."""
_ALONE = frozenset({*FILES, outbox.RENEWAL})
_log = structlog.get_logger("oob.sender")


class NotificationSender:
    """Sends what is owed, when it is woken."""

    def __init__(self, ctx: RequestContext, slack: AsyncWebClient, mark_token: Callable[[str | None], None]) -> None:
        self._desk = ctx
        self._courier = SlackTransport(slack, self._went_plain)
        self._mark_token = mark_token
        self._wake = asyncio.Event()
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._refused = False
        self._quiet_until: datetime | None = None

    def wake(self) -> None:
        """There may be something to send."""
        self._wake.set()

    def token_works(self, problem: str | None) -> None:
        """Whether Slack takes the token. While it does not, everything waits, and one message is tried now and then."""
        self._mark_token(problem)
        if problem is None and self._refused:
            self._refused, self._quiet_until = False, None
            self.wake()

    async def run(self) -> None:
        """Send until cancelled. A database that is away is waited for: the letters stay."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            await self._begin()

    async def deliver(self) -> None:
        """Send everything that can be sent now, and wait until that has ended one way or the other."""
        while await self._begin() or self._busy:
            await asyncio.gather(*self._busy.values())

    async def _begin(self) -> int:
        """Claim conversations and begin to write to them; how many."""
        begun = 0
        try:
            while (room := self._room()) > 0 and await self._desk.read(conversations.ready):
                parcels = await self._desk.write(conversations.claim, room, _ALONE, tuple(self._busy))
                for parcel in parcels:
                    self._busy[parcel.recipient] = asyncio.create_task(self._send(parcel))
                begun += len(parcels)
                if not parcels:
                    break
        except (Refusal, Undecided) as error:
            _log.warning("outbox_unavailable", error=type(error).__name__)
        except Exception as error:  # noqa: BLE001 - the letters stay; the next beat tries again
            _log.error("outbox_surprise", error=type(error).__name__)
        return begun

    def _room(self) -> int:
        """How many more conversations may be written to now."""
        if self._quiet_until is not None and self._desk.now() < self._quiet_until <= self._desk.now() + _QUIET_AT_MOST:
            return 0
        return (1 if self._refused else AT_ONCE) - len(self._busy)

    async def _send(self, parcel: Claim) -> None:
        """One parcel, to its end; when the database cannot be told of it, the lease ends and the next one looks for it."""
        wait = conversations.PACE
        try:
            wait = await self._carry(parcel)
        except (Refusal, Undecided) as error:
            _log.warning("outbox_unavailable", error=type(error).__name__)
        except Exception as error:  # noqa: BLE001 - the lease ends by itself
            _log.error("outbox_surprise", error=type(error).__name__)
        finally:
            self._busy.pop(parcel.recipient, None)
        self._wake_in(wait)

    async def _carry(self, parcel: Claim) -> timedelta:
        """Bring a parcel and write down what became of it; when its conversation may have the next one."""
        there, perhaps = None, False
        renewal = parcel.kind == outbox.RENEWAL
        try:
            async with asyncio.timeout(_WITHIN_LEASE):
                if parcel.uncertain and not renewal:
                    there, perhaps = await self._looked_for(parcel)
                    if there is None and not perhaps:
                        parcel = await self._repacked(parcel)
                brought = there or await self._bring(parcel, perhaps=perhaps)
        except DeliveryFailed as failed:
            if renewal and failed.why.fate in (Fate.DESTINATION, Fate.OUR_BUG):  # it is not there any more: nothing to renew
                return await self._brought(Delivered(parcel, "", None))
            return await self._failed(parcel, failed, perhaps=perhaps)
        except Exception as error:  # noqa: BLE001 - one message's surprise does not hold up the others
            return await self._failed(parcel, DeliveryFailed(Failure(Fate.UNCERTAIN, type(error).__name__)), perhaps=perhaps)
        if brought.slack_ts is not None:
            self.token_works(None)
        return await self._brought(brought)

    async def _repacked(self, parcel: Claim) -> Claim:
        """The parcel with what has come since; not ours to send any more when the lease has ended."""
        repacked = await self._desk.write(conversations.repacked, parcel, _ALONE)
        if repacked is None:
            raise DeliveryFailed(Failure(Fate.NOT_DONE, "lease ended"), unsettled=True)
        return repacked

    async def _bring(self, parcel: Claim, *, perhaps: bool) -> Delivered:
        """Send a parcel as things stand now; `perhaps`: an earlier try may have arrived, and the message says so."""
        member = await self._desk.directory.member(parcel.recipient, self._desk.patience)
        if not member.full_member:
            raise DeliveryFailed(Failure(Fate.DESTINATION, "not a member"))
        if parcel.kind == outbox.RENEWAL:
            return await self._renew(parcel)
        if parcel.kind in _ALONE:
            return await self._bring_file(parcel)
        message, broken = await self._desk.read(notifications.render, parcel.recipient, parcel.letters)
        if broken:
            parcel = await self._without(parcel, broken)
        if message is None:  # it was answered or taken back meanwhile: finished work is not chased
            return Delivered(parcel, None)
        return await self._post(parcel, notification_views.perhaps_again(message) if perhaps else message)

    async def _without(self, parcel: Claim, broken: Mapping[str, str]) -> Claim:
        """The parcel without letters that this version cannot render: they wait, and hold up nobody else's."""
        _log.error("not_rendered", errors=sorted(set(broken.values())), letters=len(broken), of=len(parcel.letters))
        if len(broken) == len(parcel.letters):
            raise DeliveryFailed(Failure(Fate.NOT_DONE, "not_rendered"))
        await self._desk.write(conversations.leave_out, list(broken), "not_rendered")
        return replace(parcel, letters=tuple(each for each in parcel.letters if each.key not in broken))

    async def _post(self, parcel: Claim, message: Message) -> Delivered:
        """Post where they were written to before; a conversation that is gone is opened again, once."""
        if parcel.channel is not None:
            try:
                return Delivered(parcel, await self._courier.post(parcel.channel, parcel.key, message), parcel.channel)
            except DeliveryFailed as failed:
                if failed.why.fate is not Fate.DESTINATION:
                    raise
        channel = await self._courier.open(parcel.recipient)
        return Delivered(parcel, await self._courier.post(channel, parcel.key, message), channel)

    async def _renew(self, parcel: Claim) -> Delivered:
        """Bring a message that was sent up to date."""
        slack_ts = parcel.letters[0].subject
        message = await self._desk.read(notifications.renewed, parcel.recipient, slack_ts)
        if message is None:
            return Delivered(parcel, "")
        channel = parcel.channel or await self._courier.open(parcel.recipient)
        await self._courier.update(channel, slack_ts, message)
        return Delivered(parcel, "", channel)

    def _went_plain(self, problem: str) -> None:
        """Slack would not have a message as it was, which is our fault; it went as a plain sentence."""
        _log.error("went_plain", problem=problem)
        self._desk.metrics.letters.labels("message", Fate.OUR_BUG.name.lower()).inc()

    async def _looked_for(self, parcel: Claim) -> tuple[Delivered | None, bool]:
        """The message of an earlier try if it is there; and whether we cannot know, since Slack does not let us look."""
        try:
            channel = await self._courier.open(parcel.recipient)
            if parcel.kind in _ALONE:
                document = await self._desk.read(attachments.get, parcel.letters[0].subject)
                found = await self._courier.find_file(channel, document.name) if document else None
            else:
                found = await self._courier.find(channel, parcel.key)
        except DeliveryFailed as failed:
            if failed.why.problem in ("missing_scope", "no_permission") or failed.why.fate is Fate.DESTINATION:
                return None, True
            raise DeliveryFailed(failed.why, unsettled=True) from None
        return (Delivered(parcel, found, channel) if found is not None else None), False

    async def _bring_file(self, parcel: Claim) -> Delivered:
        letter = parcel.letters[0]
        document = await self._desk.read(attachments.get, letter.subject)
        if document is None or not await self._may_have(letter):
            return Delivered(parcel, None, lost=True)
        channel = await self._courier.open(parcel.recipient)
        await self._courier.bring(channel, document)
        return Delivered(parcel, "", channel)

    async def _may_have(self, letter: outbox.QueuedNotification) -> bool:
        """Whether who asked for a file may still read it: roles can have ended while Slack was away."""
        person = await self._desk.read(people.get, letter.recipient)
        roles = {person.role} if person else set()
        if letter.recipient in self._desk.settings.admins:
            roles.add(Role.ADMIN)
        content = letter.content
        return isinstance(content, FileNotification) and bool(roles & content.readers)

    async def _brought(self, brought: Delivered) -> timedelta:
        """Write down that a message is there; when its conversation may have the next one."""
        fate = "lost" if brought.lost else "unwanted" if brought.slack_ts is None else "sent"
        for letter in brought.parcel.letters:
            self._desk.metrics.letters.labels(letter.kind, fate).inc()
        await self._desk.write(outcomes.note_brought, brought)
        kinds = sorted({letter.kind for letter in brought.parcel.letters})
        _log.info(fate, kinds=kinds, to=brought.parcel.recipient, tries=brought.parcel.tries)
        return conversations.PACE

    async def _failed(self, parcel: Claim, failed: DeliveryFailed, *, perhaps: bool) -> timedelta:
        """Write down that a message is not there, and when it is tried again.

        One that was sent again although an earlier try may have arrived (`perhaps`), and of which Slack does not tell once more,
        is not tried again: at most one repeat.
        """
        why = failed.why
        kinds = sorted({letter.kind for letter in parcel.letters})
        _log.warning("not_sent", kinds=kinds, fate=why.fate.name.lower(), problem=why.problem, tries=parcel.tries)
        for kind in kinds:
            self._desk.metrics.letters.labels(kind, why.fate.name.lower()).inc()
        if parcel.kind in FILES and why.problem in slack_errors.NO_FILE:
            return await self._brought(Delivered(parcel, None, lost=True))
        if why.fate is Fate.DESTINATION:
            await self._desk.write(outcomes.reroute, parcel, why.problem)
            return timedelta()
        uncertain = why.fate is Fate.UNCERTAIN or failed.unsettled or perhaps
        if perhaps and why.fate is Fate.UNCERTAIN:
            await self._desk.write(conversations.give_up, parcel, "never_told")
            return conversations.PACE
        wait = self._patience(parcel, why)
        if why.fate is Fate.TOKEN:
            self._refused = True
            self._mark_token(f"Slack refuses the bot ({why.problem})")
        await self._desk.write(conversations.put_off, parcel, self._desk.now() + wait, why.problem, uncertain)
        return wait

    def _patience(self, parcel: Claim, why: Failure) -> timedelta:
        """How long to wait before this conversation is tried again.

        Slack does not say whether "too many" is meant of a conversation or of the workspace: this one waits as long as it says,
        the others half a minute at most. What Slack did not answer at all it may still be doing: it is given time.
        """
        if why.fate is Fate.TOKEN:
            self._rest(_PROBED)
            return timedelta()
        if why.wait is not None:
            self._rest(min(why.wait, _QUIET_AT_MOST))
            return why.wait
        backing_off = min(timedelta(seconds=2 ** min(parcel.tries, 10)), _LONGEST)
        return max(backing_off, conversations.LEASE) if why.problem == "TimeoutError" else backing_off

    def _rest(self, wait: timedelta) -> None:
        """Write to nobody for a while, and not for less than was asked before."""
        until, limit = self._desk.now() + wait, self._desk.now() + _QUIET_AT_MOST
        asked_before = self._quiet_until if self._quiet_until is not None and self._quiet_until <= limit else until
        self._quiet_until = max(until, asked_before)
        self._wake_in(wait)

    def _wake_in(self, wait: timedelta) -> None:
        asyncio.get_running_loop().call_later(wait.total_seconds() + 0.01, self.wake)
