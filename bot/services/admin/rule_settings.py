"""Setting the rules (§1, G3): a new version from a day on; what was counted under an earlier one stays as it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from pydantic import ValidationError

from bot.domain.people import MANAGERS, Actor, Role
from bot.domain.shared.calendar import LONDON, say_date
from bot.domain.shared.errors import Refusal
from bot.domain.shared.obligation import Obligation
from bot.domain.shared.ruleset import FIRST, RuleSet, Version, in_force
from bot.services.reminders import obligations as reminder_obligations
from storage.cases import caseload, lookups
from storage.db.batch import Batch
from storage.db.engine import Tx
from storage.reminders import obligations
from storage.settings import rulesets

SETTERS = MANAGERS | {Role.ADMIN}
_SENIORS = frozenset({Role.SENIOR_MANAGER, Role.ADMIN})
_FOR_SENIORS = "chronology_required_for"


def set_rules(tx: Tx, values: dict[str, Any], effective_from: date, actor: Actor) -> Version:
    """Add a version of the rules that holds from a day on; settings that are not named stay as they are on that day.

    Clocks that started earlier do not change (docs/domain.md §5.4). Refused: `setters_only`, `seniors_only` (§5, "unless
    we are advised differently by senior management"), `effective_in_past`, `setting_unknown`, `setting_refused`.
    """
    if not actor.may(SETTERS):
        raise Refusal("setters_only", "The rules are set by managers and administrators.")
    if _FOR_SENIORS in values and not actor.may(_SENIORS):
        raise Refusal("seniors_only", "For which assessments a chronology is asked is decided by senior management (§5).")
    if effective_from < tx.today:
        raise Refusal(
            "effective_in_past",
            f"New rules hold from today or later, not from {say_date(effective_from)}: what was decided is not rewritten (§1).",
            field="effective_from",
        )
    return add_version(tx, values, effective_from)


@dataclass(frozen=True)
class Change:
    """What a new version would change: a setting, and the clocks running today whose day would be another one.

    `moved`: reference, what is asked, and its day before; `begun` and `ended`: what would be asked from now on, or no more;
    `ending`: open cases on routes that would end.
    """

    name: str
    before: object
    after: object
    effective_from: date
    moved: tuple[tuple[str, Obligation, date | None], ...]
    begun: tuple[tuple[str, Obligation], ...]
    ended: tuple[tuple[str, Obligation], ...]
    ending: int


def present(tx: Tx) -> RuleSet:
    """The rules in force today."""
    return in_force(rulesets.versions(tx), tx.today).rules


def every_version(tx: Tx) -> list[Version]:
    """Every version, the first one included."""
    return [FIRST, *rulesets.versions(tx)]


def preview(tx: Tx, values: dict[str, Any], effective_from: date, actor: Actor) -> Change:
    """What `set_rules` would change: it is done in a savepoint and undone. Refused as that, and `nothing_changes`."""
    (name,) = values
    before = _asked(tx)
    with tx.conn.begin_nested() as savepoint:
        trial = Tx(Batch(tx.conn, tx.vault), tx.context)
        version = set_rules(trial, values, effective_from, actor)
        after = _asked(trial)
        savepoint.rollback()
    old = in_force(rulesets.versions(tx), effective_from).rules
    if old == version.rules:
        raise Refusal("nothing_changes", f"`{name}` is that already on {say_date(effective_from)}. Nothing was changed.")
    both = [key for key in after if key in before]
    return Change(
        name=name,
        before=getattr(old, name),
        after=getattr(version.rules, name),
        effective_from=effective_from,
        moved=tuple((key[0], after[key], before[key].due) for key in both if before[key].due != after[key].due),
        begun=tuple((key[0], after[key]) for key in after if key not in before),
        ended=tuple((key[0], before[key]) for key in before if key not in after),
        ending=len(caseload.on_short_routes(tx)) if version.rules.short_term_last_day != old.short_term_last_day else 0,
    )


def _asked(tx: Tx) -> dict[tuple[str, str, str], Obligation]:
    return {(each.ref, each.asked.rule, each.asked.subject): each.asked for each in obligations.all_open(tx)}


def add_version(tx: Tx, values: dict[str, Any], effective_from: date) -> Version:
    """Add the version, and count anew what begins on its first day or later. Refused: `setting_unknown`, `setting_refused`."""
    before = in_force(rulesets.versions(tx), effective_from).rules
    version = rulesets.add(tx, merged(before, values), effective_from)
    tx.log("rules.set", str(version.number), effective_from=str(effective_from), settings=sorted(values))
    midnight = datetime.combine(effective_from, time.min, LONDON)
    begun = [*lookups.changed_since(tx, midnight), *obligations.begun_since(tx, effective_from)]
    for ref in dict.fromkeys(begun):
        reminder_obligations.refresh_by_ref(tx, ref)
    return version


def merged(before: RuleSet, values: dict[str, Any]) -> RuleSet:
    """The rules with other values. Refused: `setting_unknown`, `setting_refused`."""
    unknown = sorted(set(values) - set(RuleSet.model_fields))
    if unknown:
        raise Refusal("setting_unknown", f"I know no setting {unknown[0]}. Nothing was changed.")
    try:
        return RuleSet.model_validate(before.model_dump() | values)
    except ValidationError as error:
        wrong = str(error.errors()[0]["loc"][0])
        raise Refusal("setting_refused", f"`{wrong}` does not take that value. Nothing was changed.") from error
