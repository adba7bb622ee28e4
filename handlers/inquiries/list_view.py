"""How inquiries look that were found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from slack_sdk.models.blocks import Block, DividerBlock

from bot.domain.inquiries.inquiry import Inquiry, InquiryStatus
from bot.domain.inquiries.search import InquiryQuery
from bot.domain.people import Actor
from bot.domain.shared import authorities
from bot.domain.shared.calendar import say_date
from handlers.inquiries.messages import known_besides, next_steps
from handlers.ui import blocks as ui_blocks
from handlers.ui.blocks import Message, button, buttons, header, section, small, words_of_people
from handlers.ui.button_state import ButtonState
from storage.inquiries.inquiries import InquiryPage

_SNIPPET = 200
_TRY = "Try a borough, days such as “since 1 Nov”, a reference such as INQ-2026-0001, or a word of the note."


def page(found: InquiryPage, sought: InquiryQuery, words: str, draft_id: str, reader: Actor, now: datetime) -> Message:
    """Inquiries that were found, newest first, with buttons to turn the page and to take it away; Edit where `reader` may."""
    if not found.inquiries:
        return _nothing(sought)
    blocks: list[Block] = [header("1 inquiry" if found.total == 1 else f"{found.total:,} inquiries")]
    if words:
        asked = [f"“{ui_blocks.clip(sought.words, 60)}”"] if sought.words else []
        blocks.append(words_of_people(f"Looked for: {', '.join([*asked, *_understood(sought)])}"))
    for inquiry in found.inquiries:
        blocks += _line(inquiry, whole=found.total == 1)
    if found.total == 1:
        inquiry = found.inquiries[0]
        if inquiry.status is not InquiryStatus.VOID:
            blocks += next_steps(inquiry, now, reader.user_id, editable=inquiry.may_change(reader))
    more = []
    if found.total > len(found.inquiries):
        first = found.number * found.size + 1
        blocks.append(small(f"{first} to {first + len(found.inquiries) - 1} of {found.total:,}, newest first."))
        newer, older = ButtonState(id=draft_id, n=found.number - 1), ButtonState(id=draft_id, n=found.number + 1)
        if found.number > 0:
            more.append(button("Newer", "inquiries.newer", newer, spoken="Newer inquiries"))
        if first + len(found.inquiries) <= found.total:
            more.append(button("Older", "inquiries.older", older, spoken="Older inquiries"))
    if found.total > 1:
        more.append(button("Send me the list", "inquiries.export", ButtonState(id=draft_id), spoken="Send me the list as a file"))
        blocks.append(buttons("turn", *more))
    return Message(f"OOB: {found.total:,} found.", tuple(blocks))


def nothing_near(sought: InquiryQuery, near: Sequence[tuple[str, str]]) -> Message:
    """Nothing was found, and the authorities whose names look like what was typed: name, and the search that finds it."""
    found = _nothing(sought)
    ask = section(f"Did you mean {' or '.join(f'*{name}*' for name, _ in near)}?")
    rows = [
        buttons(f"near.{number}", button(name, "inquiries.newer", ButtonState(id=draft_id), spoken=f"Find inquiries of {name}"))
        for number, (name, draft_id) in enumerate(near)
    ]
    return Message(found.text, (*found.blocks, ask, *rows))


def _nothing(sought: InquiryQuery) -> Message:
    """Nothing was found, and what else to try."""
    if sought.ref:
        return Message.plain(f"There is no inquiry {sought.ref} that you can see.")
    about = ", ".join(_understood(sought))
    return Message.plain(f"No inquiry was found{f': {about}' if about else ''}. {_TRY}")


def on_its_way(found: InquiryPage) -> Message:
    """The list goes to the searcher as a file."""
    listed = len(found.inquiries)
    which = f"{listed:,}" if listed == found.total else f"the newest {listed:,} of {found.total:,}"
    return Message.plain(
        f"The list of {which} comes to you in our direct messages as a file. It holds references, dates and codes, no notes; "
        "please keep it where your team keeps such lists, and then delete it from Slack."
    )


def _understood(sought: InquiryQuery) -> list[str]:
    """What was understood beside words: a reference, an authority, days; in words of ours."""
    place = authorities.name_of(sought.authority) if sought.authority else ""
    by = f"logged by <@{sought.logged_by}>" if sought.logged_by else ""
    return [part for part in (sought.ref, sought.ics_ref and f"ICS {sought.ics_ref}", place, by, sought.days) if part]


def _line(inquiry: Inquiry, *, whole: bool) -> list[Block]:
    facts = inquiry.facts
    who = facts.asked_by_role.words if facts.asked_by_role else "asker not given"
    state = facts.result.words
    if inquiry.status is InquiryStatus.VOID:
        state = "void" if inquiry.void_reason or inquiry.text_purged_on else "taken back"
    elif inquiry.status is InquiryStatus.CLOSED:
        state += " · closed"
    lock = " :lock:" if inquiry.is_restricted else ""
    head = f"*{inquiry.ref}*{lock} · {say_date(facts.asked_on)} · *{authorities.name_of(facts.authority_asked)}*"
    blocks: list[Block] = [
        DividerBlock(),
        section(f"{head}\n{ui_blocks.sentence(who)} · {state} · logged by <@{inquiry.logged_by}>"),
    ]
    limit = ui_blocks.SECTION_LIMIT if whole else _SNIPPET
    if facts.note:
        blocks.append(words_of_people(facts.note, limit))
    if facts.directory_ref:
        blocks.append(words_of_people(f"Shared Directory: {facts.directory_ref}", limit))
    if whole and facts.signposted_to:
        blocks.append(words_of_people(f"Signposted to: {facts.signposted_to}"))
    if whole and inquiry.void_reason:
        blocks.append(words_of_people(f"Void because: {inquiry.void_reason}"))
    if whole and (more := known_besides(inquiry)):
        blocks.append(small(" · ".join(more)))
    return blocks
