"""`/oob rules`: each rule in words with its setting; `/oob admin rules`: a new version, shown before it is set (§1, G3)."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

from bot.domain.people import Actor, Role
from bot.domain.reading import days
from bot.domain.shared import authorities, text
from bot.domain.shared.errors import Refusal
from bot.domain.shared.ruleset import RuleSet
from bot.services.admin import rule_settings
from handlers.admin import rules_views as views
from handlers.core.interaction import Kind
from handlers.core.responses import Answer
from handlers.core.routing import Call, Route
from handlers.ui.button_state import unpack
from storage.db.engine import Tx
from storage.requests import drafts

_DRAFT = "rules"
_ADMINS = frozenset({Role.ADMIN})
_PAIR = re.compile(r"([a-z_]+)\s*[=:]?\s+?(.+)|([a-z_]+)\s*[=:]\s*(.+)", re.IGNORECASE | re.DOTALL)
_FROM = re.compile(r"\s+from\s+(.+)$", re.IGNORECASE)


async def typed(call: Call) -> Answer:
    """`/oob rules`: what the bot asks, and why."""
    return Answer.message(views.rules(await call.ctx.read(rule_settings.present)))


async def setting(call: Call, rest: str) -> Answer:
    """`/oob admin rules NAME VALUE from DAY`: what that would change, and a button that sets it; alone, every setting."""
    if not rest:
        return Answer.message(views.settings(await call.ctx.read(rule_settings.every_version), call.ctx.today()))
    today = call.ctx.today()
    dated = _FROM.search(rest)
    words = text.clean(rest[: dated.start()] if dated else rest)
    effective_from = days.read_day(dated[1], today, from_=today) if dated else today
    pair = _PAIR.fullmatch(words)
    if pair is None:
        raise Refusal(
            "setting_unreadable",
            "Please write, for example, `/oob admin rules threshold_months 4 from 1 Feb 2027`. Nothing was changed.",
        )
    name, value = (pair[1] or pair[3]).casefold(), (pair[2] or pair[4]).strip()
    return await call.once(_preview, name, _read(name, value, today), effective_from, call.actor)


async def set_pressed(call: Call) -> Answer:
    """Set it."""
    return await call.once(_set, unpack(call.entry.action.get("value")).id, call.actor)


def _read(name: str, value: str, today: date) -> Any:  # noqa: ANN401 - a setting's value, checked by the rule set
    """The value as the rule set takes it. Refused: `setting_unknown`, `setting_refused`, `date_unreadable`."""
    field = RuleSet.model_fields.get(name)
    if field is None:
        raise Refusal("setting_unknown", f"I know no setting `{name}`. `/oob admin rules` lists them. Nothing was changed.")
    if name == "own_authority":
        found = [value.upper()] if value.upper() in authorities.names() else [code for code, _ in authorities.search(value)]
        return found[0] if found else value
    if "date" in str(field.annotation):
        return None if value.casefold() in ("none", "off", "never") else days.read_day(value, today, from_=today).isoformat()
    if "tuple" in str(field.annotation):
        return re.split(r"[,\s]+", value.casefold())
    return value.casefold().replace(" ", "_")


def _preview(tx: Tx, name: str, value: Any, effective_from: date, actor: Actor) -> Answer:  # noqa: ANN401
    change = rule_settings.preview(tx, {name: value}, effective_from, actor)
    kept = drafts.keep(tx, json.dumps({"name": name, "value": value, "from": effective_from.isoformat()}), _DRAFT)
    return Answer.message(views.preview(change, kept))


def _set(tx: Tx, draft_id: str, actor: Actor) -> Answer:
    kept = json.loads(drafts.words_of(tx, draft_id, _DRAFT))
    version = rule_settings.set_rules(tx, {kept["name"]: kept["value"]}, date.fromisoformat(kept["from"]), actor)
    drafts.forget(tx)
    return Answer.message(views.was_set(version, kept["name"]))


ROUTES = (Route(Kind.ACTION, "rules.set", _ADMINS, "Setting the rules", set_pressed),)
