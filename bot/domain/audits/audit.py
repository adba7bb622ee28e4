"""An audit exercise: its sample, the form of each case, what was found (the audit minutes; docs/domain.md §3.4). Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from pydantic import BaseModel, ConfigDict

from bot.domain.audits.sampling import SAMPLE, Frame
from bot.domain.shared.code import Code
from bot.domain.shared.errors import Refusal

ACCESS_AFTER_MEETING = timedelta(days=28)
"""How long after the committee's meeting an auditor still sees the sampled cases, unless another day is named (A2)."""
LONGEST_ACCESS = timedelta(days=366 + 28)
TITLE_LIMIT = 120


NO_CASE = "This stands in a report that leaves the team: please name no case and no colleague. What you typed was not kept."
_NAMED = re.compile(r"<[@#!]|(?<!\w)@\w|\b(?:INQ|FB|OOB|R)-\d{2,4}-\d{1,9}\b", re.IGNORECASE)


def names_a_case(words: str | None) -> bool:
    """Whether words name a case by one of our references, or somebody of staff by their account."""
    return _NAMED.search(words or "") is not None


class AuditStatus(Code):
    """`planned → sampled → in progress → reported` (A1); a manager can cancel it, and it stays on file."""

    PLANNED = "planned"
    SAMPLED = "sampled"
    IN_PROGRESS = "in_progress"
    REPORTED = "reported"
    CANCELLED = "cancelled"


class AuditSection(Code):
    """A part of what the bot holds about a case; each is opened, or set aside with a reason (A9)."""

    INQUIRIES = "inquiries"
    CONTACTS = "contacts"
    VISITS = "visits"
    ASSESSMENTS = "assessments", "assessments and reviews"
    SHARING = "sharing", "sharing and the medical file"
    FEEDBACK = "feedback"
    DECISIONS = "decisions", "decisions and closing"


class Threshold(Code):
    """Whether the threshold of need that was applied was right (A4)."""

    TOO_HIGH = "too_high"
    RIGHT = "right"
    TOO_LOW = "too_low"


class ShouldBe(Code):
    """What it should have been taken as (A14)."""

    REFERRAL = "referral"
    CONTACT = "contact"


class Level(Code):
    """Whether the level of assessment was proportionate (A20)."""

    PROPORTIONATE = "proportionate"
    TOO_MUCH = "too_much", "too much assessment"
    TOO_LITTLE = "too_little", "too little assessment"


class Judged(Code):
    """An answer to a question that a case may not raise."""

    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "not_applicable"


class Grade(Code):
    """The grade of a case file, in the inspectorate's words (docs/domain.md §3.4, 3)."""

    OUTSTANDING = "outstanding"
    GOOD = "good"
    REQUIRES_IMPROVEMENT = "requires_improvement"
    INADEQUATE = "inadequate"


class Judgements(BaseModel):
    """What an auditor says of a case; what is not said yet is None. `level_of_need`: the level that they would have applied.

    `signposting`: whether there was a resource to signpost to (A10); `closing`: whether the decision to close is evidenced.
    """

    model_config = ConfigDict(frozen=True)

    level_of_need: int | None = None
    threshold: Threshold | None = None
    should_be: ShouldBe | None = None
    proportionate: Level | None = None
    urgent_met: Judged | None = None
    drift: Judged | None = None
    signposting: Judged | None = None
    referrer_told: Judged | None = None
    closing: Judged | None = None
    grade: Grade | None = None

    @property
    def unanswered(self) -> list[str]:
        """What is still to be judged, in the words of the form."""
        return [QUESTIONS[name] for name in type(self).model_fields if getattr(self, name) is None]


ANSWERS: dict[str, type[Code]] = {
    "threshold": Threshold,
    "should_be": ShouldBe,
    "proportionate": Level,
    "urgent_met": Judged,
    "drift": Judged,
    "signposting": Judged,
    "referrer_told": Judged,
    "closing": Judged,
    "grade": Grade,
}
"""Judgement → its answers; `level_of_need` is a number."""
QUESTIONS = {
    "level_of_need": "your level of need",
    "threshold": "the threshold that was applied",
    "should_be": "referral or contact",
    "proportionate": "the level of assessment",
    "urgent_met": "whether an urgent case was addressed in good time",
    "drift": "drift",
    "signposting": "whether there was something to signpost to",
    "referrer_told": "feedback to the referrer",
    "closing": "evidence of the closing decision",
    "grade": "the grade",
}
"""Judgement → what it is called."""


class SampledCase(BaseModel):
    """A sampled referral and the form about it; `number` is its place in the order in which the sample was drawn.

    `conflict`: the auditor has worked on the case or managed it (A2). `set_aside`: section → why it was not looked at.
    `reservations`: what the auditor doubts of the data they saw.
    """

    model_config = ConfigDict(frozen=True)

    audit: str
    number: int
    referral: str
    case_ref: str
    conflict: bool = False
    opened: tuple[AuditSection, ...] = ()
    set_aside: Mapping[AuditSection, str] = {}
    judgements: Judgements = Judgements()
    comment: str | None = None
    reservations: str | None = None
    completed_at: datetime | None = None
    version: int = 0

    @property
    def unopened(self) -> list[AuditSection]:
        """Sections that were neither opened nor set aside."""
        return [each for each in AuditSection if each not in self.opened and each not in self.set_aside]

    @property
    def missing(self) -> list[str]:
        """What is to be done before the form is complete, in words."""
        return [f"look at {each.words}, or set it aside" for each in self.unopened] + [
            f"judge {each}" for each in self.judgements.unanswered
        ]


class Audit(BaseModel):
    """An audit: who asked for it and for which meeting, who carries it out, and what was drawn, which is frozen from then on.

    `refs` is the frame of `week`; `mean` that of the `weeks` before it, on file since `since`. Until `access_until` the auditor
    sees the sampled cases.
    """

    model_config = ConfigDict(frozen=True)

    ref: str
    title: str
    commissioned_by: str
    meeting_on: date
    due_on: date
    auditor_id: str
    access_until: date
    made_by: str
    made_at: datetime
    context: str | None = None
    week: str | None = None
    seed: str | None = None
    size: int = SAMPLE
    refs: tuple[str, ...] = ()
    received: int = 0
    taken_back: int = 0
    mean: float | None = None
    weeks: int = 0
    since: date | None = None
    sampled_at: datetime | None = None
    sampled_by: str | None = None
    reported_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancelled_by: str | None = None
    cancel_reason: str | None = None

    @property
    def frame(self) -> Frame:
        """The frame as it was frozen, empty before that."""
        return Frame(self.week or "", self.refs, self.received, self.mean, self.weeks, self.since, self.taken_back)

    def status(self, *, begun: bool) -> AuditStatus:
        """Where it stands; `begun`: whether the form of any case was (A1)."""
        if self.cancelled_at is not None:
            return AuditStatus.CANCELLED
        if self.reported_at is not None:
            return AuditStatus.REPORTED
        if self.sampled_at is None:
            return AuditStatus.PLANNED
        return AuditStatus.IN_PROGRESS if begun else AuditStatus.SAMPLED

    def check_days(self, today: date, before: Audit | None = None) -> None:
        """Whether its days make sense; those that are as they were `before` are not looked at. Refused: `audit_days`."""
        changed = {name: before is None or getattr(before, name) != getattr(self, name) for name in _DAYS}
        if changed["meeting_on"] and not today <= self.meeting_on <= today + LONGEST_ACCESS:
            raise Refusal("audit_days", "Please give the day of a meeting to come, within a year.", field="meeting_on")
        if changed["due_on"] and self.due_on < today:
            raise Refusal("audit_days", "Please let the report be due on a day to come.", field="due_on")
        if self.due_on > self.meeting_on:
            raise Refusal("audit_days", "The report is due at the latest on the day of the meeting.", field="due_on")
        if changed["access_until"] and not today <= self.access_until <= today + LONGEST_ACCESS:
            raise Refusal(
                "audit_days", "Please end the auditor's access on a day to come, within a year or so.", field="access_until"
            )


_DAYS = ("meeting_on", "due_on", "access_until")


class FindingStatus(Code):
    """`raised → confirmed | withdrawn`; what is withdrawn stays in the log and in the report (A8)."""

    RAISED = "raised"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class Finding(BaseModel):
    """Something that was found, of a sampled case (`number`) or of the whole; its words are encrypted where they are kept.

    `owner_id` does `action` until `due_on`; `response` is the manager's.
    """

    model_config = ConfigDict(frozen=True)

    ref: str
    audit: str
    number: int | None = None
    what: str
    raised_by: str
    raised_at: datetime
    status: FindingStatus = FindingStatus.RAISED
    settled_at: datetime | None = None
    reason: str | None = None
    owner_id: str | None = None
    action: str | None = None
    due_on: date | None = None
    done_on: date | None = None
    response: str | None = None
    responded_by: str | None = None
    responded_at: datetime | None = None
    version: int = 0

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was withdrawn."""
        return self.status is FindingStatus.WITHDRAWN

    @property
    def waits_for_owner(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.owner_id is not None and self.done_on is None and not self.is_withdrawn
