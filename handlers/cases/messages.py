"""What is said about a case besides its card: why something is asked, which case is meant, what was not done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from slack_sdk.models.blocks import ActionsBlock, Block, PlainTextObject, StaticSelectElement

from bot.domain.inquiries.inquiry import no_activity
from bot.domain.obligations.guidelines import SENTENCES
from bot.domain.shared.calendar import say_date
from bot.domain.shared.obligation import Obligation
from bot.domain.shared.rule import Rule
from bot.services.cases.view import CaseView
from handlers.ui.blocks import (
    MESSAGE_BLOCKS,
    Message,
    button,
    buttons,
    option,
    section,
    sentence,
    small,
)
from handlers.ui.button_state import ButtonState
from handlers.ui.obligations import PROMPTS, WHY, what, when


def why(look: CaseView) -> Message:
    """Each thing that is asked: the rule, the dates, and the sentence of the guidelines behind it."""
    blocks: list[Block] = [section(f"*Why {look.case.ref} is asked about*")]
    for each in look.open:
        dates = f"It counts since {say_date(each.since)}; {when(each, look.today)}."
        blocks.append(section(f"*{sentence(what(each))}*\n{dates}\n{SENTENCES[each.rule].because}"))
    blocks += [section(f"*{sentence(PROMPTS[prompt])}*\n{SENTENCES[prompt].because}") for prompt in look.prompts]
    if look.why:
        reasons = "; ".join(WHY[each] for each in look.why)
        blocks.append(section(f"*Open or close?* It awaits a decision because {reasons}.\n{SENTENCES[Rule.DECISION].because}"))
    if look.drifts:
        blocks.append(
            section(
                f"*It drifts*: nothing was recorded for a while, and something is past its date.\n{SENTENCES[Rule.DRIFT].because}"
            )
        )
    if len(blocks) == 1:
        blocks.append(section("Nothing is asked of it now."))
    blocks = blocks[: MESSAGE_BLOCKS - 1]
    return Message(
        f"OOB: why {look.case.ref} is asked about", (*blocks, small("`/oob rules` shows every rule with its setting."))
    )


def which_case(refs: Sequence[str], step: str) -> Message:
    """A command that named no case."""
    if not refs:
        return Message.plain(
            "Please say which case, such as OOB-2026-0001 or its ICS reference; you hold none. Nothing was done."
        )
    options = [option(ButtonState(id=ref, step=step).pack(), ref) for ref in refs]
    menu = StaticSelectElement(placeholder=PlainTextObject(text="Which case?"), action_id="case.more", options=options)
    words = "Which case? You hold these; any other is named behind the command, such as OOB-2026-0001."
    return Message("OOB: which case?", (section(words), ActionsBlock(block_id="which_case", elements=[menu])))


def why_entry(ref: str, asked: Sequence[Obligation], today: date) -> Message:
    """The same about an inquiry."""
    blocks: list[Block] = [section(f"*Why {ref} is asked about*")]
    for each in asked:
        dates = f"It counts since {say_date(each.since)}; {when(each, today)}."
        blocks.append(section(f"*{sentence(what(each))}*\n{dates}\n{SENTENCES[each.rule].because}"))
    nothing = [section("Nothing is asked of it now.")] if not asked else []
    return Message(f"OOB: why {ref} is asked about", tuple([*blocks, *nothing][:MESSAGE_BLOCKS]))


def open_already(look: CaseView) -> Message:
    """A referral about a child whose case is open (I3): work on it is a contact."""
    since = f"*{look.case.ref}* has been open since {say_date(look.episode.opened_on)}" if look.episode else look.case.ref
    contact = button("Log a contact", "case.contact", ButtonState(id=look.case.ref), spoken=f"Log a contact on {look.case.ref}")
    back = button("Open the case", "case.open", ButtonState(id=look.case.ref), spoken=f"Open {look.case.ref}")
    words = f"{since}: it takes no new referral. Please log a contact."
    return Message(f"OOB: {look.case.ref} is open.", (section(words), buttons("steps", contact, back)))


def said_before(ref: str) -> Message:
    """The same words as a moment ago: nothing was recorded twice."""
    again = button("Log a contact", "case.contact", ButtonState(id=ref), spoken=f"Log a contact on {ref}")
    words = f"You recorded exactly this less than a minute ago on *{ref}*. It was not recorded a second time."
    return Message(f"OOB: you recorded this a moment ago on {ref}.", (section(words), buttons("again", again)))


def convert_instead(ref: str) -> Message:
    """Work was to be logged on an inquiry (I18)."""
    convert = button("Convert to a referral", "referral.convert", ButtonState(id=ref), spoken=f"Convert {ref} to a referral")
    return Message(
        f"OOB: {ref} is an inquiry.", (section(f"{no_activity(ref).sentence} Nothing was recorded."), buttons("steps", convert))
    )


def undone(ref: str, what: str) -> Message:
    """One's own last entry on a case was taken back; `what` it was, as the audit log names it."""
    back = button("Open the case", "case.open", ButtonState(id=ref), spoken=f"Open {ref}")
    return Message(
        f"OOB: taken back, {ref}.",
        (section(f"*{ref}*: {_TAKEN_BACK.get(what, 'your last entry')} was taken back."), buttons("steps", back)),
    )


_TAKEN_BACK = {
    "contact.logged": "the contact",
    "assessment.started": "the start of the assessment",
    "chronology.completed": "the chronology",
    "copy.sent": "what you noted of the sharing and the copy",
    "sharing.shared": "what you noted of the sharing",
    "sharing.not_age_appropriate": "what you noted of the sharing",
    "sharing.exempt_requested": "your request not to share",
    "medical_file.placed": "the item for the medical file",
    "decision.proposed": "your proposal",
    "case.flagged": "what you changed in the details",
    "authorisation.asked": "your request to a manager",
}
"""What was taken back, by the action that the audit log has for it."""
