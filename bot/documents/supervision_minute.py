"""The minute of a supervision session for ICS: text to copy, and a .docx (§6; docs/domain.md §3.2).

It has references and no names of children. Staff are named as in Slack; the bot does not keep these names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.documents.layout.constants import printable, saved
from bot.domain.cases.codes import DecisionKind
from bot.domain.shared.calendar import say_date, say_moment
from bot.domain.shared.text import ordinal
from bot.domain.supervision.decision import CLOSURE_REASONS, FACTORS, LOCAL_REASONS
from bot.domain.supervision.minute import Agreed, Decided
from bot.services.supervision.minutes import Written

Names = Mapping[str, str]


@dataclass(frozen=True)
class Part:
    """A heading of the minute and its paragraphs, each of one or more lines."""

    title: str
    paragraphs: tuple[tuple[str, ...], ...]


def as_text(written: Written, names: Names) -> str:
    """The minute as lines to copy."""
    lines = [_title(written), *_head(written, names)]
    for part in _parts(written, names):
        lines += ["", part.title]
        for first, *more in part.paragraphs:
            lines += [first, *(f"  {line}" for line in more)]
    return "\n".join(lines)


def as_docx(written: Written, names: Names) -> bytes:
    """The same as a document."""
    from docx import Document  # noqa: PLC0415 - slow to import, and needed rarely

    document = Document()
    document.core_properties.title = _title(written)
    document.core_properties.author = "OOB"
    document.add_heading(_title(written), level=0)
    for line in _head(written, names):
        document.add_paragraph(line)
    for part in _parts(written, names):
        document.add_heading(part.title, level=1)
        for first, *more in part.paragraphs:
            paragraph = document.add_paragraph(style="List Bullet")
            paragraph.add_run(printable(first)).bold = bool(more)
            for line in more:
                paragraph.add_run().add_break()
                paragraph.add_run(printable(line))
    return saved(document)


def _title(written: Written) -> str:
    return f"Supervision {written.session.ref}, {say_date(written.session.held_on)}"


def _head(written: Written, names: Names) -> list[str]:
    session = written.session
    held = f"{session.kind.value.replace('_', ' ').capitalize()} session"
    ended = f", finalised on {say_moment(session.finalised_at)}" if session.finalised_at else ""
    who = f"Social worker: {_name(session.worker_id, names)} · manager: {_name(session.manager_id, names)}"
    return [who, f"{held}{ended}"]


def _parts(written: Written, names: Names) -> Sequence[Part]:
    minute = written.minute
    decided = [_decided(written, each, names) for each in minute.decided]
    agreed = [
        (
            f"{_case(written, each.ref)}: {_name(each.worker_id, names)}, by {say_date(each.due_on)}",
            *_said(written, each, ""),
        )
        for each in minute.agreed
    ]
    carried = [_carried(written, times, half) for times, half in sorted({(each.times, each.half) for each in minute.carried})]
    none = (("None.",),)
    return (
        Part("Decided by both (§6)", tuple(decided) or none),
        Part("Agreed to be done", tuple(agreed) or none),
        Part("Not decided, carried forward to the next session", tuple(carried) or none),
    )


def _decided(written: Written, decided: Decided, names: Names) -> tuple[str, ...]:
    both = f"{_name(decided.worker_by, names)} and {_name(decided.manager_by, names)}"
    weighed = ", ".join(FACTORS.get(each, each) for each in decided.factors)
    lines = [
        f"{_case(written, decided.ref)}: {_what(decided)}",
        f"Confirmed by {both} on {say_moment(decided.decided_at)}",
        *([f"Weighed: {weighed}"] if weighed else []),
    ]
    return (*lines, *_said(written, decided, "Why: "))


def _what(decided: Decided) -> str:
    if decided.kind is DecisionKind.CLOSE:
        reason = f" ({decided.rc_code} {CLOSURE_REASONS.get(decided.rc_code or '', '')})" if decided.rc_code else ""
        local = f", {LOCAL_REASONS.get(decided.local_reason, decided.local_reason)}" if decided.local_reason else ""
        day = f", from {say_date(decided.effective_on)}" if decided.effective_on else ""
        return f"close{reason}{local}{day}"
    until = f" until {say_date(decided.next_decision_on)}" if decided.next_decision_on else ""
    return f"{decided.kind.words}{until}"


def _said(written: Written, about: Decided | Agreed, before: str) -> list[str]:
    """What was typed, a line for each of its lines; that it was erased, if it was."""
    words = written.words.get((about.ref, about.number))
    if words is None:
        return ["(The words are erased here; ICS has them.)"] if about.worded else []
    return [f"{before if not place else ''}{line}" for place, line in enumerate(words.splitlines())]


def _case(written: Written, ref: str) -> str:
    return f"{ref} (ICS {written.ics[ref]})" if ref in written.ics else ref


def _name(user_id: str, names: Names) -> str:
    return names.get(user_id) or user_id


def _carried(written: Written, times: int, half: bool) -> tuple[str, ...]:
    """The cases that were left undecided so often, together."""
    refs = [_case(written, each.ref) for each in written.minute.carried if (each.times, each.half) == (times, half)]
    why = "; one of the two had confirmed, which has lapsed" if half else ""
    return (f"{', '.join(refs)}: not decided for the {ordinal(times)} time{why}",)
