"""How reports and an audit's sample look: a paragraph a table, its rows as lines."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from bot.documents.layout.tables import Report, Table
from bot.domain.audits.sampling import week_named, week_said
from bot.domain.shared.calendar import say_date
from bot.services.audits.sampling import Sample
from handlers.ui.blocks import Message, button, buttons, header, paragraphs, section, small
from handlers.ui.button_state import ButtonState

_ROWS = 25


def report(found: Report, draft: str) -> Message:
    """A report; `draft` is what its file is asked for with."""
    blocks: list[Block] = [header(found.title), section(found.period)]
    for table in found.tables:
        shown = [_row(table, row) for row in table.rows[:_ROWS]]
        more = [f"and {len(table.rows) - _ROWS:,} more"] if len(table.rows) > _ROWS else []
        blocks.append(section("\n".join([f"*{table.title}*", *shown, *more])))
        if table.note:
            blocks.append(small(table.note))
    file = button(
        "As files with charts", "report.file", ButtonState(id=draft), spoken=f"{found.title} as files, by direct message"
    )
    return Message(f"OOB: {found.title.lower()}", (*blocks, buttons("report", file)))


def file_comes(title: str) -> Message:
    """The files are on their way."""
    return Message.plain(f"{title}: a PDF and a .docx come to you by direct message.")


def sample(drawn: Sample) -> Message:
    """The frame of a week and the sample drawn of it (A3, A5, A6)."""
    frame = drawn.frame
    since = f" Referrals are on file since {say_date(frame.since)}." if frame.since else ""
    monday, _ = week_named(frame.week)
    drawn_as = "a census: all of them" if drawn.is_census else f"{len(drawn.refs)} of {len(frame.refs)}"
    facts = [
        f"Referrals received from Monday to Sunday: *{frame.received:,}*",
        f"Weekly mean: *{frame.mean_said}*; this week {frame.against_mean}.{since}",
        f"In the frame: *{len(frame.refs):,}*; of restricted cases: {frame.restricted:,}; taken back: {frame.taken_back:,}",
        f"Sample: *{drawn_as}*, seed `{drawn.seed}`",
        f"SHA-256 of the frame: `{frame.sha256}`",
    ]
    lines = [f"{place}. {ref}" for place, ref in enumerate(drawn.refs, 1)]
    return Message(
        f"OOB: the sample of {frame.week}",
        (
            header(f"Audit of new referrals, {week_said(monday)}"),
            section("\n".join(facts)),
            *(paragraphs(lines, 30) if lines else [section("No referral was received in that week.")]),
            small(
                "From the bot, not the record. Anybody can draw it again: references in the order of SHA-256 of `seed|reference` "
                "(docs/guide/audit.md)."
            ),
        ),
    )


def _row(table: Table, row: Sequence[str]) -> str:
    label, *numbers = (f"<@{row[0]}>", *row[1:]) if table.of_staff else row
    if table.counts > 1:  # otherwise nobody could tell them apart
        told = [f"{name.lower()} {number}" for name, number in zip(table.columns[1:], numbers, strict=True) if number]
        return f"• {label}: {', '.join(told)}"
    return f"• {label}: {' · '.join(number for number in numbers if number)}" if any(numbers) else f"• {label}"
