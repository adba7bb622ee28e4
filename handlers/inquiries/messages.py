"""How an inquiry looks after something was done with it."""

from __future__ import annotations

from datetime import datetime

from slack_sdk.models.blocks import Block

from bot.domain.inquiries.inquiry import SECTION, Inquiry, InquiryStatus, Outcome, Result
from bot.domain.people import Actor
from bot.domain.shared import authorities, privacy
from bot.domain.shared.calendar import say_date
from bot.services.inquiries.lifecycle import Logged
from handlers.ui.blocks import Message, button, buttons, listed, section, sentence, small
from handlers.ui.button_state import ButtonState
from handlers.ui.readings import choices

_SHOWN_BEFORE = 3


def logged(done: Logged, now: datetime, *, from_words: bool = False, files_itself: bool = False) -> Message:
    """What was recorded, what is missing, what was asked before, and the section of the guidelines that says so.

    `files_itself`: the bot writes the shared Directory's entry (OOB_SHARED_DIRECTORY), so nobody is asked to.
    """
    inquiry = done.inquiry
    lines = _facts(inquiry, files_itself=files_itself)
    if from_words and (done.line is not None or inquiry.facts.asked_by_role or inquiry.facts.authority_asked):
        lines += _not_understood(done)
    if inquiry.facts.missing:
        lines.append(f":pencil2: Still missing: *{listed(inquiry.facts.missing)}*. Press Edit to add it.")
    elif inquiry.facts.result is Result.AWAITING:
        by = f" It is expected by *{say_date(done.answer_due)}*." if done.answer_due else ""
        lines.append(f"It stays under `/oob` until there is an answer.{by}")
    blocks: list[Block] = [section(f"*{inquiry.ref}* is logged.")]
    if done.ring_duty:
        blocks.append(section(":rotating_light: Please ring your duty manager now; a manager has been told."))
    if done.before:
        blocks.append(section("\n".join(_asked_before(done))))
    blocks.append(section("\n".join(lines)))
    if privacy.name_like(inquiry.facts.note):
        blocks.append(section(":warning: The text may hold a name. If it does, press Undo and log it again without."))
    if (read := done.line) is not None:
        blocks += choices(
            "inquiry.read_as", inquiry.ref, inquiry.version, days=read.offered, places=read.places, urgent=read.doubtful
        )
    blocks += next_steps(inquiry, now, inquiry.logged_by, editable=True)
    blocks.append(small(f"{SECTION} of the guidelines: an inquiry is not a referral. Nothing here replaces ICS."))
    return Message(f"OOB: {inquiry.ref} is logged.", tuple(blocks))


def _not_understood(done: Logged) -> list[str]:
    """What was read from the words, and what was not."""
    read = done.line
    lines = ["I read that from your words; please check it."]
    if read is None:
        return lines
    if read.problem:
        lines.append(f":warning: {read.problem} I noted today.")
    if read.places:
        lines.append(f"You named {listed([authorities.name_of(code) for code in read.places])}. Which one was asked?")
    if read.doubtful:
        lines.append("I was not sure whether it is urgent, and noted that it is not.")
    if read.offered:
        lines.append(f"I also saw {listed([say_date(day) for day in read.offered])}, and did not use it.")
    return lines


def changed(inquiry: Inquiry, now: datetime, reader: Actor, *, files_itself: bool = False) -> Message:
    """An inquiry after it was edited or answered."""
    lines = _facts(inquiry, files_itself=files_itself)
    if inquiry.facts.missing:
        lines.append(f":pencil2: Still missing: *{listed(inquiry.facts.missing)}*.")
    steps = next_steps(inquiry, now, reader.user_id, editable=inquiry.may_change(reader))
    blocks = (section(f"*{inquiry.ref}* is saved."), section("\n".join(lines)), *steps)
    return Message(f"OOB: {inquiry.ref} is saved.", blocks)


def answered_by(ref: str, user_id: str) -> Message:
    """The letter to an author when a colleague recorded the answer."""
    close = button("Close", "inquiry.close", ButtonState(id=ref), spoken=f"Close {ref}")
    words = (
        f"<@{user_id}> has recorded the answer to *{ref}*. `/oob inquiries {ref}` shows it; if nothing is left to do, close it."
    )
    return Message(f"OOB: {ref} has an answer.", (section(words), buttons("steps", close)))


def closed(inquiry: Inquiry) -> Message:
    """An inquiry on which nothing is left to do."""
    return Message.plain(
        f"*{inquiry.ref}* is closed: {inquiry.facts.result.words}. `/oob inquiries {inquiry.ref}` finds it; Edit opens it again. "
        f"If it was recorded on ICS, `/oob recorded {inquiry.ref}` lets me erase its text."
    )


def voided(inquiry: Inquiry) -> Message:
    """An inquiry that a manager voided."""
    return Message.plain(f"*{inquiry.ref}* is void: it counts nowhere and stays on file with your reason.")


def undone(ref: str) -> Message:
    """An entry that was taken back."""
    return Message.plain(f"*{ref}* was taken back: its text is erased and it counts nowhere. The number is not used again.")


def said_before(ref: str) -> Message:
    """The same words as a moment ago: asked about before they are logged twice."""
    again = button("Log it again", "inquiry.again", ButtonState(id=ref), spoken=f"Log the same words again, beside {ref}")
    return Message(
        f"OOB: you logged this a moment ago as {ref}.",
        (
            section(f"You logged exactly this less than a minute ago, as *{ref}*. It was not logged a second time."),
            buttons("again", again),
        ),
    )


def next_steps(inquiry: Inquiry, now: datetime, reader_id: str, *, editable: bool) -> list[Block]:
    """At most three buttons: what is next, Edit, and Undo while it works; nothing when the reader may do none of it."""
    memory = ButtonState(id=inquiry.ref)
    row = []
    if inquiry.status is InquiryStatus.AWAITING:
        row.append(button("Answer", "inquiry.answer", memory, spoken=f"Record the answer to {inquiry.ref}"))
    elif inquiry.status is InquiryStatus.ANSWERED and not inquiry.waits_for() and editable:
        row.append(button("Close", "inquiry.close", memory, spoken=f"Close {inquiry.ref}"))
    if editable:
        row.append(button("Edit", "inquiry.open", memory, spoken=f"Edit {inquiry.ref}"))
    if inquiry.may_undo(reader_id, now):
        row.append(button("Undo", "inquiry.undo", memory, spoken=f"Take back {inquiry.ref}"))
    return [buttons("steps", *row)] if row else []


def _asked_before(done: Logged) -> list[str]:
    """The earlier inquiries about the same family, in a line each."""
    lines = [":mag: *Asked before:*"]
    for earlier in done.before[:_SHOWN_BEFORE]:
        facts = earlier.facts
        answer = f"{facts.result.words} ({authorities.name_of(facts.authority_asked)})"
        lines.append(f"• *{earlier.ref}*, {say_date(facts.asked_on)}, by <@{earlier.logged_by}>: {answer}")
    if len(done.before) > _SHOWN_BEFORE:
        lines.append(f"and {len(done.before) - _SHOWN_BEFORE} more")
    return lines


def _facts(inquiry: Inquiry, *, files_itself: bool) -> list[str]:
    facts = inquiry.facts
    who = facts.asked_by_role.words if facts.asked_by_role else "not given"
    lines = [f"Asked on *{say_date(facts.asked_on)}* by: {who}{' · *urgent*' if facts.urgent else ''}"]
    asked, home = authorities.name_of(facts.authority_asked), authorities.name_of(facts.home_authority)
    same = facts.home_authority is not None and facts.home_authority == facts.authority_asked
    lines.append(f"Authority asked: *{asked}*" + (" (also the home authority)" if same else f" · home authority: *{home}*"))
    answered = f" · {say_date(facts.answered_on)}" if facts.answered_on else ""
    outcome = f" · {facts.outcome.words}" if facts.outcome is not Outcome.NONE else ""
    lines.append(f"Answer: {facts.result.words}{answered}{outcome}")
    if besides := known_besides(inquiry):
        lines.append(sentence(" · ".join(besides)))
    if facts.store_in_directory:
        lines.append(f"Shared Directory: {_directory(inquiry, files_itself=files_itself)}")
    if facts.restricted:
        lines.append(":lock: Restricted: seen by its author, managers and administrators only")
    return lines


def known_besides(inquiry: Inquiry) -> list[str]:
    """What is not asked at the beginning and may be known by now, in words."""
    facts = inquiry.facts
    known = (
        (facts.ics_ref, f"ICS {facts.ics_ref}"),
        (facts.age_years is not None, f"aged {facts.age_years}"),
        (facts.threshold_level, f"level of need {facts.threshold_level}"),
        (inquiry.ics_recorded_on, f"on ICS since {say_date(inquiry.ics_recorded_on or facts.asked_on)}"),
        (inquiry.text_purged_on, "its text was erased"),
    )
    return [words for there, words in known if there]


def _directory(inquiry: Inquiry, *, files_itself: bool) -> str:
    """Where the entry in the shared Directory is, or what is asked of the reader (G12)."""
    if inquiry.facts.directory_ref:
        return "folder noted"
    if files_itself and inquiry.is_restricted:
        return "restricted, so I do not file it there; please note a folder with Edit"
    if inquiry.filed_at is not None:
        return "filed"
    return "I file the entry there" if files_itself else "please store it there and note the folder with Edit"
