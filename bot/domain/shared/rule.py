"""The rules R1 to R16 of docs/domain.md §5.5, and one table of what the rest of the bot must know of each. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Rule(StrEnum):
    """A rule by its number. The first ten have obligations; the others are judged when a list is made."""

    THRESHOLD = "R1"
    REVIEW = "R2"
    INQUIRY_ANSWER = "R3"
    FEEDBACK_ON_ICS = "R4"
    SHARING = "R5"
    MEDICAL_FILE = "R6"
    CHRONOLOGY = "R7"
    CLOSING_RECORDS = "R9"
    FIRST_RESPONSE = "R11"
    REFERRER_FEEDBACK = "R16"
    DECISION = "R8"
    COPY_SENT = "R10"
    DRIFT = "R12"
    SUPERVISION = "R13"
    SHORT_TERM_ENDS = "R14"
    RETENTION = "R15"


class AgendaSection(StrEnum):
    """The sections of a supervision agenda, in their order (docs/domain.md §3.2)."""

    AWAITING_DECISION = "awaiting_decision"
    THRESHOLD = "threshold"
    REVIEWS = "reviews"
    FOLLOW_THROUGH = "follow_through"
    FEEDBACK = "feedback"
    URGENT_AND_DRIFT = "urgent_and_drift"
    REOPENED = "reopened"
    INQUIRIES = "inquiries"
    ACTIONS = "actions"
    NEW_CASES = "new_cases"


class RuleFacts(NamedTuple):
    """What is known of a rule that has obligations.

    `agenda`: its section, None where only the digest has it. `near_only`: listed from 28 days before its due date, not from the
    first day. `weekly`: repeated after `over` until it ends; only such a rule can be snoozed. `ends_with_episode`:
    closing stops it. `of_case`: what it is about is a case, not an inquiry or feedback. `afternoon`: sent at 16:00, not at
    08:30. `at_once`: its first message goes when it is logged, at any hour. `follow_through`: recording debt from the first day.
    `closing`: its item of the closing checklist.
    """

    words: str
    section: str
    agenda: AgendaSection | None
    of_case: bool = True
    near_only: bool = False
    weekly: bool = False
    ends_with_episode: bool = False
    afternoon: bool = False
    at_once: bool = False
    follow_through: bool = False
    closing: str | None = None


FACTS: dict[str, RuleFacts] = {
    Rule.THRESHOLD: RuleFacts("three-month threshold", "§4", AgendaSection.THRESHOLD, near_only=True, weekly=True),
    Rule.REVIEW: RuleFacts("six-monthly review", "§3", AgendaSection.REVIEWS, near_only=True, weekly=True),
    Rule.INQUIRY_ANSWER: RuleFacts("answer to an inquiry", "§2", AgendaSection.INQUIRIES, of_case=False),
    Rule.FEEDBACK_ON_ICS: RuleFacts(
        "feedback to be recorded on ICS", "§7", AgendaSection.FEEDBACK, of_case=False, afternoon=True, closing="feedback"
    ),
    Rule.SHARING: RuleFacts(
        *("assessment or review to be shared", "§3", AgendaSection.FOLLOW_THROUGH),
        ends_with_episode=True,
        follow_through=True,
        closing="shared",
    ),
    Rule.MEDICAL_FILE: RuleFacts(
        *("medical file", "§3, §7", AgendaSection.FOLLOW_THROUGH), ends_with_episode=True, follow_through=True, closing="file"
    ),
    Rule.CHRONOLOGY: RuleFacts("chronology", "§5", AgendaSection.FOLLOW_THROUGH, follow_through=True, closing="chronology"),
    Rule.CLOSING_RECORDS: RuleFacts("records of the closing", "§6", None),
    Rule.FIRST_RESPONSE: RuleFacts(
        "first response to an urgent case", "audit", AgendaSection.URGENT_AND_DRIFT, ends_with_episode=True, at_once=True
    ),
    Rule.REFERRER_FEEDBACK: RuleFacts(
        "feedback to the referrer", "§7", AgendaSection.FEEDBACK, ends_with_episode=True, closing="feedback"
    ),
}
"""The rules that have obligations, in the order in which they are told."""


def words_of(rule: str) -> str:
    """Return what a rule asks for, with its section: "medical file (§3, §7)"; the rule itself where it has no obligations."""
    facts = FACTS.get(rule)
    return f"{facts.words} ({facts.section})" if facts else rule
