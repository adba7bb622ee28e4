"""How clocks are said: what is asked, by when, with the weekday and the section of the guidelines that asks it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.domain.obligations.after_assessment import MedicalFileKind, With
from bot.domain.obligations.awaiting_decision import Why
from bot.domain.shared.calendar import say_date
from bot.domain.shared.obligation import Obligation
from bot.domain.shared.rule import Rule, words_of
from handlers.ui.blocks import listed

_UNMET = 8
_ABOUT = {**{whom.value: f"with {whom.words}" for whom in With}, **{item.value: item.words for item in MedicalFileKind}}
WHY = {
    Why.PROPOSED: "a decision was proposed, or a manager wants to talk about it",
    Why.DORMANT: "nothing has happened for four weeks",
    Why.DATE_REACHED: "the day agreed for deciding again has come",
    Why.THRESHOLD: "the three months are reached: core assessment, or close",
    Why.AWAITING_FAMILY: "the work is done and the family is awaited",
    Why.TO_RATIFY: "it was reopened and is to be ratified",
    Why.MOVED_IN: "the child moved into our own borough",
    Why.RECOMMEND_CLOSE: "a review recommends closing",
}
"""Why a case awaits a decision (§6, R8), in words."""
PROMPTS = {
    "core_missing": "long-term work without a core assessment (§3)",
    "ccds_assessment": "three months at CCDS without an assessment (§3)",
    "chronology_update": "the chronology is of an earlier opening: is it up to date? (§5)",
}
"""Lines of the agenda without a clock, in words."""


def what(asked: Obligation) -> str:
    """What is asked, with its section: "assessment or review to be shared (§3), with the parents"."""
    about = _ABOUT.get(asked.about or "")
    return words_of(asked.rule) + (f", {about}" if about else "")


def when(asked: Obligation, today: date) -> str:
    """By when, and how that stands today."""
    if asked.due is None:
        return "the guidelines give no date"
    state = asked.state(today)
    if state == "over":
        return f"*over since {say_date(asked.due)}*"
    return f"*today*, {say_date(asked.due)}" if state == "due" else f"by {say_date(asked.due)}"


def said(asked: Obligation, today: date) -> str:
    """One line: what, and by when."""
    return f"{what(asked)}: {when(asked, today)}"


def lines(asked: Sequence[Obligation], today: date) -> list[str]:
    """A line each, what is asked of the same for the parents and the child in one."""
    found: dict[tuple[object, ...], list[Obligation]] = {}
    for each in asked:
        found.setdefault((each.rule, each.of, each.due, each.about if each.rule != Rule.SHARING else None), []).append(each)
    return [_together(several, today) for several in found.values()]


def _together(several: Sequence[Obligation], today: date) -> str:
    if len(several) == 1:
        return said(several[0], today)
    whom = listed(sorted(_ABOUT.get(each.about or "", "").removeprefix("with ") for each in several)[::-1])
    return f"{words_of(several[0].rule)}, with {whom}: {when(several[0], today)}"


def outstanding(unmet: Sequence[str]) -> str:
    """What is outstanding in one line, at most eight things of it: "Outstanding: …; and 3 more"."""
    more = f"; and {len(unmet) - _UNMET:,} more" if len(unmet) > _UNMET else ""
    return f"Outstanding: {'; '.join(unmet[:_UNMET])}{more}" if unmet else "Nothing is outstanding"
