"""How "recorded on ICS" looks: the form for one or several at once, with text to copy, and what was noted."""

from __future__ import annotations

from slack_sdk.models.blocks import Block, CheckboxesElement
from slack_sdk.models.views import View

from bot.domain.shared.calendar import say_date
from bot.services.feedback.recording import Noted, Outstanding
from handlers.feedback.views import for_ics
from handlers.ui.blocks import Message, copyable, field, listed, modal, option, section
from handlers.ui.button_state import ButtonState


def form(shown: Outstanding, ticked: str) -> View:
    """The modal: each entry's text to copy, and boxes for those that stand on ICS now."""
    blocks: list[Block] = [section("Copy each text into ICS, then tick what is there.")]
    options = []
    for entry in shown.feedback:
        blocks += copyable("\n".join(for_ics(entry)))
        label = f"{entry.ref} · {entry.facts.about} · {say_date(entry.facts.given_on)}"
        options.append(option(entry.ref, label))
    chosen = [choice for choice in options if choice.value == ticked]
    boxes = CheckboxesElement(action_id="value", options=options, initial_options=chosen or None)
    blocks.append(field("refs", "On ICS now", boxes))
    return modal(
        callback_id="recording.mark", memory=ButtonState(), title="Recorded on ICS", submit="They are on ICS", blocks=blocks
    )


def noted(done: Noted) -> Message:
    """What was noted, and what happens to its text."""
    now, before, lines = done.now, done.before, []
    if now:
        are = "is" if len(now) == 1 else "are"
        lines.append(f":white_check_mark: {listed([f'*{ref}*' for ref in now])} {are} noted as recorded on ICS.")
        days = done.settings.text_kept_days
        when = {0: "within the hour", 1: "tomorrow"}.get(days, f"{days} days from now")
        lines.append(
            f"What you typed is erased {when}, unless a legal hold is on it. References, dates, codes and the role stay."
        )
    if before:
        lines.append(f"{listed(list(before))}: noted before; nothing was changed.")
    return Message("OOB: noted.", (section("\n".join(lines)),))
