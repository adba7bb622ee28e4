"""How inquiries look: the confirmation, a line and a page of them, and what is waiting."""

from __future__ import annotations

from datetime import datetime

from slack_sdk.models.blocks import Block, DividerBlock

from bot.rules import authorities, privacy
from bot.rules.calendar import say_date
from bot.rules.inquiry import SECTION, Inquiry, InquiryFacts, Outcome, Result, Status
from bot.rules.people import Actor
from handlers.payloads import Memory
from handlers.views import parts
from handlers.views.parts import Message, button, buttons, header, listed, section, small, words_of_people
from storage.inquiries import Page

_SNIPPET = 200


def logged(inquiry: Inquiry, now: datetime, *, from_words: bool = False) -> Message:
    """What was recorded, what is missing, and the section of the guidelines that says so."""
    lines = _facts(inquiry.facts)
    if from_words and (inquiry.facts.asked_by_role or inquiry.facts.authority_asked):
        lines.append("I read that from your words; please check it.")
    if inquiry.facts.missing:
        lines.append(f":pencil2: Still missing: *{listed(inquiry.facts.missing)}*. Press Edit to add it.")
    elif inquiry.facts.result is Result.AWAITING:
        lines.append("It stays under `/oob` until there is an answer.")
    blocks: list[Block] = [section(f"*{inquiry.ref}* is logged."), section("\n".join(lines))]
    if privacy.name_like(inquiry.facts.note):
        blocks.append(section(":warning: The text may hold a name. If it does, press Undo and log it again without."))
    blocks += _next_steps(inquiry, now, inquiry.logged_by, editable=True)
    blocks.append(small(f"{SECTION} of the guidelines: an inquiry is not a referral. Nothing here replaces ICS."))
    return Message(f"OOB: {inquiry.ref} is logged.", tuple(blocks))


def changed(inquiry: Inquiry, now: datetime, reader: Actor) -> Message:
    """An inquiry after it was edited or answered."""
    lines = _facts(inquiry.facts)
    if inquiry.facts.missing:
        lines.append(f":pencil2: Still missing: *{listed(inquiry.facts.missing)}*.")
    steps = _next_steps(inquiry, now, reader.user_id, editable=inquiry.may_change(reader))
    blocks = (section(f"*{inquiry.ref}* is saved."), section("\n".join(lines)), *steps)
    return Message(f"OOB: {inquiry.ref} is saved.", blocks)


def closed(inquiry: Inquiry) -> Message:
    """An inquiry on which nothing is left to do."""
    return Message.plain(
        f"*{inquiry.ref}* is closed: {inquiry.facts.result.words}. Edit opens it again; `/oob inquiries` finds it."
    )


def voided(inquiry: Inquiry) -> Message:
    """An inquiry that a manager voided."""
    return Message.plain(f"*{inquiry.ref}* is void: it counts nowhere and stays on file with your reason.")


def undone(inquiry: Inquiry) -> Message:
    """An inquiry that was taken back."""
    return Message.plain(
        f"*{inquiry.ref}* was taken back: its text is erased and it counts nowhere. The number is not used again."
    )


def said_before(ref: str) -> Message:
    """The same words as a moment ago: asked about before they are logged twice."""
    again = button("Log it again", "inquiry.again", Memory(id=ref), spoken=f"Log the same words again, beside {ref}")
    return Message(
        f"OOB: you logged this a moment ago as {ref}.",
        (
            section(f"You logged exactly this less than a minute ago, as *{ref}*. It was not logged a second time."),
            buttons("again", again),
        ),
    )


def page(found: Page, words: str, draft_id: str | None, reader: Actor) -> Message:
    """Inquiries that were found, newest first, with buttons to turn the page; Edit only where `reader` may."""
    if not found.inquiries:
        return Message.plain("No inquiry was found. Try a borough, a reference such as INQ-2026-0001, or a word of the note.")
    about = f" for “{parts.clip(words, 60)}”" if words else ""
    blocks: list[Block] = [header("1 inquiry" if found.total == 1 else f"{found.total:,} inquiries")]
    if about:
        blocks.append(words_of_people(f"Found{about}."))
    for inquiry in found.inquiries:
        blocks += _line(inquiry, whole=found.total == 1, editable=found.total == 1 and inquiry.may_change(reader))
    first = found.number * found.size + 1
    if draft_id is not None:
        blocks.append(small(f"{first} to {first + len(found.inquiries) - 1} of {found.total:,}, newest first."))
        turns = []
        if found.number > 0:
            turns.append(button("Newer", "inquiries.newer", Memory(id=draft_id, n=found.number - 1), spoken="Newer inquiries"))
        if first + len(found.inquiries) <= found.total:
            turns.append(button("Older", "inquiries.older", Memory(id=draft_id, n=found.number + 1), spoken="Older inquiries"))
        blocks.append(buttons("turn", *turns))
    return Message(f"OOB: {found.total:,} found.", tuple(blocks))


def waiting(found: Page) -> Message:
    """What is still to be done by the person who asks."""
    if not found.total:
        return Message(
            "OOB: nothing is waiting for you.",
            (
                section("Nothing is waiting for you. :tea:"),
                small("`/oob inquiry` logs an inquiry, `/oob help` says what else there is."),
            ),
        )
    count = "1 inquiry waits" if found.total == 1 else f"{found.total:,} inquiries wait"
    blocks: list[Block] = [section(f"*{count} for you* (§2)")]
    for inquiry in found.inquiries:
        blocks.append(
            section(f"*{inquiry.ref}* · {say_date(inquiry.facts.asked_on)}\n{parts.sentence(listed(inquiry.waits_for()))}")
        )
        memory = Memory(id=inquiry.ref)
        if inquiry.facts.missing:
            step = button("Complete it", "inquiry.open", memory, spoken=f"Complete {inquiry.ref}")
        else:
            step = button("Answer", "inquiry.answer", memory, spoken=f"Record the answer to {inquiry.ref}")
        blocks.append(buttons(f"step.{inquiry.ref}", step))
    if found.total > len(found.inquiries):
        blocks.append(small(f"These are the oldest {len(found.inquiries)}."))
    return Message(f"OOB: {count} for you.", tuple(blocks))


def _next_steps(inquiry: Inquiry, now: datetime, reader_id: str, *, editable: bool) -> list[Block]:
    """At most three buttons: what is next, Edit, and Undo while it works; nothing when the reader may do none of it."""
    memory = Memory(id=inquiry.ref)
    row = []
    if inquiry.status is Status.AWAITING:
        row.append(button("Answer", "inquiry.answer", memory, spoken=f"Record the answer to {inquiry.ref}"))
    elif inquiry.status is Status.ANSWERED and not inquiry.waits_for() and editable:
        row.append(button("Close", "inquiry.close", memory, spoken=f"Close {inquiry.ref}"))
    if editable:
        row.append(button("Edit", "inquiry.open", memory, spoken=f"Edit {inquiry.ref}"))
    if inquiry.may_undo(reader_id, now):
        row.append(button("Undo", "inquiry.undo", memory, spoken=f"Take back {inquiry.ref}"))
    return [buttons("steps", *row)] if row else []


def _facts(facts: InquiryFacts) -> list[str]:
    who = facts.asked_by_role.words if facts.asked_by_role else "not given"
    lines = [f"Asked on *{say_date(facts.asked_on)}* by: {who}{' · *urgent*' if facts.urgent else ''}"]
    asked, home = authorities.name_of(facts.authority_asked), authorities.name_of(facts.home_authority)
    same = facts.home_authority is not None and facts.home_authority == facts.authority_asked
    lines.append(f"Authority asked: *{asked}*" + (" (also the home authority)" if same else f" · home authority: *{home}*"))
    answered = f" · {say_date(facts.answered_on)}" if facts.answered_on else ""
    outcome = f" · {facts.outcome.words}" if facts.outcome is not Outcome.NONE else ""
    lines.append(f"Answer: {facts.result.words}{answered}{outcome}")
    if facts.store_in_directory:
        lines.append("Shared Directory: " + ("folder noted" if facts.directory_ref else "to be stored"))
    return lines


def _line(inquiry: Inquiry, *, whole: bool, editable: bool) -> list[Block]:
    facts = inquiry.facts
    who = facts.asked_by_role.words if facts.asked_by_role else "asker not given"
    state = facts.result.words
    if inquiry.status is Status.VOID:
        state = "void" if inquiry.void_reason else "taken back"
    elif inquiry.status is Status.CLOSED:
        state += " · closed"
    head = f"*{inquiry.ref}* · {say_date(facts.asked_on)} · *{authorities.name_of(facts.authority_asked)}*"
    blocks: list[Block] = [DividerBlock(), section(f"{head}\n{parts.sentence(who)} · {state} · logged by <@{inquiry.logged_by}>")]
    limit = parts.SECTION_LIMIT if whole else _SNIPPET
    if facts.note:
        blocks.append(words_of_people(facts.note, limit))
    if facts.directory_ref:
        blocks.append(words_of_people(f"Shared Directory: {facts.directory_ref}", limit))
    if whole and facts.signposted_to:
        blocks.append(words_of_people(f"Signposted to: {facts.signposted_to}"))
    if whole and inquiry.void_reason:
        blocks.append(words_of_people(f"Void because: {inquiry.void_reason}"))
    if editable:
        blocks.append(buttons("steps", button("Edit", "inquiry.open", Memory(id=inquiry.ref), spoken=f"Edit {inquiry.ref}")))
    return blocks
