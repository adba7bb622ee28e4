"""Setting the rules (§1, G3): a new version from a day on; what was counted under an earlier one stays as it is."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from pydantic import ValidationError

from bot.casework import clocks
from bot.rules.calendar import LONDON, say_date
from bot.rules.people import MANAGERS, Actor, Role
from bot.rules.refusal import Refusal
from bot.rules.ruleset import RuleSet, Version, in_force
from storage import cases, obligations, rulesets
from storage.engine import Tx

SETTERS = MANAGERS | {Role.ADMIN}
_SENIORS = frozenset({Role.SENIOR_MANAGER, Role.ADMIN})
_FOR_SENIORS = "chronology_required_for"


def set_rules(tx: Tx, values: dict[str, Any], effective_from: date, actor: Actor) -> Version:
    """Add a version of the rules that holds from a day on; settings that are not named stay as they are on that day.

    Clocks that started before are not touched (domain.md §5). Refused: `setters_only`, `seniors_only` (§5, "unless we are advised
    differently by senior management"), `effective_in_past`, `setting_unknown`, `setting_refused`.
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


def add_version(tx: Tx, values: dict[str, Any], effective_from: date) -> Version:
    """Add the version, and count anew what begins on its first day or later. Refused: `setting_unknown`, `setting_refused`."""
    before = in_force(rulesets.versions(tx), effective_from).rules
    version = rulesets.add(tx, merged(before, values), effective_from)
    tx.log("rules.set", str(version.number), effective_from=str(effective_from), settings=sorted(values))
    midnight = datetime.combine(effective_from, time.min, LONDON)
    begun = [*cases.changed_since(tx, midnight), *obligations.begun_since(tx, effective_from)]
    for ref in dict.fromkeys(begun):
        clocks.refresh_by_ref(tx, ref)
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
