"""Stories told in a few lines of a test, and what they came to."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.rehearsal.runner import play
from bot.rehearsal.story import read_mapping

PEOPLE = {"W": "social_worker", "X": "social_worker", "M": "team_manager", "N": "senior_manager"}
EALING, OWN = "E09000009", "E09000020"
WHOLE: dict[str, Any] = {
    "channel": "ward_staff",
    "form": "verbal",
    "home_authority": EALING,
    "age": 7,
    "route": "short_term",
    "need_to_see_family": True,
    "significant_activity": True,
    "threshold_level": 3,
}
CORE = {"kind": "core", "purpose": "other"}

Event = dict[str, Any]


def at(when: str, by: str, do: str, **fields: Any) -> Event:
    """An event; `with_`, `from_` stand for words that Python keeps for itself."""
    return {"at": when, "by": by, "do": do} | {name.rstrip("_"): value for name, value in fields.items()}


def refer(when: str, case: str = "A", by: str = "W", **fields: Any) -> Event:
    """A whole referral, changed as `fields` say."""
    return at(when, by, "refer", case=case, **(WHOLE | fields))


def core(when: str, completed: str | None, case: str = "A", name: str = "C", by: str = "W", **fields: Any) -> list[Event]:
    """A core assessment that is started, and completed with M's authorisation."""
    events = [at(when, by, "assess_start", case=case, assessment=name, **(CORE | fields))]
    if completed:
        events.append(at(completed, by, "assess_complete", assessment=name, authorised_by="M"))
    return events


def decided(day: str, case: str = "A", decision: str = "close", worker: str = "W", **fields: Any) -> list[Event]:
    """A session in which both confirm a decision."""
    told = {"decision": decision, "rationale": "discussed"} | ({"rc_code": "RC7"} if decision == "close" else {}) | fields
    return [
        at(f"{day}T14:00", "M", "supervise", worker=worker),
        at(f"{day}T14:10", "M", "decide", case=case, **told),
        at(f"{day}T14:11", worker, "confirm", case=case),
    ]


def off(when: str, until: str) -> Event:
    """The bot is off."""
    return {"at": when, "down_until": until}


class Outcome:
    """What a story came to, and the questions that tests ask of it."""

    def __init__(self, output: dict[str, Any]) -> None:
        self.output = output

    @property
    def refused(self) -> list[tuple[int, str]]:
        return [(each["event"], each["code"]) for each in self.output["refused"]]

    def messages(self, kind: str, to: str | None = None) -> list[dict[str, Any]]:
        return [each for each in self.output["messages"] if each["kind"] == kind and to in (None, each["to"])]

    def said(self, rule: str, case: str = "A") -> list[tuple[str, str, str]]:
        """(moment, to, stage) of everything that was said about a case or inquiry by a rule; 08:30 is not spelt out."""
        return [
            (message["at"].removesuffix("T08:30"), message["to"], item["stage"])
            for message in self.messages("reminder")
            for item in message["items"]
            if item["rule"] == rule and case in (item.get("case"), item.get("inquiry"))
        ]

    def case(self, name: str = "A") -> dict[str, Any]:
        return next(each for each in self.output["cases"] if each["case"] == name)

    def asked(self, rule: str, case: str = "A", about: str | None = None) -> list[tuple[str | None, str, str | None]]:
        """(due, status, state) of what is asked of a case by a rule."""
        return [
            (each["due"], each["status"], each["state"])
            for each in self.case(case)["obligations"]
            if each["rule"] == rule and about in (None, each.get("about"))
        ]

    @property
    def waiting(self) -> dict[str, list[str]]:
        return {each["case"]: each["why"] for each in self.output["decision_list"]}

    def agenda(self, worker: str = "W") -> list[tuple[str, str, list[str], int]]:
        return [_line(each) for each in self.output["agenda"][worker]]

    def digest(self, day: str, to: str = "M") -> dict[str, Any]:
        return next(each for each in self.messages("digest", to) if each["at"].startswith(day))

    @property
    def answers(self) -> list[Any]:
        return [each["answer"] for each in self.output["shown"]]


def _line(entry: dict[str, Any]) -> tuple[str, str, list[str], int]:
    name = next(entry[kind] for kind in ("case", "inquiry", "feedback") if kind in entry)
    return entry["section"], name, entry["tags"], entry["carried"]


def told(
    database_url: str | None, until: str | date, *events: Event | list[Event], show: list[Event] | None = None, **more: Any
) -> Outcome:
    """Play a story that ends with `until`; `more`: settings, people, manager_of."""
    flat = [each for event in events for each in (event if isinstance(event, list) else [event])]
    raw = {"people": PEOPLE, "until": str(until), "events": flat, "show": show or []} | more
    return Outcome(play(read_mapping(raw), database_url).output)
