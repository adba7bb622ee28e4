"""`/oob admin …`: status, audit log, settings, legal holds, subject access; naming people is in `handlers.admin.people`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.documents import subject_access
from bot.domain.people import Actor, Role
from bot.domain.shared import references, text
from bot.domain.shared.calendar import say_moment
from bot.domain.shared.errors import Refusal
from bot.services.admin import retention
from bot.services.admin import status as admin_status
from bot.services.admin import subject_access as admin_subject_access
from bot.services.admin.subject_access import Holding
from handlers.admin import people, rules, views
from handlers.core.command_parser import PERSON
from handlers.core.interaction import Kind
from handlers.core.responses import Answer
from handlers.core.routing import Call, Route
from handlers.ui.blocks import unescape
from handlers.ui.button_state import unpack
from storage.db.engine import Tx
from storage.requests import drafts

_ADMINS = frozenset({Role.ADMIN})
_OFF = frozenset({"off", "end", "release", "lift"})


async def run(call: Call) -> Answer:
    """`/oob admin SUBJECT …`; naming people is what it is for most of the time, so that needs no subject."""
    subject, _, rest = text.clean(call.raw).partition(" ")
    handler = _SUBJECTS.get(subject.casefold())
    if handler is None:
        raise Refusal("admin_unknown", f"I know `/oob admin` with: {', '.join(_NAMES)}. Nothing was changed.")
    return await handler(call, rest.strip())


async def status(call: Call, _rest: str) -> Answer:
    """How the bot is doing, in numbers."""
    found = await call.ctx.read(admin_status.status)
    files_itself = call.ctx.settings.shared_directory is not None
    return Answer.message(views.status(found, call.ctx.now(), files_itself, call.ctx.metrics.beaten_at))


async def log(call: Call, rest: str) -> Answer:
    """The newest entries of the audit log: all, those about a reference, or those of a person."""
    return await call.show(_log, rest, "", 0)


async def turn_log(call: Call) -> Answer:
    """Older or newer entries of the same."""
    memory = unpack(call.entry.action.get("value"))
    about = await call.ctx.read(drafts.words_of, memory.id)
    return await call.show(_log, about, memory.id, max(memory.n, 0))


async def settings(call: Call, rest: str) -> Answer:
    """What is set, or one setting changed."""
    name, _, value = rest.partition(" ")
    if not name:
        return Answer.message(views.settings(await call.ctx.read(admin_status.team_settings)))
    return await call.once(_set, name.casefold(), value.strip(), call.actor)


async def hold(call: Call, rest: str) -> Answer:
    """What is held, a new hold with its reason, or the end of one."""
    word, _, reason = rest.partition(" ")
    if not word:
        return await call.show(_holds)
    if reason.strip().casefold() in _OFF:
        return await call.once(_release, word, call.actor)
    return await call.once(_hold, word, text.note(unescape(reason), field="reason") or "", call.actor)


async def export(call: Call, rest: str) -> Answer:
    """Everything about a reference, as JSON and as a document, to the administrator who asks."""
    if not rest:
        raise Refusal("ref_missing", "Please say about what, for example: `/oob admin export INQ-2026-0001`. Nothing was done.")
    holding = await call.ctx.read(admin_subject_access.gather, rest)
    files = await asyncio.to_thread(subject_access.files, holding, say_moment(call.ctx.now()))
    return await call.once(_send, holding, files, call.actor)


async def purge(call: Call, _rest: str) -> Answer:
    """What is due for disposal; approving it is a manager's."""
    return Answer.message(views.disposal(await call.ctx.read(retention.due_for_disposal), None))


def _log(tx: Tx, about: str, draft_id: str, page: int) -> Answer:
    person = PERSON.fullmatch(about)
    ref = references.read(about).text if about and not person else None
    found = admin_status.log(tx, about=ref, actor=person[1] if person else None, page=page)
    if found.more and not draft_id:
        draft_id = drafts.keep(tx, about)
    return Answer.message(views.log(found, draft_id))


def _set(tx: Tx, name: str, value: str, actor: Actor) -> Answer:
    return Answer.message(views.settings(retention.change_setting(tx, name, value, actor), changed=name))


def _holds(tx: Tx) -> Answer:
    return Answer.message(views.holds(admin_status.holds(tx)))


def _hold(tx: Tx, word: str, reason: str, actor: Actor) -> Answer:
    return Answer.message(views.held(*retention.hold(tx, word, reason, actor)))


def _release(tx: Tx, word: str, actor: Actor) -> Answer:
    return Answer.message(views.released(retention.release(tx, word, actor)))


def _send(tx: Tx, holding: Holding, files: dict[str, bytes], actor: Actor) -> Answer:
    admin_subject_access.send(tx, holding, files, actor)
    return Answer.message(views.subject_access(holding))


_SUBJECTS: dict[str, Callable[[Call, str], Awaitable[Answer]]] = {
    "": people.typed,
    "roles": people.typed,
    "people": people.typed,
    "status": status,
    "log": log,
    "settings": settings,
    "export": export,
    "hold": hold,
    "holds": hold,
    "purge": purge,
    "rules": rules.setting,
}
_NAMES = ("roles", "status", "log", "settings", "export", "hold", "purge", "rules")

ROUTES = (
    Route(Kind.ACTION, "log.older", _ADMINS, "Reading the audit log", turn_log),
    Route(Kind.ACTION, "log.newer", _ADMINS, "Reading the audit log", turn_log),
)
