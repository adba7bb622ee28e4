"""How the rules look: each in words, and what a new version would change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from slack_sdk.models.blocks import Block

from bot.domain.obligations.guidelines import SENTENCES, said_value
from bot.domain.shared.calendar import say_date
from bot.domain.shared.ruleset import RuleSet, Version
from bot.services.admin.rule_settings import Change
from handlers.ui.blocks import Message, button, buttons, header, section, small
from handlers.ui.button_state import ButtonState
from handlers.ui.obligations import what

_SHOWN = 12


def rules(now: RuleSet) -> Message:
    """`/oob rules`: every rule with its section, its setting and the sentence behind it."""
    blocks: list[Block] = [header("What OOB asks, and why")]
    blocks += [
        section(f"*{each.name}* ({each.section})\n{each.now(now)}\n_{_plain(each.rests_on)}_") for each in SENTENCES.values()
    ]
    blocks.append(
        small("`/oob why OOB-…` says what is asked of one case. An administrator sets the numbers: `/oob admin rules`.")
    )
    return Message("OOB: the rules", tuple(blocks))


def settings(versions: Sequence[Version], today: date) -> Message:
    """`/oob admin rules`: every setting, and the versions there were and will be."""
    current = max(
        (each for each in versions if each.effective_from <= today), key=lambda each: (each.effective_from, each.number)
    )
    lines = [f"`{name}` {said_value(value)}" for name, value in current.rules]
    dated = [f"• version {each.number}, {_since(each)}" for each in versions]
    half = (len(lines) + 1) // 2
    return Message(
        "OOB: settings of the rules",
        (
            section("*Settings of the rules*"),
            section("\n".join(lines[:half])),
            section("\n".join(lines[half:])),
            section("*Versions*\n" + "\n".join(dated[-_SHOWN:])),
            small(
                "`/oob admin rules threshold_months 4 from 1 Feb 2027` shows first what it would change. 0 switches a prompt off."
            ),
        ),
    )


def preview(change: Change, draft_id: str) -> Message:
    """What a new version would change, before it is set."""
    lines = [
        f"`{change.name}`: {said_value(change.before)} → *{said_value(change.after)}*, from *{say_date(change.effective_from)}*"
    ]
    lines.append("Clocks that began before that day are not touched (§1): what was decided is not rewritten.")
    changed = [f"• *{ref}* {what(asked)}: {_day(before)} → {_day(asked.due)}" for ref, asked, before in change.moved]
    changed += [f"• *{ref}* {what(asked)}: asked from now on, {_day(asked.due)}" for ref, asked in change.begun]
    changed += [f"• *{ref}* {what(asked)}: not asked any more" for ref, asked in change.ended]
    count = f"{len(changed):,} thing{'s' if len(changed) != 1 else ''} asked today would change"
    more = f"\nand {len(changed) - _SHOWN:,} more" if len(changed) > _SHOWN else ""
    lines.append(count + (":\n" + "\n".join(changed[:_SHOWN]) + more if changed else "."))
    if change.ending:
        lines.append(
            f"{change.ending:,} open cases are one-off or short-term work; the weekly digest lists them four weeks before."
        )
    press = button("Set it", "rules.set", ButtonState(id=draft_id), style="primary", spoken=f"Set {change.name}")
    return Message("OOB: what a new setting would change", (section("\n".join(lines)), buttons("set", press)))


def was_set(version: Version, name: str) -> Message:
    """A new version was set."""
    value = said_value(getattr(version.rules, name))
    return Message.plain(f"Version {version.number} of the rules, {_since(version)}: `{name}` is {value}.")


def _since(version: Version) -> str:
    return "from the beginning" if version.effective_from == date.min else f"from {say_date(version.effective_from)}"


def _day(day: date | None) -> str:
    return say_date(day) if day else "no date"


def _plain(words: str) -> str:
    """Without what Slack would read as the end of italics."""
    return words.replace("_", " ")
