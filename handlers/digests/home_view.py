"""How what waits for a person looks: bare `/oob`, and the home tab."""

from __future__ import annotations

from datetime import date

from slack_sdk.models.blocks import Block

from bot.domain.inquiries.inquiry import Inquiry
from bot.domain.shared.bank_holidays import bank_holidays
from bot.domain.shared.calendar import say_date
from bot.domain.shared.obligation import ObligationStatus
from bot.services.digests.home import Mine
from handlers.audits import finding_views, views
from handlers.cases import card_view
from handlers.feedback import views as feedback_views
from handlers.reminders import due_view as lists
from handlers.ui import blocks as ui_blocks
from handlers.ui import lists as ui_lists
from handlers.ui.blocks import Message, button, buttons, listed, section, small, unique
from handlers.ui.button_state import ButtonState

_ASKED = 5


def waiting(found: Mine, today: date) -> Message:
    """What is still to be done by the person who asks, then the cases they hold, then a manager's team."""
    inquiries, outstanding = found.inquiries, found.outstanding
    total = inquiries.total + outstanding.total + len(found.asked) + len(found.exempt) + len(found.findings)
    beside = _beside(found, today)
    if not total:
        hint = small("`/oob inquiry` logs a question, `/oob refer` a referral, `/oob contact` a visit; `/oob help` says more.")
        over = sum(each.next is not None and each.next.state(today) == "over" for each in found.held)
        if over:
            cases = "1 of your cases has" if over == 1 else f"{over} of your cases have"
            said = f"{cases} something overdue. `/oob due` lists it."
            return Message("OOB: something is overdue.", (section(said), *beside, hint))
        return Message("OOB: nothing is waiting for you.", (section("Nothing is waiting for you. :tea:"), *beside, hint))
    blocks: list[Block] = [block for ref, asked in found.asked[:_ASKED] for block in card_view.authorisation(ref, asked)]
    if len(found.asked) > _ASKED:
        blocks.append(small(f"and {len(found.asked) - _ASKED:,} more that wait for your word: open their cases."))
        blocks += ui_lists.open_one(ref for ref, _ in found.asked[_ASKED:])
    if found.exempt:
        blocks.append(section(f"You are asked to agree that an assessment is not shared (§3): *{listed(list(found.exempt))}*"))
        blocks += ui_lists.open_one(found.exempt)
    blocks += finding_views.waiting(found.findings, today)
    if inquiries.total:
        count = "1 inquiry waits" if inquiries.total == 1 else f"{inquiries.total:,} inquiries wait"
        blocks.append(section(f"*{count} for you* (§2)"))
        for inquiry in inquiries.inquiries:
            asked = inquiry.answer_awaited(found.versions, bank_holidays())
            due = asked.due if asked and asked.standing is ObligationStatus.OPEN else None
            blocks += _inquiry(inquiry, due, today)
        if inquiries.total > len(inquiries.inquiries):
            blocks.append(small(f"These are the oldest {len(inquiries.inquiries)}."))
    if outstanding.total:
        blocks += feedback_views.not_on_ics(outstanding, today)
    things = "1 thing waits" if total == 1 else f"{total:,} things wait"
    return Message(f"OOB: {things} for you.", tuple(unique([*blocks, *beside])))


def _beside(found: Mine, today: date) -> list[Block]:
    """The cases that somebody holds, and whom they lead."""
    mine = lists.held(found.held, found.holds, today) if found.held else []
    mine += lists.next_supervision(found.next) if found.next is not None else []
    mine += views.under_way(found.audits)
    return [*mine, *(lists.team(found.team) if found.team else [])]


def _inquiry(inquiry: Inquiry, due: date | None, today: date) -> list[Block]:
    memory = ButtonState(id=inquiry.ref)
    expected = ""
    if due is not None:
        expected = f" · *expected since {say_date(due)}*" if due < today else f" · expected by {say_date(due)}"
    todo = ui_blocks.sentence(listed(inquiry.waits_for()))
    if inquiry.facts.missing or "answer" not in todo.lower():
        step = button("Complete it", "inquiry.open", memory, spoken=f"Complete {inquiry.ref}")
    else:
        step = button("Answer", "inquiry.answer", memory, spoken=f"Record the answer to {inquiry.ref}")
    head = f"*{inquiry.ref}* · {say_date(inquiry.facts.asked_on)}{expected}"
    return [section(f"{head}\n{todo}"), buttons(f"step.{inquiry.ref}", step)]
