"""How help looks."""

from __future__ import annotations

from slack_sdk.models.blocks import Block

from bot.domain.people import Role
from handlers.core import commands
from handlers.ui.blocks import Message, button, buttons, header, paragraphs, section, small
from handlers.ui.button_state import ButtonState


def overview(roles: frozenset[Role]) -> Message:
    """Every verb that the reader may use."""
    mine = [verb for verb in commands.VERBS if verb.roles & roles]
    blocks: list[Block] = [
        header("OOB: recording of out of borough work"),
        section(
            "I keep the clocks of inquiries, referrals and cases, and show what is still to be done. The record itself is ICS."
        ),
    ]
    for group in dict.fromkeys(verb.group for verb in mine):
        lines = [f"`{verb.example or verb.usage}`\n{verb.summary}" for verb in mine if verb.group == group]
        blocks += [section(f"*{group}*"), *paragraphs(lines, 4)]
    blocks += [
        section(
            "*On a case's card* the nearest two steps are buttons; *More…* has the others: details, correct, the timeline, and "
            "for managers give to somebody else, waive, change the route, agree not to share, take a referral back."
        ),
        small(
            "`/oob help contact` says more about one of them; `/oob help privacy` says what not to type. Commands do not work in "
            "threads; “Log as OOB inquiry” in a message's menu does."
        ),
    ]
    return Message("OOB: help", tuple(blocks))


def verb(about: commands.Verb) -> Message:
    """One verb."""
    also = f"\nAlso: {', '.join(f'`{alias}`' for alias in about.aliases)}" if about.aliases else ""
    cited = f" ({about.section} of the guidelines)" if about.section else ""
    example = f"\nFor example: `{about.example}`" if about.example else ""
    return Message(f"OOB: help on {about.name}", (section(f"`{about.usage}`\n{about.summary}{cited}{example}{also}"),))


def privacy() -> Message:
    """What may not be typed, and what happens to what is."""
    lines = (
        (
            "*Do not type* names of children or families, dates of birth, addresses, postcodes, telephone numbers, "
            "e-mail addresses or NHS numbers. I refuse those I recognise; I cannot recognise names."
        ),
        "Use the ICS reference. What you type is encrypted; who reads it is logged; it is not kept longer than it is needed.",
        "Answers to commands are seen by you alone. Please switch off message previews on your lock screen.",
        "Slack messages can be asked for under freedom of information and data protection law. The record is ICS.",
    )
    return Message("OOB: privacy", tuple(section(line) for line in lines))


def unknown(nearest: commands.Verb | None, draft_id: str | None) -> Message:
    """A word that is no verb."""
    if nearest is None:
        return Message.plain("I do not know that command. `/oob help` lists what I can do. Nothing was saved.")
    sentence = f"I do not know that command. Did you mean `/oob {nearest.name}`? Nothing was saved yet."
    if draft_id is None:
        return Message.plain(sentence)
    press = button(
        f"Yes: {nearest.name}", "suggestion.use", ButtonState(id=draft_id), spoken=f"Yes, do {nearest.name} with my words"
    )
    return Message(sentence, (section(sentence), buttons("suggestion", press)))
