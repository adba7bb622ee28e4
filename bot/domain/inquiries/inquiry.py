"""Inquiries (§2): "asked to make inquiries about whether a family is known … and do no direct or indirect work"."""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from bot.domain.people import Actor
from bot.domain.shared import authorities, calendar
from bot.domain.shared.errors import Refusal
from bot.domain.shared.logged import LoggedItem
from bot.domain.shared.obligation import Obligation, ObligationStatus, ReminderStage, Sending, To
from bot.domain.shared.rule import Rule
from bot.domain.shared.ruleset import Version, in_force

SECTION = "§2"
PLACE_LIMIT = 300
"""Characters of a folder's path, or of the service that somebody was signposted to."""
OLDEST, LEVELS = 25, 4
"""An age is in completed years, up to 25 for young people who leave care; levels of need are those of the London continuum."""


class AskedBy(StrEnum):
    """Who asked: a role, never a name (docs/domain.md §5.1 Inquiry.asked_by_role)."""

    WARD_STAFF = "ward_staff"
    CCDS = "ccds"
    SCHOOL = "school"
    POLICE = "police"
    OTHER_LA = "other_la"
    OTHER = "other"

    @property
    def words(self) -> str:
        """As it is read out: "another local authority"."""
        return {"ccds": "CCDS", "other_la": "another local authority", "other": "someone else"}.get(
            self.value, self.value.replace("_", " ")
        )


class Result(StrEnum):
    """What the authority that was asked answered; `awaiting` until then."""

    AWAITING = "awaiting"
    KNOWN_OPEN = "known_open"
    KNOWN_CLOSED = "known_closed"
    NOT_KNOWN = "not_known"
    REFUSED = "refused"

    @property
    def words(self) -> str:
        """As it is read out: "known, case open"."""
        return {
            "awaiting": "awaiting an answer",
            "known_open": "known, case open",
            "known_closed": "known, case closed",
            "not_known": "not known",
            "refused": "answer refused",
        }[self.value]


class Outcome(StrEnum):
    """What came of an inquiry once it was answered (docs/domain.md §5.1 Inquiry.outcome)."""

    NONE = "none"
    INFORMATION_GIVEN = "information_given"
    SIGNPOSTED = "signposted"

    @property
    def words(self) -> str:
        """As it is read out: "information given"."""
        return {"none": "nothing further"}.get(self.value, self.value.replace("_", " "))


class InquiryStatus(StrEnum):
    """Where an inquiry stands (docs/domain.md §5.2)."""

    LOGGED = "logged"
    AWAITING = "awaiting"
    ANSWERED = "answered"
    CLOSED = "closed"
    VOID = "void"


class InquiryFacts(BaseModel):
    """What a person tells about an inquiry; the modal's fields, all of them changeable afterwards.

    None means "still missing" for `asked_by_role`, `authority_asked` and `home_authority`, which a line of text may leave out.
    """

    model_config = ConfigDict(frozen=True)

    asked_by_role: AskedBy | None = None
    asked_on: date
    authority_asked: str | None = None
    home_authority: str | None = None
    urgent: bool = False
    result: Result = Result.AWAITING
    answered_on: date | None = None
    outcome: Outcome = Outcome.NONE
    signposted_to: str | None = None
    age_years: int | None = None
    threshold_level: int | None = None
    ics_ref: str | None = None
    restricted: bool = False
    store_in_directory: bool = False
    directory_ref: str | None = None
    note: str | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """What the guidelines' form still lacks, in words; in the order of the modal."""
        gaps = (
            (self.asked_by_role is None, "who asked"),
            (self.authority_asked is None, "which authority was asked"),
            (self.home_authority is None, "the home authority"),
        )
        return tuple(words for gap, words in gaps if gap)

    @property
    def status(self) -> InquiryStatus:
        """`logged` while something is missing, else by the result."""
        if self.result is not Result.AWAITING:
            return InquiryStatus.ANSWERED
        return InquiryStatus.LOGGED if self.missing else InquiryStatus.AWAITING

    def checked(self, today: date) -> Self:
        """Itself, or a refusal: `future_date` (I6), `answered_before_asked`, `authority_unknown`, `too_long`, `out_of_range`."""
        for field, day in (("asked_on", self.asked_on), ("answered_on", self.answered_on)):
            calendar.happened(field, day, today)
        if self.answered_on is not None and self.answered_on < self.asked_on:
            raise Refusal(
                "answered_before_asked",
                f"It was asked on {calendar.say_date(self.asked_on)}; the answer cannot be older.",
                field="answered_on",
            )
        for field in ("authority_asked", "home_authority"):
            code = getattr(self, field)
            if code is not None and code not in authorities.names():
                raise Refusal("authority_unknown", "Please choose an authority from the list.", field=field)
        for field in ("directory_ref", "signposted_to"):
            if len(getattr(self, field) or "") > PLACE_LIMIT:
                raise Refusal("too_long", f"Please give it in up to {PLACE_LIMIT} characters.", field=field)
        for field, value, last in (("age_years", self.age_years, OLDEST), ("threshold_level", self.threshold_level, LEVELS)):
            if value is not None and not (0 if field == "age_years" else 1) <= value <= last:
                raise Refusal("out_of_range", f"Please give a whole number up to {last}.", field=field)
        return self

    def answer_due(self, working_days: int, holidays: Container[date]) -> date | None:
        """R3: the day by which an answer is expected; None when it is there or is not waited for (0 working days).

        Five working days after the day it was asked unless the team set another number, one when it is urgent.
        """
        if self.result is not Result.AWAITING or not working_days:
            return None
        return calendar.working_days_after(self.asked_on, 1 if self.urgent else working_days, holidays)


class AnswerGiven(BaseModel):
    """What an authority answered, when, and what came of it."""

    model_config = ConfigDict(frozen=True)

    result: Result
    answered_on: date
    outcome: Outcome = Outcome.NONE
    signposted_to: str | None = None
    age_years: int | None = None
    threshold_level: int | None = None
    ics_ref: str | None = None


class Inquiry(LoggedItem):
    """An inquiry on file. `filed_at` is when its entry was put into the shared Directory, `converted_to` the case it became."""

    facts: InquiryFacts
    status: InquiryStatus
    void_reason: str | None = None
    filed_at: datetime | None = None
    ics_recorded_on: date | None = None
    text_purged_on: date | None = None
    converted_to: str | None = None

    def answer_awaited(self, versions: Sequence[Version], holidays: Container[date]) -> Obligation | None:
        """R3: its logger is asked once, on the day by which an answer is expected; None where that is switched off."""
        version = in_force(versions, self.facts.asked_on)
        asked = self.facts.model_copy(update={"result": Result.AWAITING})
        due = asked.answer_due(version.rules.inquiry_working_days, holidays)
        if due is None:
            return None
        met = ObligationStatus.OPEN if self.facts.result is Result.AWAITING else ObligationStatus.MET
        if self.converted_to is not None or self.status is InquiryStatus.CLOSED:
            met = ObligationStatus.STOPPED if met is ObligationStatus.OPEN else met
        return Obligation(
            rule=Rule.INQUIRY_ANSWER,
            section=SECTION,
            subject=self.ref,
            since=self.facts.asked_on,
            due=due,
            standing=ObligationStatus.VOID if self.status is InquiryStatus.VOID else met,
            ended_on=self.facts.answered_on,
            version=version.number,
            sendings=(Sending(ReminderStage.DUE, due, To.WORKER),),
        )

    @property
    def is_restricted(self) -> bool:
        """Whether it was marked as restricted."""
        return self.facts.restricted

    def answered(self, given: AnswerGiven) -> InquiryFacts:
        """The facts with the answer in them. Refused: `no_answer` when the result is still awaiting."""
        if given.result is Result.AWAITING:
            raise Refusal("no_answer", "Please choose what the authority answered.", field="result")
        return self.facts.model_copy(update=given.model_dump())

    def corrected(self, form: InquiryFacts, today: date) -> InquiryFacts:
        """The facts of a correction. What the form does not ask is kept; the answer's day and outcome follow its result."""
        kept: dict[str, object] = {field: getattr(self.facts, field) for field in ("age_years", "threshold_level", "ics_ref")}
        if form.result is not Result.AWAITING:
            kept |= {"answered_on": self.facts.answered_on or today, "outcome": self.facts.outcome}
            kept |= {"signposted_to": self.facts.signposted_to}
        return form.model_copy(update=kept)

    def closed(self) -> InquiryStatus:
        """`closed`, when nothing is left to do. Refused: `not_finished`."""
        if waiting := self.waits_for():
            raise Refusal("not_finished", f"{self.ref} cannot be closed yet: {'; '.join(waiting)}.")
        return InquiryStatus.CLOSED

    def may_undo(self, user_id: str, now: datetime) -> bool:
        """Whether `user_id` may still take it back: their own entry, not void or answered since, at most fifteen minutes old."""
        return self.status is not InquiryStatus.VOID and not self.answered_since and self.is_fresh(user_id, now)

    @property
    def answered_since(self) -> bool:
        """Whether somebody recorded an answer after it was logged; taking it back would take their work with it."""
        return self.version > 1 and self.facts.result is not Result.AWAITING

    def may_change(self, actor: Actor) -> bool:
        """Whether `actor` may correct it: its author or a manager, and not after it was taken back."""
        return self.status is not InquiryStatus.VOID and self.is_in_hands_of(actor)

    def waits_for(self) -> tuple[str, ...]:
        """What is still to be done on it, in words; empty when nothing is."""
        if self.status is InquiryStatus.VOID:
            return ()
        waiting = [f"missing: {', '.join(self.facts.missing)}"] if self.facts.missing else []
        if self.facts.store_in_directory and not self.facts.directory_ref and self.filed_at is None:
            waiting.append("to be stored in the shared Directory")
        if self.facts.result is Result.AWAITING and not self.facts.missing:
            waiting.append(f"answer from {authorities.name_of(self.facts.authority_asked)}")
        return tuple(waiting)


def changes(before: InquiryFacts, after: InquiryFacts) -> dict[str, tuple[Any, Any]]:
    """Field → (old, new) for what differs; what was typed or is about the child is never quoted, because the log keeps it."""
    private = {"note", "directory_ref", "signposted_to", "age_years", "threshold_level", "ics_ref"}
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    return {
        field: ("text", "text changed") if field in private else (old[field], new[field])
        for field in old
        if old[field] != new[field]
    }


def no_activity(ref: str) -> Refusal:
    """What is said to who logs work on an inquiry: `inquiry_no_activity` (§2 "no direct or indirect work", I18)."""
    return Refusal(
        "inquiry_no_activity",
        f"{ref} is an inquiry: no direct or indirect work is done on it (§2). Convert it to a referral if there is.",
    )
