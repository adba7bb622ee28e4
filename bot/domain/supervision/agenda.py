"""The supervision agenda (docs/domain.md §3.2): each case once, under its most important heading, with tags. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.domain.obligations.caseload import CaseLine
from bot.domain.shared.obligation import Obligation
from bot.domain.shared.rule import FACTS, AgendaSection, Rule

NEAR = timedelta(days=28)
"""How far ahead agenda and digest look (docs/domain.md §3.2, 2 and 3)."""


_SAYS_IT_ALL = frozenset({AgendaSection.AWAITING_DECISION, AgendaSection.THRESHOLD, AgendaSection.REVIEWS})
_ORDER = tuple(AgendaSection)


@dataclass(frozen=True)
class Asked:
    """An open obligation and what people know it by."""

    ref: str
    obligation: Obligation


@dataclass(frozen=True)
class AgendaEntry:
    """A line of the agenda: a case, inquiry or feedback, with the other reasons for which it stands there."""

    section: AgendaSection
    ref: str
    tags: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    carried: int = 0


@dataclass
class _Gathered:
    reasons: list[tuple[AgendaSection, str]] = field(default_factory=list)
    why: tuple[str, ...] = ()


def build(
    lines: Sequence[CaseLine],
    asked: Sequence[Asked],
    new: Iterable[CaseLine],
    to_store: Iterable[str],
    carried: Mapping[str, int],
    today: date,
) -> list[AgendaEntry]:
    """The agenda of one worker today.

    `lines`: their open cases that lists may show; `asked`: what is open for them and due within 28 days or without a date; `new`:
    cases opened since their last session; `to_store`: inquiries to be stored in the shared Directory.
    """
    gathered: dict[str, _Gathered] = {}

    def reason(ref: str, section: AgendaSection, tag: str) -> None:
        gathered.setdefault(ref, _Gathered()).reasons.append((section, tag))

    for line in lines:
        for section, tag in _of_line(line, today):
            reason(line.ref, section, tag)
        gathered.setdefault(line.ref, _Gathered()).why = tuple(each.value for each in line.why(today))
    for each in asked:
        if stands(each.obligation, today):
            reason(each.ref, section_of(each.obligation.rule), each.obligation.rule)
    for ref in to_store:
        reason(ref, AgendaSection.INQUIRIES, "directory")
    for line in new:
        reason(
            line.ref, AgendaSection.REOPENED if line.reopened else AgendaSection.NEW_CASES, "reopened" if line.reopened else "new"
        )
    entries = [_entry(ref, found, carried.get(ref, 0)) for ref, found in gathered.items() if found.reasons]
    return sorted(entries, key=lambda entry: (_ORDER.index(entry.section), entry.ref))


def _of_line(line: CaseLine, today: date) -> Iterator[tuple[AgendaSection, str]]:
    """Why a case is on the agenda without a proposal."""
    if line.why(today):
        yield AgendaSection.AWAITING_DECISION, Rule.DECISION
    if line.drifts(today):
        yield AgendaSection.URGENT_AND_DRIFT, Rule.DRIFT
    for prompt in line.prompted(today):
        yield AgendaSection.FOLLOW_THROUGH, prompt
    if line.facts.action_due is not None:
        yield AgendaSection.ACTIONS, "action"


def stands(obligation: Obligation, today: date) -> bool:
    """Whether an open obligation has a line on the agenda: R1 and R2 within 28 days, R3 when it is due, the rest from day 0."""
    facts = FACTS[obligation.rule]
    if facts.agenda is None:
        return False
    if facts.near_only:
        return obligation.due is not None and obligation.due <= today + NEAR
    return obligation.rule != Rule.INQUIRY_ANSWER or (obligation.due is not None and obligation.due <= today)


def section_of(rule: str) -> AgendaSection:
    """Return the section in which an obligation of a rule is listed; for rules that are on the agenda."""
    return FACTS[rule].agenda or AgendaSection.FOLLOW_THROUGH


def _entry(ref: str, found: _Gathered, carried: int) -> AgendaEntry:
    section = min((each[0] for each in found.reasons), key=_ORDER.index)
    ordered = sorted(found.reasons, key=lambda each: _ORDER.index(each[0]))
    tags = [tag for place, tag in ordered if place is not section or section not in _SAYS_IT_ALL]
    return AgendaEntry(
        section, ref, tuple(dict.fromkeys(tags)), found.why, carried if section is AgendaSection.AWAITING_DECISION else 0
    )
