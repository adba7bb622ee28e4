"""How a morning's reminder looks: overdue, this week, coming; each line with its section, and what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from slack_sdk.models.blocks import ActionsBlock, Block, OverflowMenuElement
from slack_sdk.models.views import View

from bot.domain.shared.bank_holidays import bank_holidays
from bot.domain.shared.calendar import is_working_day, say_date
from bot.domain.shared.references import is_case, is_inquiry
from bot.domain.shared.rule import FACTS, Rule, words_of
from bot.services.reminders.contents import Reminded
from handlers.ui import inputs
from handlers.ui.blocks import Message, button, field, modal, option, paragraphs, section, sentence, small
from handlers.ui.button_state import ButtonState
from handlers.ui.lists import open_one
from handlers.ui.obligations import said, what

_WITH_BUTTONS = 9
_IN_A_LINE = 25
_LONGEST_SNOOZE = 7
_TOGETHER = 13


def reminder(lines: Sequence[Reminded], reader_id: str, today: date, hidden: int = 0) -> Message:
    """One message: what is over first; the first nine with their steps, the rest in lines, a manager's with who holds it.

    `hidden`: lines about restricted cases that this reader may not see.
    """
    waiting = sorted((line for line in _together(lines) if not line.over), key=lambda line: _GROUPS.index(_group(line, today)))
    done = [line for line in _together(lines) if line.over]
    needs = "1 thing needs you" if len(waiting) == 1 else f"{len(waiting)} things need you"
    head = f"*{needs}* · {say_date(today)}" if waiting else f"*Nothing here needs you any more* :tea: · {say_date(today)}"
    blocks: list[Block] = [section(head)]
    with_buttons = [line for line in waiting if line.worker_id == reader_id][:_WITH_BUTTONS]
    name = ""
    for place, line in enumerate(with_buttons):
        group = _group(line, today)
        heading = f"*{group}*\n" if group != name else ""
        name = group
        blocks += [section(f"{heading}{_words(line, today)}"), _steps(line, place)]
    rest = [line for line in waiting if line not in with_buttons]
    if rest:
        listed = [*(["*Also*"] if with_buttons else []), *_listed(rest, reader_id, today)]
        blocks += paragraphs(listed, _TOGETHER)
        blocks += open_one(line.ref for line in rest)
    if hidden:
        blocks.append(small(f"{hidden} more about a restricted case that you may not see: please ask an administrator who does."))
    if done:
        blocks.append(small("\n".join(_done(line) for line in done[:_IN_A_LINE])))
    blocks.append(small("`/oob due` lists everything; `/oob why OOB-…` says which sentence of the guidelines asks it."))
    return Message(f"OOB: {needs}." if waiting else "OOB: nothing here needs you any more.", tuple(blocks))


def snooze(line_about: str, rule: str, memory: ButtonState, today: date) -> View:
    """Until when somebody does not want to hear of it, and why."""
    ahead = [today + timedelta(days=number) for number in range(1, _LONGEST_SNOOZE + 1)]
    days = [day for day in ahead if is_working_day(day, bank_holidays())]
    return modal(
        callback_id="reminder.snooze",
        memory=memory,
        title="Snooze",
        submit="Snooze",
        blocks=[
            small(f"{line_about} · {words_of(rule)}"),
            field("until", "Until when?", inputs.menu({day.isoformat(): say_date(day) for day in days}, days[0].isoformat())),
            field("reason", "Why?", inputs.paragraph(None), hint=inputs.NO_NAMES),
            small("Until then you are not reminded; the next message comes on its own day. Your manager is told as usual."),
        ],
    )


def snoozed(ref: str, rule: str, until: date) -> Message:
    """It is put off."""
    return Message.plain(f"*{ref}*, {words_of(rule)}: you are not reminded of it before *{say_date(until)}*. No date has moved.")


def not_mine(ref: str, manager_id: str) -> Message:
    """Their manager is told."""
    return Message.plain(f"<@{manager_id}> is told that *{ref}* is not yours. Until they change it, it stays with you.")


def _words(line: Reminded, today: date) -> str:
    """What is asked, by when, or since when where the guidelines give no date."""
    asked = line.asked
    words = said(asked, today) if asked.due else f"{_what(line)}, since {say_date(asked.since)}"
    urgent = ":rotating_light: " if asked.rule == Rule.FIRST_RESPONSE else ""
    which = f" · {asked.subject}" if asked.rule == Rule.FEEDBACK_ON_ICS and asked.subject != line.ref else ""
    wanted = ". A core assessment, or a decision to close." if asked.rule == Rule.THRESHOLD else ""
    return f"{urgent}*{line.ref}*{which} · {sentence(words)}{wanted}"


def _what(line: Reminded) -> str:
    both = line.asked.rule == Rule.SHARING and line.asked.about is None
    return what(line.asked) + (", with the parents and the child" if both else "")


def _done(line: Reminded) -> str:
    if line.moved:
        return f"*{line.ref}* {_what(line)}: with <@{line.worker_id}> now"
    which = f" {line.asked.subject}" if line.asked.rule == Rule.FEEDBACK_ON_ICS else ""
    return f"✓ *{line.ref}*{which} {_what(line)}: settled"


def _listed(lines: Sequence[Reminded], reader_id: str, today: date) -> list[str]:
    shown = [f"• {_words(line, today)}{'' if line.worker_id == reader_id else f' · <@{line.worker_id}>'}" for line in lines]
    return shown if len(shown) <= _IN_A_LINE else [*shown[:_IN_A_LINE], f"and {len(shown) - _IN_A_LINE} more: `/oob due`"]


def _steps(line: Reminded, place: int) -> ActionsBlock:
    """Done, Snooze until… where there is more to come, and the rest in a menu."""
    rule = line.asked.rule
    about = line.asked.subject if rule == Rule.FEEDBACK_ON_ICS else line.ref
    memory = ButtonState(id=about, n=line.asked.of or 0, step=rule.lower())
    row = [button("Done", "reminder.done", memory, style="primary", spoken=f"Done: {what(line.asked)}, {line.ref}")]
    if FACTS[rule].weekly:
        row.append(button("Snooze until…", "reminder.snooze", memory, spoken=f"Snooze {line.ref}, {words_of(rule)}"))
    more = [("why", "Why is it asked?")] if is_case(line.ref) or is_inquiry(line.ref) else []
    if rule == Rule.THRESHOLD:
        more.append(("propose", "Propose to close or keep"))
    if FACTS[rule].of_case:
        more += [("not_mine", "Not mine"), ("open", "Open the case")]
    options = [option(ButtonState(id=line.ref, step=step).pack(), label) for step, label in more]
    menu = [OverflowMenuElement(action_id="reminder.more", options=options)] if options else []
    return ActionsBlock(block_id=f"reminder.{place}", elements=[*row, *menu])


def _together(lines: Sequence[Reminded]) -> list[Reminded]:
    """What is asked of the same assessment for the parents and for the child is one line: they are shared in one form."""
    seen: dict[tuple[object, ...], Reminded] = {}
    for line in lines:
        asked = line.asked
        key = (line.ref, asked.rule, asked.of, line.over) if asked.rule == Rule.SHARING else (line.ref, asked.rule, asked.subject)
        known = seen.get(key)
        if known is None:
            seen[key] = line
        elif known.asked.about != asked.about:
            seen[key] = replace(line, asked=asked.model_copy(update={"about": None}))
    return list(seen.values())


def _group(line: Reminded, today: date) -> str:
    over, this_week, coming, undated = _GROUPS
    due = line.asked.due
    if due is None:
        return undated
    if due < today:
        return over
    return this_week if due <= today + timedelta(days=6 - today.weekday()) else coming


_GROUPS = ("Overdue", "This week", "Coming", "Without a date in the guidelines")
