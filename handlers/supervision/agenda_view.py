"""The supervision agenda in pages: ten sections in order, each case once, decisions first (docs/domain.md §3.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block

from bot.domain.shared import authorities
from bot.domain.shared.calendar import say_date
from bot.domain.shared.rule import AgendaSection, Rule
from bot.domain.shared.text import ordinal
from bot.domain.supervision.agenda import AgendaEntry
from bot.services.cases.view import CaseView
from bot.services.supervision.agenda import Agenda, Next
from handlers.supervision import decision_forms
from handlers.ui.blocks import Message, button, buttons, clip, listed, section, sentence, small, turning, unique
from handlers.ui.button_state import ButtonState
from handlers.ui.lists import decisions_waiting, next_session, open_one
from handlers.ui.obligations import PROMPTS, WHY, lines

TITLES = {
    AgendaSection.AWAITING_DECISION: "1 Awaiting an open or close decision (§6)",
    AgendaSection.THRESHOLD: "2 Three-month threshold (§4)",
    AgendaSection.REVIEWS: "3 Six-monthly reviews (§3)",
    AgendaSection.FOLLOW_THROUGH: "4 Assessments: sharing, medical file, chronology (§3, §5)",
    AgendaSection.FEEDBACK: "5 Feedback: on ICS, and to the referrer (§7)",
    AgendaSection.URGENT_AND_DRIFT: "6 Urgent and drift (audit)",
    AgendaSection.REOPENED: "7 Reopened since the last session, to be ratified (§6)",
    AgendaSection.INQUIRIES: "8 Inquiries (§2)",
    AgendaSection.ACTIONS: "9 Actions agreed (§6)",
    AgendaSection.NEW_CASES: "10 New cases since the last session",
}
_TAGS = PROMPTS | {
    Rule.DRIFT: "drift: nothing done for four weeks, and something past its date (audit)",
    "directory": "to be stored in the shared Directory (§2)",
    "new": "new since the last session",
    "reopened": "reopened since the last session",
}
_ROOM = 40
_WEIGHT = {AgendaSection.AWAITING_DECISION: 7, AgendaSection.ACTIONS: 3}
"""Blocks of a line, and what looking at its case closely costs: a page has room for `_ROOM`, of Slack's fifty."""
_LINE = 900
_DONE_SHOWN = 10
_TEAM_SHOWN = 40


@dataclass(frozen=True)
class AgendaPage:
    """One page of an agenda: headings and lines in their order; `number` and `last` count from 0."""

    rows: tuple[AgendaSection | AgendaEntry, ...]
    number: int
    last: int

    @property
    def entries(self) -> list[AgendaEntry]:
        """Its lines."""
        return [row for row in self.rows if isinstance(row, AgendaEntry)]

    @property
    def refs(self) -> list[str]:
        """What its lines are about."""
        return [entry.ref for entry in self.entries]

    @property
    def close(self) -> list[str]:
        """The cases that are looked at closely: those to decide about, and those with actions."""
        return [each.ref for each in self.entries if each.section in _WEIGHT or "action" in each.tags]


def page_of(entries: Sequence[AgendaEntry], number: int) -> AgendaPage:
    """A page of an agenda; one before the first or after the last is the nearest there is."""
    found = pages(entries)
    number = min(max(number, 0), len(found) - 1)
    return AgendaPage(tuple(found[number]), number, len(found) - 1)


def pages(entries: Sequence[AgendaEntry]) -> list[list[AgendaSection | AgendaEntry]]:
    """The headings and lines of each page."""
    found: list[list[AgendaSection | AgendaEntry]] = [[]]
    room = _ROOM
    for row in _rows(entries):
        weight = _weight(row)
        if weight > room:
            found.append([])
            room = _ROOM
        found[-1].append(row)
        room -= weight
    return found


def _weight(row: AgendaSection | AgendaEntry) -> int:
    if isinstance(row, AgendaSection):
        return 1
    return _WEIGHT.get(row.section, _WEIGHT[AgendaSection.ACTIONS] if "action" in row.tags else 1)


def agenda(found: Agenda, page: AgendaPage, looks: Mapping[str, CaseView]) -> Message:
    """A page of a worker's agenda; on the first one what can be done with the session, too."""
    blocks: list[Block] = [section(_head(found, page))]
    if page.number == 0:
        blocks += _session(found)
    empty: list[str] = []
    for place, row in enumerate(page.rows):
        if isinstance(row, AgendaSection):
            following = page.rows[place + 1] if place + 1 < len(page.rows) else None
            if following is None or isinstance(following, AgendaSection):
                empty.append(f"*{TITLES[row]}*: {_nothing(found, row, page)}")
                continue
            blocks += [*_flush(empty), section(f"*{TITLES[row]}*")]
        else:
            blocks += [*_flush(empty), *_entry(found, row, looks.get(row.ref))]
    blocks += _flush(empty)
    blocks += open_one(page.refs)
    blocks += turning("agenda", found.worker_id, page.number, page.last, "the agenda")
    if page.number == page.last and found.done:
        blocks.append(section("\n".join(["*Done since, as agreed*", *_done(found)])))
    blocks.append(small("Open or close is decided by the social worker and the manager, in supervision (§6)."))
    return Message("OOB: your supervision agenda.", tuple(unique(blocks)))


def team(members: Sequence[Next]) -> Message:
    """The workers of a manager, when each is supervised next, and how to get to their agendas."""
    if not members:
        said = "Nobody reports to you yet. `/oob agenda @worker` shows an agenda; an administrator can name your team."
        return Message.plain(said)
    blocks: list[Block] = [section("*Supervision of your team* (§6)")]
    for each in members[:_TEAM_SHOWN]:
        memory = ButtonState(id=each.worker_id)
        look = button("Agenda", "agenda.open", memory, spoken=f"Open the agenda of {each.worker_id}")
        words = section(f"<@{each.worker_id}>: {decisions_waiting(each.waiting)} · {next_session(each.session)}")
        words.accessory = look
        blocks.append(words)
    if len(members) > _TEAM_SHOWN:
        blocks.append(small(f"and {len(members) - _TEAM_SHOWN} more: `/oob agenda @worker`"))
    blocks.append(small("`/oob supervise @worker` begins a session; `/oob supervise @worker 2 Feb 10:00` books one."))
    return Message("OOB: supervision of your team.", tuple(blocks))


def _rows(entries: Sequence[AgendaEntry]) -> Iterable[AgendaSection | AgendaEntry]:
    for name in AgendaSection:
        yield name
        yield from (entry for entry in entries if entry.section is name)


def _head(found: Agenda, page: AgendaPage) -> str:
    manager = f" with <@{found.manager_id}>" if found.manager_id else ""
    pages = f" · page {page.number + 1} of {page.last + 1}" if page.last else ""
    last = say_date(found.last.held_on) if found.last else "none yet"
    carried = f" · carried over: *{found.carried:,}*" if found.carried else ""
    return "\n".join(
        [
            f"*Supervision agenda* of <@{found.worker_id}>{manager}, {say_date(found.today)}{pages}",
            f"Last session: {last} · next: {next_session(found.under_way or found.booked)}",
            f"Open cases: *{found.open_cases:,}* · {decisions_waiting(found.waiting)}{carried}",
        ]
    )


def _session(found: Agenda) -> list[Block]:
    """What can be done with the session, by who leads it; the last minute, by both."""
    row = []
    if found.leads and found.under_way is not None:
        memory = ButtonState(id=found.under_way.ref)
        row.append(button("Finalise…", "supervision.finish", memory, style="primary", spoken="Finalise the session"))
    elif found.leads:
        memory = ButtonState(id=found.worker_id)
        row.append(button("Begin supervision", "supervision.begin", memory, style="primary", spoken="Begin supervision now"))
        row.append(button("Book a day…", "supervision.plan", memory, spoken="Book a day for supervision"))
    if found.last is not None and found.last.minute is not None and found.viewer.user_id in found.last.people:
        row.append(
            button("Last minute", "minute.open", ButtonState(id=found.last.ref), spoken="Open the minute of the last session")
        )
    return [buttons("session", *row)] if row else []


def _nothing(found: Agenda, name: AgendaSection, page: AgendaPage) -> str:
    """Under a heading without lines: none, or that they come on the next page."""
    there = any(entry.section is name for entry in found.gathered.entries)
    return "on the next page" if there and page.number < page.last else "none"


def _flush(empty: list[str]) -> list[Block]:
    """The headings without lines that have gathered, as one paragraph."""
    said = [section("\n".join(empty))] if empty else []
    empty.clear()
    return list(said)


def _entry(found: Agenda, entry: AgendaEntry, look: CaseView | None) -> list[Block]:
    if entry.section is AgendaSection.AWAITING_DECISION and look is not None and look.episode is not None:
        return decision_forms.entry(look, _times(entry), [_TAGS[tag] for tag in entry.tags if tag in _TAGS])
    words = [_known(found, entry), *_why(found, entry)]
    return [section(clip("\n".join(words), _LINE)), *(decision_forms.agreed(look) if look is not None else [])]


def _known(found: Agenda, entry: AgendaEntry) -> str:
    line = found.gathered.lines.get(entry.ref)
    if line is None:
        return f"*{entry.ref}*"
    return f"*{entry.ref}* · {authorities.name_of(line.home_authority)} · {line.route.words}"


def _why(found: Agenda, entry: AgendaEntry) -> list[str]:
    """What is asked, with its days; other reasons as tags."""
    asked = [sentence(each) for each in lines(found.gathered.asked.get(entry.ref, []), found.today)]
    tags = [_TAGS[tag] for tag in entry.tags if tag in _TAGS]
    if entry.section is AgendaSection.AWAITING_DECISION:
        tags = [*(words for why, words in WHY.items() if why.value in entry.why), *tags]
    return [*asked, *([sentence(listed(tags))] if tags else [])]


def _times(entry: AgendaEntry) -> str:
    """How often it has stood here by now: "3rd time"; nothing for the first."""
    return f"{ordinal(entry.carried + 1)} time" if entry.carried else ""


def _done(found: Agenda) -> list[str]:
    shown = [f"✓ *{ref}*: <@{who}>, {say_date(on)}" for ref, who, on in found.done[:_DONE_SHOWN]]
    return [*shown, *([f"and {len(found.done) - _DONE_SHOWN} more"] if len(found.done) > _DONE_SHOWN else [])]
