"""§6: open or close is "made by the social worker and manager in supervision": who confirms, and what a decision needs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from bot.domain.cases.codes import DecisionKind
from bot.domain.cases.episode import Episode
from bot.domain.cases.records import Decision
from bot.domain.people import MANAGERS, Person
from bot.domain.shared.calendar import add_months, say_date
from bot.domain.shared.errors import Refusal

CLOSURE_REASONS = {
    "RC1": "Adopted",
    "RC2": "Died",
    "RC3": "Child arrangements order",
    "RC4": "Special guardianship order",
    "RC5": "Transferred to another local authority",
    "RC6": "Transferred to adult services",
    "RC7": "Services ceased for any other reason",
    "RC8": "Closed after assessment, no further action",
    "RC9": "Closed after assessment, referred to early help",
}
"""Reason for closure of the children in need census (N00103; docs/domain.md §2.5)."""
AFTER_ASSESSMENT = frozenset({"RC8", "RC9"})
LOCAL_REASONS = {
    "no_further_contact": "no further contact",
    "work_completed": "work completed",
    "moved_into_borough": "moved into the borough",
    "moved_away": "moved away",
    "referred_to_home_borough": "referred to the home borough",
}
FACTORS = {
    "workload": "workload",
    "re_referral_indicator": "re-referrals as an indicator",
    "recording_burden": "the recording that closing and opening ask",
    "expected_contact": "contact is expected",
    "risk": "risk",
    "family_wish": "the family's wish",
}
"""What may weigh in a decision (§6; docs/domain.md §5.1 Decision), with its words."""
LONGEST_MONTHS = 6
"""Months within which a case that is kept open is decided again."""
CORRECTION = timedelta(days=7)
"""Within this time a closing can be undone as an error (docs/domain.md §5.2)."""
_NEEDS_NEXT = frozenset({DecisionKind.KEEP_OPEN, DecisionKind.DEFER})

Side = Literal["worker", "manager"]


def stands_in(person: Person | None, absent: Person | None, today: date) -> bool:
    """Whether `person` covers for somebody who is away today."""
    return person is not None and absent is not None and absent.is_away(today) and absent.deputy_id == person.user_id


def side_of(person: Person, worker: Person, manager_of_worker: Person | None, today: date) -> Side:
    """For whom `person` can confirm about a case that `worker` holds.

    Refused: `own_manager_decides` (a case that another manager holds), `not_your_case`.
    """
    if person.user_id == worker.user_id or stands_in(person, worker, today):
        return "worker"
    if person.role not in MANAGERS:
        raise Refusal("not_your_case", f"The case is <@{worker.user_id}>'s. They and a manager decide about it (§6).")
    its_own = manager_of_worker is not None and (
        person.user_id == manager_of_worker.user_id or stands_in(person, manager_of_worker, today)
    )
    if worker.role in MANAGERS and not its_own:
        raise Refusal("own_manager_decides", f"<@{worker.user_id}> holds this case; their own manager decides with them (§6).")
    return "manager"


def two_people(first: str | None, second: str) -> None:
    """Refuse one person on both sides: `not_two_people`."""
    if first == second:
        raise Refusal("not_two_people", "Open or close is decided by two people, the social worker and the manager (§6).")


def sound(decision: Decision, episode: Episode, today: date) -> None:
    """Refuse a decision that lacks what it needs.

    `rc_code_missing`, `rc_code_unknown` (I12), `no_completed_assessment` (I13), `effective_in_past`, `effective_far`,
    `closed_before_entries`
    (I12), `next_decision_missing`, `next_decision_range`, `nothing_to_ratify`.
    """
    if decision.kind is DecisionKind.REOPEN_RATIFIED and episode.reopened_at is None:
        raise Refusal("nothing_to_ratify", "This case was not reopened, so there is nothing to ratify (§6).")
    if decision.kind is DecisionKind.CLOSE:
        _sound_closing(decision, episode, today)
    if decision.kind in _NEEDS_NEXT:
        _sound_next(decision.next_decision_on, today)


def sound_reason(code: str | None, episode: Episode) -> None:
    """Refuse a reason for closure that there is not, or that does not fit: `rc_code_missing`, `rc_code_unknown`,
    `no_completed_assessment` (I12, I13).
    """  # noqa: D205 - one sentence
    if code is None:
        raise Refusal("rc_code_missing", "Please give the reason for closure, RC1 to RC9.", field="rc_code")
    if code not in CLOSURE_REASONS:
        raise Refusal("rc_code_unknown", "The reason for closure is one of RC1 to RC9.", field="rc_code")
    if code in AFTER_ASSESSMENT and not any(each.completed_on for each in episode.assessments):
        raise Refusal(
            "no_completed_assessment",
            f"{code} is for a case that was assessed; no assessment was completed in this episode.",
            field="rc_code",
        )


def _sound_closing(decision: Decision, episode: Episode, today: date) -> None:
    sound_reason(decision.rc_code, episode)
    if decision.effective_on is not None and decision.effective_on < today:
        raise Refusal("effective_in_past", "A closing takes effect today or later.", field="effective_on")
    latest = add_months(today, LONGEST_MONTHS)
    if decision.effective_on is not None and decision.effective_on > latest:
        raise Refusal(
            "effective_far", f"Please choose a day by {say_date(latest)}; until then it stays open.", field="effective_on"
        )
    effective_on = decision.effective_on or today
    if effective_on < episode.last_entry_on:
        raise Refusal(
            "closed_before_entries",
            f"Something is recorded for {say_date(episode.last_entry_on)}; the case cannot close before.",
            field="effective_on",
        )


def _sound_next(day: date | None, today: date) -> None:
    if day is None:
        raise Refusal("next_decision_missing", "Please say when to decide again, within six months.", field="next_decision_on")
    latest = add_months(today, LONGEST_MONTHS)
    if not today < day <= latest:
        raise Refusal(
            "next_decision_range",
            f"Please choose a day after today and by {say_date(latest)} to decide again.",
            field="next_decision_on",
        )
