"""Taking over cases from the record system: all of a file or nothing, held to the rules of a referral (§2), clocks included.

Nothing is invented: what is not known of the time before (feedback to the referrer, sharing of a review) is not asked about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from bot.domain.cases.activation import ReferralFacts
from bot.domain.cases.case import Case
from bot.domain.cases.codes import (
    ActivityKind,
    AssessmentKind,
    Channel,
    ChronologyKind,
    Purpose,
    ReferralForm,
    ReviewOutcome,
    Service,
    SharingStatus,
)
from bot.domain.cases.episode import Assessment, Episode
from bot.domain.cases.records import (
    Activity,
    Assignment,
    Chronology,
    HomeAuthority,
    Referral,
    Review,
    Sharing,
    Waiver,
)
from bot.domain.cases.referral import USUAL_FORM, USUAL_SOURCE, ReferralDetails
from bot.domain.people import RECORDERS, Person
from bot.domain.shared.calendar import LONDON, say_date
from bot.domain.shared.errors import Refusal
from bot.domain.shared.rule import Rule
from bot.domain.shared.ruleset import in_force
from bot.domain.supervision.decision import AFTER_ASSESSMENT, CLOSURE_REASONS
from bot.services.reminders import obligations
from storage import people
from storage.cases import bulk, lookups
from storage.db import numbers
from storage.db.engine import Tx
from storage.settings import rulesets

_LATER = ("first_response_on", "last_activity_on", "core_completed_on", "last_review_on", "chronology_on", "closed_on")
_SHARED = {"shared_with_parents_on": "parents", "shared_with_child_on": "child"}
_FIRST_NUMBER = 256
"""The first number of a record, as `casebook.next_number` gives it."""


@dataclass(frozen=True)
class Row:
    """One case of a file: the number of its line, and its values by the names of `bot.csv_exchange.columns`."""

    line: int
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Problem:
    """Why a line cannot be taken over."""

    line: int
    field: str
    sentence: str


def problems(tx: Tx, rows: Iterable[Row]) -> list[Problem]:
    """Everything that is wrong with the rows; nothing is changed."""
    staff = {person.user_id: person for person in people.everyone(tx)}
    known, seen = lookups.every_ics_ref(tx), Counter(row.values["ics_ref"] for row in rows)
    rules = in_force(rulesets.versions(tx), tx.today).rules
    found = []
    for row in rows:
        for field, sentence in _wrong(row, staff, tx.today):
            found.append(Problem(row.line, field, sentence))
        ref = row.values["ics_ref"]
        if ref in known:
            found.append(Problem(row.line, "ics_ref", "there is a case with this ICS reference already."))
        if seen[ref] > 1:
            found.append(Problem(row.line, "ics_ref", "this reference stands in several lines of the file."))
        try:
            _facts(row).checked(
                tx.today, rules if row.values["closed_on"] is None else rules.model_copy(update={"short_term_last_day": None})
            )
        except Refusal as refusal:
            found.append(Problem(row.line, refusal.field or "referral", refusal.sentence))
    return found


def carry_out(tx: Tx, rows: list[Row], actor_id: str, done: Callable[[int], None] = lambda _number: None) -> int:
    """Put every row on file, in the transaction in which `problems` found none. `done` hears of every hundred."""
    staff = {person.user_id: person for person in people.everyone(tx)}
    versions = rulesets.versions(tx)
    refs, referrals = numbers.next_refs(tx, "OOB", len(rows)), numbers.next_refs(tx, "R", len(rows))
    made = []
    for place, (row, ref, referral) in enumerate(zip(rows, refs, referrals, strict=True), start=1):
        case = _case(tx, row, ref, referral, staff[row.values["worker"]], actor_id)
        made.append((case, *obligations.of_new(case, versions)))
        tx.log("case.imported", ref, line=row.line)
        if place % bulk.AT_ONCE == 0 or place == len(rows):
            bulk.add(tx, made)
            made = []
            done(place)
    return len(rows)


def _wrong(row: Row, staff: Mapping[str, Person], today: date) -> Iterator[tuple[str, str]]:
    """What a referral's own rules do not say: the worker, and days in their order."""
    values = row.values
    worker = staff.get(values["worker"])
    if worker is None or worker.role not in RECORDERS:
        yield "worker", "this person is not on OOB's list as a social worker or manager."
    if values["core_completed_on"] is not None and worker is not None and worker.manager_id is None:
        yield "core_completed_on", "a manager authorised it, and this worker has none on OOB's list (§3)."
    opened = values["opened_on"] or values["received_on"]
    for field in _LATER + tuple(_SHARED):
        day = values[field]
        if day is not None and day < opened:
            yield field, f"this is before the case was opened, {say_date(opened)}."
        if day is not None and day > today:
            yield field, f"{say_date(day)} is still to come."
        if day is not None and field != "closed_on" and values["closed_on"] is not None and day > values["closed_on"]:
            yield field, "this is after the case was closed."
    needs_core = (*_SHARED, "last_review_on")
    for field in needs_core:
        if values[field] is not None and (values["core_completed_on"] is None or values[field] < values["core_completed_on"]):
            yield field, "this needs a core assessment that was completed before."
    yield from _closing(values)


def _closing(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """A day of closing and its reason go together (I12); some reasons need an assessment (I13)."""
    closed, reason = values["closed_on"], values["rc_code"]
    if (closed is None) != (reason is None):
        yield "rc_code", "a closed case has a day and a reason for closure, an open one neither."
    if reason is not None and reason not in CLOSURE_REASONS:
        yield "rc_code", "the reason for closure is one of RC1 to RC9."
    if reason in AFTER_ASSESSMENT and values["core_completed_on"] is None:
        yield "rc_code", f"{reason} needs a completed assessment."


def _facts(row: Row) -> ReferralFacts:
    values, channel = row.values, row.values["channel"]
    opened = values["opened_on"] or values["received_on"]
    return ReferralFacts(
        received_on=values["received_on"],
        activated_on=max(opened, values["received_on"]),
        opened_on=opened,
        channel=channel,
        form=values["form"] or USUAL_FORM.get(channel, ReferralForm.VERBAL),
        source_code=values["source_code"] or USUAL_SOURCE.get(channel, "10"),
        threshold_level=values["threshold_level"],
        home_authority=values["home_authority"],
        age_years=values["age_years"],
        urgent=values["urgent"],
        need_to_see_family=True,
        significant_activity=True,
        route=values["route"],
        service=values["service"] or (Service.CCDS if channel is Channel.CCDS else Service.WARD),
        long_term=values["long_term"],
    )


def _case(tx: Tx, row: Row, ref: str, referral_ref: str, worker: Person, actor_id: str) -> Case:
    values, facts = row.values, _facts(row)
    told = facts.model_dump(include=set(ReferralDetails.model_fields))
    if facts.urgent:
        told |= {"received_at": min(_noon(facts.received_on), tx.now)}
    responded = values["first_response_on"]
    referral = Referral(
        number=_FIRST_NUMBER,
        ref=referral_ref,
        episode=1,
        activated_by=worker.user_id,
        recorded_at=tx.now,
        first_response_at=min(_noon(responded), tx.now) if facts.urgent and responded else None,
        **told,
    )
    return Case(
        ref=ref,
        ics_ref=values["ics_ref"],
        created_by=actor_id,
        created_at=tx.now,
        restricted=values["restricted"],
        episodes=(_episode(tx, values, facts, worker, actor_id),),
        referrals=(referral,),
        home_authorities=(HomeAuthority(number=_FIRST_NUMBER, gss=facts.home_authority, from_on=facts.received_on),),
        assignments=(
            Assignment(
                number=_FIRST_NUMBER, episode=1, worker_id=worker.user_id, from_on=facts.opened_on, to_on=values["closed_on"]
            ),
        ),
        sharings=tuple(_sharings(values)),
        chronologies=_chronologies(values),
    )


def _episode(tx: Tx, values: Mapping[str, Any], facts: ReferralFacts, worker: Person, actor_id: str) -> Episode:
    return Episode(
        number=1,
        opened_on=facts.opened_on,
        opened_at=_noon(facts.opened_on),
        clock_start=facts.opened_on,
        routes=(facts.route,),
        service=facts.service,
        long_term=facts.long_term,
        worker_id=worker.user_id,
        manager_id=worker.manager_id,
        next_expected_contact=values["next_expected_contact"],
        closed_on=values["closed_on"],
        rc_code=values["rc_code"],
        closing_records_on=values["closed_on"],
        assessments=_assessments(values, worker),
        reviews=_reviews(tx, values, worker),
        activities=_activities(tx, values, worker),
        waivers=_waivers(tx, values, actor_id),
    )


def _assessments(values: Mapping[str, Any], worker: Person) -> tuple[Assessment, ...]:
    day = values["core_completed_on"]
    if day is None:
        return ()
    made = Assessment(
        number=_FIRST_NUMBER,
        kind=AssessmentKind.CORE,
        purpose=Purpose.LONG_TERM_CHRONIC_ILLNESS if values["long_term"] else Purpose.OTHER,
        started_on=day,
        completed_on=day,
        authorised_by=worker.manager_id,
    )
    return (made,)


def _reviews(tx: Tx, values: Mapping[str, Any], worker: Person) -> tuple[Review, ...]:
    day = values["last_review_on"]
    if day is None:
        return ()
    held = Review(
        number=_FIRST_NUMBER + 1,
        episode=1,
        assessment=_FIRST_NUMBER,
        held_on=day,
        authorised_by=worker.manager_id or worker.user_id,
        outcome=ReviewOutcome.CONTINUE,
        recorded_at=tx.now,
    )
    return (held,)


def _activities(tx: Tx, values: Mapping[str, Any], worker: Person) -> tuple[Activity, ...]:
    day = values["last_activity_on"]
    if day is None:
        return ()
    number, kind = _FIRST_NUMBER, ActivityKind.OTHER
    return (Activity(number=number, episode=1, kind=kind, occurred_on=day, recorded_at=tx.now, recorded_by=worker.user_id),)


def _waivers(tx: Tx, values: Mapping[str, Any], actor_id: str) -> tuple[Waiver, ...]:
    """What is not asked about again: the referrer, and with whom a review of before was shared."""
    told = Waiver(number=_FIRST_NUMBER, episode=1, rule=Rule.REFERRER_FEEDBACK, on=tx.today, by=actor_id)
    review = Waiver(number=_FIRST_NUMBER + 1, episode=1, rule=Rule.SHARING, of=_FIRST_NUMBER + 1, on=tx.today, by=actor_id)
    return (told, review) if values["last_review_on"] is not None else (told,)


def _sharings(values: Mapping[str, Any]) -> Iterator[Sharing]:
    """With whom the core assessment was shared."""
    for place, (field, whom) in enumerate(_SHARED.items()):
        if values[field] is not None:
            yield Sharing(
                number=_FIRST_NUMBER + place, of=_FIRST_NUMBER, whom=whom, status=SharingStatus.SHARED, on=values[field]
            )


def _chronologies(values: Mapping[str, Any]) -> tuple[Chronology, ...]:
    day = values["chronology_on"]
    kind = ChronologyKind.HOSPITAL_HISTORY
    return () if day is None else (Chronology(number=_FIRST_NUMBER, episode=1, kind=kind, completed_on=day),)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), LONDON).astimezone(UTC)
