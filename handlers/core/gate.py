"""The gate: every entry of every kind passes it, in one order (docs/trust.md, The gate; docs/decisions/0002-gate.md).

What belongs to HTTP alone (signature, size, depth) was checked in `handlers.core.http_verification` before; repeats get their
first answer in `storage.requests.idempotency`, inside the transaction. Buttons and modals are authorised again on every press.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

from bot.core.context import RequestContext
from bot.domain.people import Actor, Role
from bot.domain.shared.errors import Refusal
from bot.services import people as services_people
from handlers.core.interaction import Interaction
from storage import people

_MINUTE = timedelta(minutes=1)
_PEOPLE_REMEMBERED = 10_000


class Gate:
    """Admission of entries; it remembers only how often each person came in the last minute."""

    def __init__(self, rate_per_minute: int) -> None:
        self._limit = rate_per_minute
        self._seen: OrderedDict[str, OrderedDict[str, datetime]] = OrderedDict()

    async def admit(self, entry: Interaction, ctx: RequestContext, allowed: frozenset[Role], purpose: str) -> Actor:
        """The person behind `entry`, if they may do what it asks; `purpose` says what that is ("Logging an inquiry").

        Refused, in this order: `other_workspace`, `nobody`, `not_full_member`, `shared_channel`, `not_listed`, `role`, `rate`.
        """
        self._same_workspace(entry, ctx)
        await self._full_member(entry, ctx)
        if entry.shared_outside:
            raise Refusal("shared_channel", "OOB does not work in channels that are shared with other organisations.")
        actor = await self._listed(entry, ctx)
        if not actor.may(allowed):
            who = ", ".join(sorted(role.words for role in allowed))
            mine = " and ".join(sorted(role.words for role in actor.roles))
            raise Refusal(
                "role",
                f"{purpose} is for: {who}. You are on the list as {mine}; if that is wrong, please ask your OOB administrator.",
            )
        self._within_rate(entry, ctx.now())
        return actor

    @staticmethod
    def _same_workspace(entry: Interaction, ctx: RequestContext) -> None:
        home = ctx.workspace
        ours = {home.workspace_id, home.enterprise_id}
        if home.workspace_id not in entry.team_ids or entry.team_ids - ours or entry.enterprise_ids - {home.enterprise_id}:
            raise Refusal("other_workspace", "OOB serves another workspace; nothing was done.")

    @staticmethod
    async def _full_member(entry: Interaction, ctx: RequestContext) -> None:
        if not entry.user_id:
            raise Refusal("nobody", "OOB could not tell who you are; nothing was done.")
        member = await ctx.directory.member(entry.user_id, ctx.patience)
        if not member.full_member:
            raise Refusal("not_full_member", f"OOB is for full members of this workspace; {member.why_not}. Nothing was done.")

    @staticmethod
    async def _listed(entry: Interaction, ctx: RequestContext) -> Actor:
        person = await ctx.glance(people.get, entry.user_id)
        named = ctx.settings.admins
        roles = frozenset({Role.ADMIN} if entry.user_id in named else ()) | frozenset({person.role} if person else ())
        if not roles:
            admins = list(named) or await ctx.read(services_people.administrators)
            ask = " or ".join(f"<@{admin}>" for admin in admins[:3]) or "the person who set OOB up"
            raise Refusal("not_listed", f"You are not on OOB's list yet. Please ask {ask} to add you.")
        return Actor(workspace_id=ctx.workspace.workspace_id, user_id=entry.user_id, roles=roles)

    def _within_rate(self, entry: Interaction, now: datetime) -> None:
        """A sliding minute per person; the same entry again costs nothing, for it has no second effect."""
        times = self._seen.setdefault(entry.user_id, OrderedDict())
        self._seen.move_to_end(entry.user_id)
        if len(self._seen) > _PEOPLE_REMEMBERED:
            self._seen.popitem(last=False)
        while times and next(iter(times.values())) <= now - _MINUTE:
            times.popitem(last=False)
        if entry.replay_key in times:
            return
        if len(times) >= self._limit:
            raise Refusal(
                "rate", f"That is more than {self._limit} requests in a minute. Please wait a moment; nothing was done."
            )
        times[entry.replay_key] = now
