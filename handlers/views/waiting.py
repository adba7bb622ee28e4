"""How what waits for a person looks: bare `/oob`, and the home tab."""

from __future__ import annotations

from datetime import date

from slack_sdk.models.blocks import Block

from bot.casework.recording import Waiting
from bot.rules.bank_holidays import bank_holidays
from bot.rules.calendar import say_date
from bot.rules.inquiry import Inquiry
from bot.rules.obligations import Standing
from handlers.payloads import Memory
from handlers.views import feedback, parts
from handlers.views.parts import Message, button, buttons, listed, section, small


def waiting(found: Waiting, today: date) -> Message:
    """What is still to be done by the person who asks: inquiries first, then feedback for ICS."""
    inquiries, outstanding = found.inquiries, found.outstanding
    total = inquiries.total + outstanding.total
    if not total:
        return Message(
            "OOB: nothing is waiting for you.",
            (
                section("Nothing is waiting for you. :tea:"),
                small("`/oob inquiry` logs an inquiry, `/oob feedback` feedback; `/oob help` says what else there is."),
            ),
        )
    blocks: list[Block] = []
    if inquiries.total:
        count = "1 inquiry waits" if inquiries.total == 1 else f"{inquiries.total:,} inquiries wait"
        blocks.append(section(f"*{count} for you* (§2)"))
        for inquiry in inquiries.inquiries:
            asked = inquiry.answer_awaited(found.versions, bank_holidays())
            due = asked.due if asked and asked.standing is Standing.OPEN else None
            blocks += _inquiry(inquiry, due, today)
        if inquiries.total > len(inquiries.inquiries):
            blocks.append(small(f"These are the oldest {len(inquiries.inquiries)}."))
    if outstanding.total:
        blocks += feedback.not_on_ics(outstanding, today)
    things = "1 thing waits" if total == 1 else f"{total:,} things wait"
    return Message(f"OOB: {things} for you.", tuple(blocks))


def _inquiry(inquiry: Inquiry, due: date | None, today: date) -> list[Block]:
    memory = Memory(id=inquiry.ref)
    expected = ""
    if due is not None:
        expected = f" · *expected since {say_date(due)}*" if due < today else f" · expected by {say_date(due)}"
    todo = parts.sentence(listed(inquiry.waits_for()))
    if inquiry.facts.missing or "answer" not in todo.lower():
        step = button("Complete it", "inquiry.open", memory, spoken=f"Complete {inquiry.ref}")
    else:
        step = button("Answer", "inquiry.answer", memory, spoken=f"Record the answer to {inquiry.ref}")
    head = f"*{inquiry.ref}* · {say_date(inquiry.facts.asked_on)}{expected}"
    return [section(f"{head}\n{todo}"), buttons(f"step.{inquiry.ref}", step)]
