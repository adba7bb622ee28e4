"""How lists of clocks look: what is due, the cases one holds, the team; each line with its section and its day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from slack_sdk.models.blocks import Block

from bot.domain.shared import authorities
from bot.domain.shared.calendar import say_date
from bot.services.digests.home import Due, OpenCase, TeamMember
from bot.services.supervision.agenda import Next
from handlers.ui.blocks import Message, button, buttons, section, sentence, small, turning
from handlers.ui.button_state import ButtonState
from handlers.ui.lists import decisions_waiting, next_session, open_one
from handlers.ui.obligations import said, what
from storage.reminders.obligations import Kept

_SHOWN = 24
_OFFERED = 50


def due(found: Due, today: date, page: int = 0) -> Message:
    """`/oob due`: over, this week, coming, and what has no date; a page of it."""
    whose = "your team" if found.team else "you"
    if not found.kept:
        return Message(f"OOB: nothing is due for {whose}.", (section(f"Nothing is due for {whose} within four weeks. :tea:"),))
    ordered = [(name, each) for name, kept in _groups(found.kept, today) for each in kept]
    last = (len(ordered) - 1) // _SHOWN
    page = min(max(page, 0), last)
    shown = ordered[page * _SHOWN : (page + 1) * _SHOWN]
    pages = f" · page {page + 1} of {last + 1}" if last else ""
    blocks: list[Block] = [section(f"*Due for {whose}*, {say_date(today)}: {len(ordered):,}{pages}")]
    for name in dict.fromkeys(name for name, _ in shown):
        lines = [_line(each, today, who=found.team) for group, each in shown if group == name]
        blocks.append(section("\n".join([f"*{name}*", *lines])))
    blocks += open_one(each.ref for _, each in shown)
    blocks += turning("due", "team" if found.team else "mine", page, last, "what is due")
    blocks.append(small("`/oob why OOB-…` says which sentence of the guidelines asks it."))
    return Message(f"OOB: {len(found.kept):,} due for {whose}.", tuple(blocks))


def held(cases: Sequence[OpenCase], total: int, today: date) -> list[Block]:
    """The cases one holds, a line each with the soonest clock."""
    lines = []
    for each in cases:
        line = each.line
        clock = f": {said(each.next, today)}" if each.next else ""
        lines.append(f"• *{line.ref}* · {authorities.name_of(line.home_authority)} · {line.route.words}{clock}")
    more = f"\nand {total - len(cases):,} more" if total > len(cases) else ""
    return [section(f"*Your open cases: {total:,}*\n" + "\n".join(lines) + more), *open_one(each.line.ref for each in cases)]


def team(members: Sequence[TeamMember]) -> list[Block]:
    """A manager's team, a line each."""
    lines = [
        f"• <@{each.user_id}>: {each.open_cases:,} open, {each.over:,} overdue, {each.decisions:,} awaiting a decision (§6)"
        f" · {next_session(each.session)}"
        for each in members[:_OFFERED]
    ]
    agendas = button("Agendas", "agenda.team", ButtonState(), spoken="Open the agendas of your team")
    hint = small("`/oob due team` lists what is due; `/oob supervise @worker` begins supervision.")
    return [section("*Your team*\n" + "\n".join(lines)), buttons("agendas", agendas), hint]


def next_supervision(found: Next) -> list[Block]:
    """When one's own supervision is, with what awaits a decision there; nothing where there is neither."""
    if found.session is None and not found.waiting:
        return []
    words = section(f"*Your supervision* (§6): {next_session(found.session)} · {decisions_waiting(found.waiting)}")
    words.accessory = button("Agenda", "agenda.open", ButtonState(id=found.worker_id), spoken="Open your agenda")
    return [words]


def _groups(kept: Sequence[Kept], today: date) -> list[tuple[str, list[Kept]]]:
    sunday = today + timedelta(days=6 - today.weekday())
    return [
        ("Over", [each for each in kept if each.asked.due and each.asked.due < today]),
        ("This week", [each for each in kept if each.asked.due and today <= each.asked.due <= sunday]),
        ("Coming", [each for each in kept if each.asked.due and each.asked.due > sunday]),
        ("Without a date in the guidelines", [each for each in kept if each.asked.due is None]),
    ]


def _line(kept: Kept, today: date, *, who: bool) -> str:
    words = said(kept.asked, today) if kept.asked.due else what(kept.asked)
    return f"• *{kept.ref}* {sentence(words)}{f' · <@{kept.worker_id}>' if who else ''}"
