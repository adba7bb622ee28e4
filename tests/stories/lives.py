"""Random lives of cases, for the oracle: ten years of a team, as events that nobody would refuse."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from tests.support.telling import EALING

Event = dict[str, Any]

WORKERS = [f"W{number}" for number in range(8)]
PEOPLE = {**dict.fromkeys(WORKERS, "social_worker"), "M0": "team_manager", "M1": "team_manager", "N": "senior_manager"}
MANAGER_OF = {worker: f"M{number % 2}" for number, worker in enumerate(WORKERS)}
KINDS = ["core", "core", "core", "single", "initial"]
PURPOSES = ["other", "other", "short_term_over_three_months", "refer_to_other_borough", "long_term_chronic_illness"]


class Life:
    """One case from its referral on; days move forward, so that every event is one that can happen."""

    def __init__(self, random: Random, name: str, first: date, last: date, downs: list[tuple[datetime, datetime]]) -> None:
        self.random = random
        self.name = name
        self.day = first
        self.last = last
        self.downs = downs
        self.events: list[Event] = []
        self.worker = random.choice(WORKERS)
        self.made = 0

    def live(self) -> list[Event]:
        self.refer()
        while self.day < self.last:
            self.episode()
            if self.random.random() < 0.3:
                break
            self.later(1, 500)
            if self.random.random() < 0.5:
                self.act("reopen", self.worker, route=self.random.choice(["one_off", "short_term", "assessment"]))
            else:
                self.refer()
        return [event for event in self.events if date.fromisoformat(event["at"][:10]) <= self.last]

    def refer(self) -> None:
        urgent = self.random.random() < 0.15
        self.act(
            "refer",
            self.worker,
            channel=self.random.choice(["ward_staff", "ccds"]),
            home_authority=EALING,
            age=self.random.randrange(18),
            route=self.random.choice(["one_off", "short_term", "short_term", "assessment"]),
            need_to_see_family=True,
            significant_activity=True,
            threshold_level=3,
            urgent=urgent,
            source_code=self.random.choice(["3F", "6", "1A", "9"]),
            opened_on=(self.day - timedelta(days=self.random.choice([0, 0, 0, 3, 80, 130]))).isoformat()
            if not self.events
            else self.day.isoformat(),
        )
        if urgent and self.random.random() < 0.6:
            self.later(0, 5)
            self.act("respond", self.worker)

    def episode(self) -> None:
        assessments: list[tuple[str, bool]] = []
        for _ in range(self.random.randrange(2, 14)):
            self.later(2, 60)
            what = self.random.choice(["contact", "contact", "assess", "feedback", "reassign", "review", "review", "chronology"])
            if what == "contact":
                self.act("contact", self.worker, kind="visit")
            elif what == "assess":
                assessments.append(self.assess())
            elif what == "feedback":
                self.feedback()
            elif what == "reassign":
                self.reassign()
            elif what == "chronology":
                self.act("chronology", self.worker, kind=self.random.choice(["hospital_history", "home_authority"]))
            elif any(done for _, done in assessments):
                name = self.random.choice([name for name, done in assessments if done])
                self.act("review", self.worker, assessment=name, authorised_by="N")
        self.later(1, 30)
        self.close()

    def assess(self) -> tuple[str, bool]:
        self.made += 1
        name = f"{self.name}-{self.made}"
        kind, purpose = self.random.choice(KINDS), self.random.choice(PURPOSES)
        joint = purpose == "refer_to_other_borough" and self.random.random() < 0.5
        self.act(
            "assess_start",
            self.worker,
            assessment=name,
            kind=kind,
            purpose=purpose,
            camhs_joint=joint,
            **({"camhs_reason": self.random.choice(["overdose", "other"])} if joint else {}),
        )
        self.later(1, 50)
        if self.random.random() < 0.2:
            self.act("assess_abandon", self.worker, assessment=name, reason="not needed")
            return name, False
        self.act("assess_complete", self.worker, assessment=name, authorised_by="N")
        for whom in ("parents", "child"):
            if self.random.random() < 0.7:
                self.later(1, 12)
                if self.random.random() < 0.25:
                    self.act("exempt_request", self.worker, assessment=name, with_=whom, reason="risk")
                    self.later(1, 14)
                    if self.random.random() < 0.7:
                        self.act("exempt_approve", MANAGER_OF[self.worker], assessment=name, with_=whom)
                else:
                    self.act("share", self.worker, assessment=name, with_=whom)
        if purpose == "refer_to_other_borough" and self.random.random() < 0.6:
            self.later(1, 20)
            self.act("medical_file", self.worker, about="referral", status="placed", assessment=name)
        return name, True

    def feedback(self) -> None:
        self.made += 1
        name = f"{self.name}-{self.made}"
        self.act(
            "feedback",
            self.worker,
            feedback=name,
            target=self.random.choice(["mdt_meeting", "referrer"]),
            mode=self.random.choice(["verbal", "verbal", "email"]),
        )
        author = self.worker
        if self.random.random() < 0.5:
            self.later(0, 4)
            self.act("on_ics", author, feedback=name, case=None)

    def reassign(self) -> None:
        to = self.random.choice([worker for worker in WORKERS if worker != self.worker])
        self.act("reassign", MANAGER_OF[self.worker], to=to, reason="MANAGE")
        self.worker = to

    def close(self) -> None:
        manager = MANAGER_OF[self.worker]
        ahead = self.random.choice([0, 0, 0, 5])
        self.act("supervise", manager, worker=self.worker, case=None)
        until = (self.day + timedelta(days=ahead)).isoformat()
        self.act("decide", manager, decision="close", rc_code="RC7", rationale="done", effective_on=until)
        self.act("confirm", self.worker)
        self.later(ahead, ahead)
        if self.random.random() < 0.6:
            self.later(1, 40)
            self.act("closing_records", self.worker)

    def later(self, least: int, most: int) -> None:
        self.day += timedelta(days=self.random.randint(least, most))

    def act(self, do: str, by: str, case: str | None = "", **fields: Any) -> None:
        """One event, some minutes after the last of the same day; never while the bot is off."""
        moment = datetime(self.day.year, self.day.month, self.day.day, 9, 1)
        if self.events and datetime.fromisoformat(self.events[-1]["at"]) >= moment:
            moment = datetime.fromisoformat(self.events[-1]["at"]) + timedelta(minutes=1)
        for begins, ends in self.downs:
            if begins <= moment < ends:
                moment = ends + timedelta(minutes=1)
                self.day = moment.date()
        event = {"at": moment.isoformat(timespec="minutes"), "by": by, "do": do}
        event |= {name.rstrip("_"): value for name, value in fields.items()}
        self.events.append(event | ({"case": self.name} if case is not None else {}))


def downtimes(random: Random, first: date, last: date, number: int) -> list[tuple[datetime, datetime]]:
    """Times at which the bot is off: hours to a fortnight, apart from each other."""
    found: list[tuple[datetime, datetime]] = []
    day = first
    for _ in range(number):
        day += timedelta(days=random.randint(20, max(21, (last - first).days * 2 // number)))
        begins = datetime(day.year, day.month, day.day, random.choice([7, 12, 15]), 30)
        ends = begins + timedelta(hours=random.choice([2, 9, 26, 74, 330]))
        found.append((begins, ends))
        day = ends.date()
    return [each for each in found if each[1].date() < last]


def team(seed: int, cases: int, first: date, last: date) -> list[Event]:
    """The events of a team's years, in order of time."""
    random = Random(seed)
    downs = downtimes(random, first, last, max(2, (last - first).days // 90))
    events: list[Event] = [
        {"at": b.isoformat(timespec="minutes"), "down_until": e.isoformat(timespec="minutes")} for b, e in downs
    ]
    span = (last - first).days
    for number in range(cases):
        begins = first + timedelta(days=random.randrange(int(span * 0.9)))
        events += Life(random, f"C{number}", begins, last - timedelta(days=1), downs).live()
    return sorted(events, key=lambda event: event["at"])
