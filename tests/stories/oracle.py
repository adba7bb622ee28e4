# ruff: noqa: ARG002 - every event is told to its method in the same way
"""What should have been said, worked out day by day from the text of the guidelines; it shares no code with the bot.

Everything is looked at anew on every run: no indexes, no stored obligations, no plan ahead. Only the bank holidays come from a
package.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import holidays

from tests.stories.lives import MANAGER_OF

FREE = holidays.country_holidays("GB", subdiv="ENG", years=range(2020, 2045))
DAY = timedelta(days=1)
Item = tuple[str, str, str, str, str, str | None, str | None]
"""(at, to, rule, stage, case, about, due)."""


def works(day: date) -> bool:
    return day.weekday() < 5 and day not in FREE


def back(day: date) -> date:
    while not works(day):
        day -= DAY
    return day


def ahead(day: date) -> date:
    while not works(day):
        day += DAY
    return day


def plus_working(day: date, number: int) -> date:
    while number:
        day += DAY
        if works(day):
            number -= 1
    return day


def plus_months(day: date, months: int) -> date:
    year, month = day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1
    for last in range(day.day, 27, -1):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    return date(year, month, day.day)


@dataclass
class Made:
    kind: str
    purpose: str
    camhs: bool
    started: date
    completed: date | None = None
    abandoned: bool = False
    shared: dict[str, str] = field(default_factory=dict)
    requested: dict[str, date] = field(default_factory=dict)
    placed: set[str] = field(default_factory=set)


@dataclass
class Reviewed:
    held: date
    shared: dict[str, str] = field(default_factory=dict)


@dataclass
class Period:
    opened: date
    clock: date
    route: str
    closed: date | None = None
    records: bool = False
    urgent: date | None = None
    responded: bool = False
    made: dict[str, Made] = field(default_factory=dict)
    reviews: list[Reviewed] = field(default_factory=list)


@dataclass
class Child:
    worker: str
    periods: list[Period] = field(default_factory=list)
    chronologies: list[tuple[int, date]] = field(default_factory=list)
    long_term: bool = False


@dataclass
class Said:
    """What was said about one thing asked: stage and receiver, with the day."""

    when: dict[tuple[str, str], date] = field(default_factory=dict)
    needless: set[str] = field(default_factory=set)
    weekly: date | None = None


Stage = tuple[str, date, tuple[str, ...]]
Asked = tuple[str, str | None, date | None, list[Stage], bool]
"""(rule, about, due, stages, whether the worker hears weekly)."""
ORDER = ["advance", "early", "due", "over"]
CORE = ("core", "single")


class Oracle:
    def __init__(self) -> None:
        self.children: dict[str, Child] = {}
        self.feedback: dict[str, tuple[str, str, date, bool]] = {}
        self.agreed: dict[str, date] = {}
        self.pending: dict[str, date] = {}
        self.said: dict[tuple[Any, ...], Said] = {}
        self.items: Counter[Item] = Counter()

    def play(self, events: list[dict[str, Any]], until: date) -> Counter[Item]:
        begins = date.fromisoformat(events[0]["at"][:10])
        read = datetime.fromisoformat
        downs = [(read(each["at"]), read(each["down_until"])) for each in events if "down_until" in each]
        steps: list[tuple[datetime, int, Any]] = [(read(each["at"]), 2, each) for each in events if "down_until" not in each]
        done: set[tuple[str, date]] = set()
        day = begins
        while day <= until:
            for clock in (time(8, 30), time(16, 0)):
                moment = datetime.combine(day, clock)
                if not any(off <= moment < on for off, on in downs):
                    steps.append((moment, 1, None))
            day += DAY
        steps += [(on, 0, None) for _, on in downs if on.date() <= until]
        for moment, _, event in sorted(steps, key=lambda step: (step[0], step[1])):
            self.settle(moment.date())
            if event is not None:
                self.happens(event, moment)
            else:
                self.run(moment, done)
        return self.items

    def run(self, moment: datetime, done: set[tuple[str, date]]) -> None:
        today = moment.date()
        if not works(today) or moment.time() < time(8, 30):
            return
        if ("morning", today) not in done:
            done.add(("morning", today))
            self.morning(moment)
        if moment.time() >= time(16) and ("afternoon", today) not in done:
            done.add(("afternoon", today))
            self.ask_for_ics(moment, today)

    def morning(self, moment: datetime) -> None:
        today = moment.date()
        self.ask_for_ics(moment, today - DAY)
        for name, child in self.children.items():
            for number, period in enumerate(child.periods):
                for asked in self.asked(child, number, period):
                    self.say(moment, name, number, asked)

    def say(self, moment: datetime, name: str, number: int, asked: Asked) -> None:
        rule, about, due, stages, weekly = asked
        key, child = (name, number, rule, about, due), self.children[name]
        today = moment.date()
        said = self.said.setdefault(key, Said())
        to = {"worker": child.worker, "manager": MANAGER_OF[child.worker]}
        shown = about.split(":")[0] if about else None
        open_ = [
            (stage, whom)
            for stage, when, receivers in stages
            for whom in receivers
            if when <= today and stage not in said.needless and (stage, whom) not in said.when
        ]
        if open_:
            latest = max((stage for stage, _ in open_), key=ORDER.index)
            for stage, whom in open_:
                if stage == latest:
                    said.when[stage, whom] = today
                    self.note(moment, to[whom], rule, stage, name, shown, due)
                else:
                    said.needless.add(stage)
            return
        over = said.when.get(("over", "worker"))
        monday = ahead(today - timedelta(days=today.weekday()))
        if weekly and stages and over is not None and over < monday <= today and (said.weekly or date.min) < monday:
            said.weekly = today
            self.note(moment, to["worker"], rule, "weekly", name, shown, due)

    def asked(self, child: Child, number: int, period: Period) -> list[Asked]:
        found: list[Asked] = []
        if period.closed is not None:
            if not period.records:
                due = plus_working(period.closed, 15)
                found.append(("R9", None, due, [("due", due, ("worker",))], False))
            return found
        both = ("worker", "manager")
        cores = [m for m in period.made.values() if m.kind in CORE]
        if period.route != "assessment" and not any(m.completed for m in cores):
            due = plus_months(period.clock, 3)
            stages = [
                ("advance", back(due - 14 * DAY), ("worker",)),
                ("due", back(due), ("worker",)),
                ("over", ahead(due + DAY), both),
            ]
            found.append(("R1", None, due, stages, True))
        due_review = self.review_due(child, number, period)
        if due_review is not None:
            found.append(("R2", None, due_review, self.review_stages(due_review), True))
        for label, made in period.made.items():
            found += self.after(label, made)
        for place, review in enumerate(period.reviews):
            found += self.sharing(f"review {place}", review.held, review.shared, {})
        done = [m.completed for m in cores if m.completed]
        if done and not any(where <= number for where, _ in child.chronologies):
            found.append(("R7", None, None, [("due", plus_working(min(done), 20), ("worker",))], False))
        if period.urgent is not None and not period.responded:
            due = plus_working(ahead(period.urgent), 1)
            found.append(("R11", None, due, [("over", ahead(due + DAY), both)], False))
        return found

    def after(self, label: str, made: Made) -> list[Asked]:
        if not made.completed:
            return []
        found = self.sharing(label, made.completed, made.shared, made.requested)
        if made.purpose == "refer_to_other_borough":
            nudge: list[Stage] = [("due", plus_working(made.completed, 10), ("worker",))]
            wanted = ["letter"] if made.camhs else ["assessment", "letter"]
            found += [("R6", f"{item}:{label}", None, nudge, False) for item in wanted if item not in made.placed]
        return found

    def review_due(self, child: Child, number: int, period: Period) -> date | None:
        until_now = child.periods[: number + 1]
        cores = [m for p in until_now for m in p.made.values() if m.kind in CORE and m.completed]
        if not cores or (all(m.purpose == "refer_to_other_borough" for m in cores) and not child.long_term):
            return None
        anchor = max([m.completed for m in cores if m.completed] + [r.held for p in until_now for r in p.reviews])
        due = plus_months(anchor, 6)
        return period.opened + 28 * DAY if anchor < period.opened and due <= period.opened else due

    @staticmethod
    def review_stages(due: date) -> list[Stage]:
        return [
            ("advance", back(due - 28 * DAY), ("worker",)),
            ("early", back(due - 7 * DAY), ("worker",)),
            ("due", back(due), ("worker",)),
            ("over", ahead(due + DAY), ("worker", "manager")),
        ]

    @staticmethod
    def sharing(label: str, since: date, shared: dict[str, str], requested: dict[str, date]) -> list[Asked]:
        found: list[Asked] = []
        for whom in ("parents", "child"):
            if whom in shared:
                continue
            stages: list[Stage] = [("due", plus_working(since, 10), ("worker",))]
            if whom in requested:
                stages.append(("over", plus_working(requested[whom], 6), ("manager",)))
            found.append(("R5", f"{whom}:{label}", None, stages, False))
        return found

    def ask_for_ics(self, moment: datetime, due_by: date) -> None:
        for name, (case, author, given, open_) in self.feedback.items():
            due = plus_working(given, 1)
            if open_ and due <= due_by and ("R4", name) not in self.said:
                self.said["R4", name] = Said()
                self.note(moment, author, "R4", "due", case, name, due)

    def settle(self, today: date) -> None:
        for name, day in list(self.agreed.items()):
            if day <= today:
                self.children[name].periods[-1].closed = day
                del self.agreed[name]

    def note(self, moment: datetime, to: str, rule: str, stage: str, case: str, about: str | None, due: date | None) -> None:
        at = moment.isoformat(timespec="minutes")
        self.items[at, to, rule, stage, case, about, due.isoformat() if due else None] += 1

    def happens(self, event: dict[str, Any], moment: datetime) -> None:
        getattr(self, f"do_{event['do']}")(event, moment, moment.date())

    def do_refer(self, event: dict[str, Any], moment: datetime, today: date) -> None:
        child = self.children.setdefault(event["case"], Child(event["by"]))
        child.worker = event["by"]
        child.long_term = False
        self.open(child, date.fromisoformat(event["opened_on"]), event["route"])
        if event["urgent"]:
            child.periods[-1].urgent = today
            due = plus_working(ahead(today), 1)
            self.note(moment, MANAGER_OF[child.worker], "R11", "advance", event["case"], None, due)

    def do_reopen(self, event: dict[str, Any], moment: datetime, today: date) -> None:
        self.children[event["case"]].worker = event["by"]
        self.open(self.children[event["case"]], today, event["route"])

    @staticmethod
    def open(child: Child, opened: date, route: str) -> None:
        clock = opened
        if child.periods and route != "assessment":
            last = child.periods[-1]
            met = any(m.kind in CORE and m.completed for m in last.made.values())
            if last.route != "assessment" and not met and last.closed and opened <= last.closed + 28 * DAY:
                clock = last.clock
        child.periods.append(Period(opened, clock, route))

    def do_respond(self, event: dict[str, Any], moment: datetime, today: date) -> None:
        self.children[event["case"]].periods[-1].responded = True

    def do_contact(self, event: dict[str, Any], moment: datetime, today: date) -> None:
        pass

    def do_chronology(self, event: dict[str, Any], moment: datetime, today: date) -> None:
        child = self.children[event["case"]]
        child.chronologies.append((len(child.periods) - 1, today))

    def do_reassign(self, event: dict[str, Any], moment: datetime, today: date) -> None:
        self.children[event["case"]].worker = event["to"]

    def do_assess_start(self, event: dict[str, Any], moment: datetime, today: date) -> None:
        child = self.children[event["case"]]
        camhs = event["camhs_joint"] and event["camhs_reason"] == "overdose"
        child.periods[-1].made[event["assessment"]] = Made(event["kind"], event["purpose"], camhs, today)
        child.long_term = child.long_term or event["purpose"] == "long_term_chronic_illness"

    def do_assess_complete(self, event: dict[str, Any], moment: datetime, today: date) -> None:
        self.children[event["case"]].periods[-1].made[event["assessment"]].completed = today

    def do_assess_abandon(self, event: dict[str, Any], moment: datetime, today: date) -> None:
        self.children[event["case"]].periods[-1].made[event["assessment"]].abandoned = True

    def do_share(self, event: dict[str, Any], moment: datetime, today: date) -> None:
        self.children[event["case"]].periods[-1].made[event["assessment"]].shared[event["with"]] = "shared"

    def do_exempt_request(self, event: dict[str, Any], moment: datetime, today: date) -> None:
        self.children[event["case"]].periods[-1].made[event["assessment"]].requested[event["with"]] = today

    def do_exempt_approve(self, event: dict[str, Any], moment: datetime, today: date) -> None:
        self.children[event["case"]].periods[-1].made[event["assessment"]].shared[event["with"]] = "exempt"

    def do_medical_file(self, event: dict[str, Any], moment: datetime, today: date) -> None:
        self.children[event["case"]].periods[-1].made[event["assessment"]].placed.add("letter")

    def do_review(self, event: dict[str, Any], moment: datetime, today: date) -> None:
        self.children[event["case"]].periods[-1].reviews.append(Reviewed(today))

    def do_feedback(self, event: dict[str, Any], moment: datetime, today: date) -> None:
        if event["mode"] == "verbal":
            self.feedback[event["feedback"]] = (event["case"], event["by"], today, True)

    def do_on_ics(self, event: dict[str, Any], moment: datetime, today: date) -> None:
        if event["feedback"] in self.feedback:
            case, author, given, _ = self.feedback[event["feedback"]]
            self.feedback[event["feedback"]] = (case, author, given, False)

    def do_supervise(self, event: dict[str, Any], moment: datetime, today: date) -> None:
        pass

    def do_decide(self, event: dict[str, Any], moment: datetime, today: date) -> None:
        self.pending[event["case"]] = date.fromisoformat(event["effective_on"])

    def do_confirm(self, event: dict[str, Any], moment: datetime, today: date) -> None:
        self.agreed[event["case"]] = max(self.pending.pop(event["case"]), today)
        self.settle(today)

    def do_closing_records(self, event: dict[str, Any], moment: datetime, today: date) -> None:
        self.children[event["case"]].periods[-1].records = True
