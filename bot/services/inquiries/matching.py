"""What is known already of the same family: entries with an equal match code (docs/domain.md §4 feature 1)."""

from __future__ import annotations

from bot.domain.people import Actor
from bot.domain.shared.calendar import london_day, say_date
from bot.domain.shared.references import is_case
from bot.services.guards import visible
from storage.cases import cases
from storage.db.engine import Tx
from storage.inquiries import inquiries, match_codes

_SHOWN, _LOOKED_AT = 5, 50


def same_family(tx: Tx, codes: tuple[str, ...], actor: Actor) -> list[str]:
    """Cases and inquiries of the same family that `actor` may know of, the newest first, in words."""
    found = match_codes.subjects(tx, codes)
    asked = [f"{each.ref} ({say_date(each.facts.asked_on)})" for each in inquiries.by_refs(tx, found[:_LOOKED_AT], actor)]
    loaded = [cases.get(tx, ref) for ref in found[:_LOOKED_AT] if is_case(ref)]
    known = [f"{each.ref} ({say_date(london_day(each.created_at))})" for each in loaded if each and visible(tx, each, actor)]
    shown = [*known, *asked][:_SHOWN]
    if shown:
        tx.log("cases.found", ",".join(each.split()[0] for each in shown), total=len(found))
    return shown
