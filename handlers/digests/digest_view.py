"""The weekly digest and the worker's Monday list: counts, then lists of at most ten references (docs/domain.md §3.3).

References and boroughs only. Every list is there, also when it is empty: "0 cases" is an answer (A16).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from slack_sdk.models.blocks import ActionsBlock, Block, PlainTextObject, StaticSelectElement

from bot.domain.digests.digest import Digest, is_debt, week_before
from bot.domain.obligations.caseload import CaseLine
from bot.domain.shared import authorities
from bot.domain.shared.calendar import say_date
from bot.domain.shared.references import is_case
from bot.domain.shared.rule import Rule, words_of
from bot.domain.supervision.agenda import Asked
from bot.domain.supervision.session import Session
from bot.services.digests.digests import Briefing, Worklist
from handlers.ui.blocks import Message, button, clip, header, listed, option, paragraphs, section, sentence, small, turning
from handlers.ui.button_state import ButtonState
from handlers.ui.lists import open_one
from handlers.ui.obligations import WHY, said, when

TOP = 10
_BESIDES = frozenset({Rule.INQUIRY_ANSWER, Rule.FIRST_RESPONSE, Rule.REFERRER_FEEDBACK})
_PAGE = 30
_OFFERED = 100
_LINE = 280
"""Characters of a line: ten of them and their title are within Slack's limit of a section."""
_COUNTS = {
    "inquiries": "Inquiries (§2)",
    "referrals": "Referrals (§2)",
    "re_referrals": "of them re-referrals (§6)",
    "opened": "Cases opened",
    "reopened": "Reopened",
    "closed": "Closed",
}
TITLES = {
    "threshold": "Three-month threshold: over, or within four weeks (§4)",
    "reviews": "Six-monthly reviews: overdue, or due within four weeks (§3)",
    "decisions": "Awaiting an open or close decision (§6)",
    "drift": "Drift: nothing done for four weeks, and something past its date (audit)",
    "debt": "Recording still owed (§3, §5, §6, §7)",
    "short_term_ending": "One-off and short-term work, where that option ends soon (§4)",
}
"""The lists of a digest, in their order."""


Told = Digest | Worklist


def digest(found: Briefing, today: date) -> Message:
    """The message to a manager."""
    told = found.digest
    first, last = week_before(today)
    blocks: list[Block] = [
        header("OOB: your week"),
        *([section(f"The team of <@{found.manager_id}>")] if found.manager_id else []),
        section(f"*{say_date(first)} to {say_date(last)}*, with the week before in brackets\n" + _counts(told)),
    ]
    if found.caseload:
        held = [f"<@{worker}> {number:,}" for worker, number in found.caseload.items()]
        blocks.append(section(f"*Open cases: {sum(found.caseload.values()):,}*\n{' · '.join(held[: 4 * TOP])}"))
    named = [*found.asked_of, *found.happened.misses, *told.referrers, *(ref for name in TITLES for ref in told.lists[name])]
    offered = list(dict.fromkeys(ref for ref in named if is_case(ref)))
    blocks += [section(text) for text in _first(found, today)]
    shown = [name for name in TITLES if told.lists[name] or name != "short_term_ending"]
    blocks += [section(_list(name, told, today, team=True)) for name in shown]
    blocks += [section(text) for text in _beside(found)]
    blocks += [_steps(offered), *open_one(offered)]
    entries, head = found.log
    number = "1 entry" if entries == 1 else f"{entries:,} entries"
    blocks.append(small(f"Audit log: {number}, head `{head}`. Keep this line: it would show if the log were ever shortened."))
    return Message("OOB: your week.", tuple(blocks))


def is_empty(found: Worklist, today: date) -> bool:
    """Whether nothing is on a worker's list."""
    return not any(found.lists.values()) and not _over_besides(found, today)


def worklist(found: Worklist, today: date) -> Message:
    """A worker's own list for the week, with what is over and stands on no list."""
    blocks: list[Block] = [section(f"*Your list for the week from {say_date(today)}*")]
    blocks += [section(_list(name, found, today, team=False)) for name, refs in found.lists.items() if refs]
    if over := _over_besides(found, today):
        blocks.append(section("\n".join(["*Also overdue*", *over[:TOP]])))
    refs = dict.fromkeys(ref for name in found.lists for ref in found.lists[name])
    return Message("OOB: your list for the week.", (*blocks, *open_one(refs)))


def _over_besides(found: Worklist, today: date) -> list[str]:
    """What is over and stands on no list: first responses, answers of authorities, feedback to referrers."""
    late = [each for each in found.asked if each.obligation.rule in _BESIDES and each.obligation.state(today) == "over"]
    return [clip(f"• *{each.ref}* {said(each.obligation, today)}", _LINE) for each in late]


def opened_list(told: Digest, today: date, page: int) -> Message:
    """All the lists of a digest with their whole length, a page at a time."""
    lines = [(name, _line(name, ref, told, today, team=True)) for name in TITLES for ref in told.lists[name]]
    last = max((len(lines) - 1) // _PAGE, 0)
    page = min(max(page, 0), last)
    shown = lines[page * _PAGE : (page + 1) * _PAGE]
    if not shown:
        return Message.plain("Nothing is on the lists of your team today. :tea:")
    pages = f" · page {page + 1} of {last + 1}" if last else ""
    blocks: list[Block] = [section(f"*The lists of your team*, {say_date(today)}{pages}")]
    for name in dict.fromkeys(name for name, _ in shown):
        mine = [line for group, line in shown if group == name]
        blocks.append(section(f"*{TITLES[name]}*"))
        blocks += paragraphs(mine, TOP)
    blocks += turning("digest", "", page, last, "the lists of your team")
    refs = dict.fromkeys(ref for name in TITLES for ref in told.lists[name])
    return Message("OOB: the lists of your team.", (*blocks, *open_one(refs)))


def put_on_agenda(ref: str) -> Message:
    """It will be talked about."""
    return Message.plain(f"*{ref}* is on the next agenda; the social worker and the manager decide about it in supervision (§6).")


def _counts(told: Digest) -> str:
    if not any((*told.counts.values(), *told.before.values())):
        return "No inquiries, referrals, openings or closings in either week."
    lines = []
    for name, words in _COUNTS.items():
        share = ""
        if name == "re_referrals" and told.counts["referrals"]:
            share = f", {100 * told.counts[name] / told.counts['referrals']:.1f}%"
        lines.append(f"{words}: *{told.counts[name]:,}*{share} ({told.before.get(name, 0):,})")
    return "\n".join(lines)


def _list(name: str, told: Told, today: date, *, team: bool) -> str:
    """The title with its number, the first ten, and how many more."""
    refs = told.lists[name]
    cases = "1 case" if len(refs) == 1 else f"{len(refs):,} cases"
    oldest = _oldest(name, told.lines, today)
    shown = [_line(name, ref, told, today, team=team) for ref in refs[:TOP]]
    where = "Open list, or `/oob due team`" if team else "`/oob due`"
    more = [f"and {len(refs) - TOP:,} more: {where}"] if len(refs) > TOP else []
    return "\n".join([f"*{TITLES[name]}: {cases}*{oldest}", *shown, *more])


def _line(name: str, ref: str, told: Told, today: date, *, team: bool) -> str:
    asked, lines = told.asked, told.lines
    line = next((each for each in lines if each.ref == ref), None)
    borough = f" · {authorities.name_of(line.home_authority)}" if line else ""
    holder = f" · <@{line.worker_id}>" if line and team else ""
    return clip(f"• *{ref}*{borough}{holder}{_why(name, ref, asked, line, today)}", _LINE)


def _why(name: str, ref: str, asked: Sequence[Asked], line: CaseLine | None, today: date) -> str:
    mine = [each.obligation for each in asked if each.ref == ref]
    if name in ("threshold", "reviews"):
        rule = {"threshold": Rule.THRESHOLD, "reviews": Rule.REVIEW}[name]
        return next((f": {when(each, today)}" for each in mine if each.rule == rule), "")
    if name == "decisions" and line is not None:
        return f": {'; '.join(WHY[each] for each in line.why(today))}"
    if name == "debt":
        owed = dict.fromkeys(words_of(each.rule) for each in mine if is_debt(each, today))
        return f": {listed(list(owed))}" if owed else ""
    if name == "drift" and line is not None:
        return f": last activity {say_date(line.facts.last_activity)}"
    return ""


def _oldest(name: str, lines: Sequence[CaseLine], today: date) -> str:
    """Since when the case that has waited longest for a decision has been still."""
    waiting = [line.facts.last_activity for line in lines if line.why(today)] if name == "decisions" else []
    return f", nothing done on the oldest since {say_date(min(waiting))}" if waiting else ""


def _first(found: Briefing, today: date) -> list[str]:
    """What does not wait for the lists: urgent cases without a first response, and what waits for the manager's own word."""
    told = found.digest
    open_ = {each.ref: each.obligation for each in told.asked if each.obligation.rule == Rule.FIRST_RESPONSE}
    late = [
        f"• :rotating_light: *{ref}* · " + (f"still awaited, {when(open_[ref], today)}" if ref in open_ else "answered late")
        for ref in found.happened.misses
    ]
    asked = [f"*Waiting for your word (§3): {len(found.asked_of)}*\n{_top(found.asked_of)}"] if found.asked_of else []
    misses = f"*Urgent, first response late or still awaited (audit): {len(late):,}*"
    return ["\n".join([misses, *late[:TOP]]), *asked]


def _beside(found: Briefing) -> list[str]:
    """What else happened, a paragraph each; only what there is, but delivery, which always counts."""
    told, happened = found.digest, found.happened
    late = [f"{each.ref} ({each.what} of {say_date(each.on)})" for each in happened.late]
    moved = [f"{ref} to <@{to}> on {say_date(on)}" for ref, to, on in happened.reassigned]
    failed = [f"<@{who}> ({number})" for who, number in found.undelivered.items()]
    parts = [
        ("Supervision overdue (§6)", [f"<@{who}> ({found.booked.get(who, 'not booked')})" for who in told.sessions], False),
        ("Supervision begun and not finalised (§6)", [_session(each) for each in found.unfinished], False),
        ("Minutes not yet on ICS (§6)", [_session(each) for each in found.not_on_ics], False),
        ("Inquiries whose answer is due (§2)", told.inquiries, False),
        ("Referrer not told yet (§7)", told.referrers, False),
        ("Agreed last week not to share (§3)", list(happened.exempted), False),
        ("Waived last week", [f"{ref} {words_of(rule)}" for ref, rule in happened.waived], False),
        ("Reassigned last week", moved, False),
        ("Nobody responsible", list(found.unassigned), False),
        ("Due dates moved by corrections last week", [f"{each.ref} ({each.moved})" for each in found.clocks], False),
        ("Recorded late last week", late, False),
        ("Messages that could not be delivered", failed, True),
    ]
    told_of = [(title, items) for title, items, always in parts if items or always]
    return [f"*{title}: {len(items):,}*" + (f"\n{sentence(_top(items))}" if items else "") for title, items in told_of]


def _session(session: Session) -> str:
    return f"{session.ref} with <@{session.worker_id}>, {say_date(session.held_on)}"


def _top(items: Sequence[str]) -> str:
    more = f", and {len(items) - TOP:,} more" if len(items) > TOP else ""
    return ", ".join(items[:TOP]) + more


def _steps(refs: Sequence[str]) -> ActionsBlock:
    """Put on agenda…, for the cases that the lists name, and Open list."""
    options = [option(ButtonState(id=ref).pack(), ref) for ref in refs[:_OFFERED]]
    menu = [StaticSelectElement(placeholder=PlainTextObject(text="Put on agenda…"), action_id="digest.agenda", options=options)]
    open_list = button("Open list", "digest.list", ButtonState(), spoken="Open the whole lists of your team")
    return ActionsBlock(block_id="digest", elements=[*(menu if options else []), open_list])
