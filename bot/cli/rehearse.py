"""A rehearsal in words, for somebody at a terminal: what was said when and to whom, what was refused, where cases stand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from bot.domain.shared.calendar import say_date
from bot.domain.shared.rule import words_of
from bot.rehearsal.runner import Rehearsal

STAGES = {"advance": "coming", "early": "within a week", "due": "now", "over": "over", "weekly": "still over"}


def lines(told: Rehearsal) -> Iterator[str]:
    """The rehearsal, line by line."""
    output = told.output
    for refused in output["refused"]:
        yield f"Event {refused['event']} is refused ({refused['code']}): {refused['why']}"
    for message in output["messages"]:
        yield f"{_moment(message['at'])}  to {message['to']}: {_message(message)}"
    for case in output["cases"]:
        yield from _case(case)
    for inquiry in output["inquiries"]:
        yield f"{inquiry['inquiry']} ({inquiry['ref']}) is {inquiry['status']}."
    for line in output["decision_list"]:
        yield f"{line['case']} awaits a decision (§6): {', '.join(line['why']).replace('_', ' ')}."
    for worker, entries in output["agenda"].items():
        for entry in entries:
            yield f"On {worker}'s agenda: {_entry(entry)}"
    yield from _answers(output)
    for number, name in told.unused:
        yield f"Event {number}: the field {name} meant nothing there."


def _answers(output: dict[str, Any]) -> Iterator[str]:
    for answer in output["shown"]:
        yield f"{_moment(answer['at'])}  {answer['what'].replace('_', ' ')}: {_answer(answer['answer'])}"
    for name, report in output["reports"].items():
        yield f"The report of {name}: {_answer(report)}"


def _moment(text: str) -> str:
    moment = datetime.fromisoformat(text)
    return f"{say_date(moment.date())}, {moment:%H:%M}"


def _message(message: dict[str, Any]) -> str:
    if message["kind"] == "reminder":
        return "; ".join(_item(item) for item in message["items"])
    if message["kind"] == "notice":
        return f"{message['about'].replace('_', ' ')}, {_who(message)}"
    if message["kind"] == "handover":
        return f"{_who(message)} is handed over; {len(message['items'])} clocks run"
    listed = [f"{name.replace('_', ' ')}: {', '.join(found)}" for name, found in message["lists"].items() if found]
    for name in ("sessions", "inquiries", "referrers"):
        listed += [f"{name}: {', '.join(message[name])}"] if message.get(name) else []
    counts = [f"{name.replace('_', ' ')} {number}" for name, number in message.get("counts", {}).items()]
    return f"{message['kind']} of {message['week']} ({'; '.join([*counts, *listed]) or 'nothing to list'})"


def _item(item: dict[str, Any]) -> str:
    due = f", due {say_date(date.fromisoformat(item['due']))}" if item["due"] else ""
    about = f" ({item['about']})" if "about" in item else ""
    return f"{_who(item)}{about}: {words_of(item['rule'])}, {STAGES[item['stage']]}{due}"


def _case(case: dict[str, Any]) -> Iterator[str]:
    yield f"{case['case']} ({case['ref']}) is {(case['state'] or 'void').replace('_', ' ')}, episodes: {case['episodes']}."
    for asked in case["obligations"]:
        due = f", due {say_date(date.fromisoformat(asked['due']))}" if asked["due"] else ""
        about = f" ({asked['about']})" if "about" in asked else ""
        yield f"  {words_of(asked['rule'])}{about}: {asked['state'] or asked['status']}{due}"


def _entry(entry: dict[str, Any]) -> str:
    tags = f" [{', '.join(entry['tags'])}]" if entry["tags"] else ""
    carried = f", left undecided in {entry['carried']} session(s)" if entry["carried"] else ""
    return f"{_who(entry)} under {entry['section'].replace('_', ' ')}{tags}{carried}."


def _answer(answer: object) -> str:
    """An answer in one line: the fields of each of its lines that say something."""
    if isinstance(answer, dict):
        return ", ".join(f"{name.replace('_', ' ')} {_answer(value)}" for name, value in answer.items() if value is not None)
    if isinstance(answer, list):
        return "; ".join(map(_answer, answer)) or "nothing"
    return str(answer)


def _who(told: dict[str, Any]) -> str:
    return str(next(told[kind] for kind in ("case", "inquiry", "feedback", "ref") if kind in told))
