"""Every clock of a case: what the rules R1 to R16 ask of it, and what is known for R8 and R12 (docs/domain.md §5). Pure.

The result is what storage materialises: it depends on the facts and on the versions of the rules, not on today.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import date, datetime

from bot.domain.cases import referral
from bot.domain.cases.case import Case
from bot.domain.cases.codes import SETTLED, SHORT_ROUTES, DecisionKind, ItemStatus, ReviewOutcome, Service, SharingStatus
from bot.domain.cases.episode import Episode
from bot.domain.cases.records import Waiver
from bot.domain.obligations import after_assessment, closing_records, first_response, review, threshold
from bot.domain.obligations.after_assessment import With
from bot.domain.obligations.awaiting_decision import Standstill
from bot.domain.shared.calendar import add_months
from bot.domain.shared.obligation import Obligation, ObligationStatus
from bot.domain.shared.rule import FACTS, Rule
from bot.domain.shared.ruleset import Version, in_force

_CCDS_MONTHS = 3


def obligations(case: Case, versions: Sequence[Version], holidays: Container[date]) -> list[Obligation]:
    """What is and was asked of the case, episode by episode, each in the order of the rules."""
    found: list[Obligation] = []
    for position, episode in enumerate(case.episodes):
        living = [each for each in case.episodes[: position + 1] if not each.void or each is episode]
        found += [_ended(asked, episode) for asked in _of_episode(case, living, versions, holidays)]
    return found


def continued_clock(case: Case, opened_on: date, versions: Sequence[Version]) -> Episode | None:
    """The episode whose three months go on when the case is opened again that day: one that closed at most 28 days ago with its
    clock running. None when a new clock begins (R1).
    """  # noqa: D205 - one sentence
    before = case.latest
    if before is None or before.closed_on is None or SHORT_ROUTES.isdisjoint(before.routes):
        return None
    ran = next(
        (
            each
            for each in obligations(case, versions, ())
            if each.rule == Rule.THRESHOLD and each.subject == subject_of(case, before)
        ),
        None,
    )
    rules = in_force(versions, before.closed_on).rules
    running = ran is not None and ran.standing is ObligationStatus.STOPPED
    return before if running and threshold.continues(before.closed_on, opened_on, rules) else None


def subject_of(case: Case, episode: Episode) -> str:
    """How an episode is named in obligations and in the ledger."""
    return f"{case.ref}#{episode.number}"


def standstill(case: Case, episode: Episode, asked: Sequence[Obligation], versions: Sequence[Version]) -> Standstill:
    """What is known of an open episode for R8 and R12."""
    mine = [each for each in asked if each.subject == subject_of(case, episode) and each.standing is ObligationStatus.OPEN]
    due = {each.rule: each.due for each in mine}
    last = case.last_activity(episode)
    rules = in_force(versions, last).rules
    decided = episode.decided
    recommended = [each.recorded_at for each in episode.reviews if each.outcome is ReviewOutcome.RECOMMEND_CLOSE]
    return Standstill(
        last_activity=last,
        next_expected_contact=episode.next_expected_contact,
        next_decision_on=decided.next_decision_on if decided else None,
        decided_at=decided.effective_at if decided else None,
        kept=decided is not None and decided.kind is DecisionKind.KEEP_OPEN,
        agreed=episode.closing is not None,
        proposed_at=_proposed_at(episode),
        awaiting_family_at=episode.awaiting_family_at,
        reopened_at=episode.reopened_at,
        moved_in_at=episode.moved_in_at,
        recommended_at=max(recommended, default=None),
        threshold_due=due.get(Rule.THRESHOLD),
        review_due=due.get(Rule.REVIEW),
        urgent_unanswered=Rule.FIRST_RESPONSE in due,
        action_due=min((each.due_on for each in episode.actions if each.done_on is None), default=None),
        dormant_days=rules.dormant_days,
        drift_days=rules.drift_days,
    )


def prompts(case: Case, episode: Episode, versions: Sequence[Version]) -> dict[str, date]:
    """Lines of the agenda without an obligation, with the day from which they stand there.

    `core_missing` (G16): long-term work without a core assessment. `ccds_assessment` (G18): three months at CCDS without any.
    `chronology_update` (R7): the chronology is of an earlier episode.
    """
    found = {}
    cores = [each for one in case.living_episodes for each in review.cores_of(one, versions)]
    if episode.long_term and not cores:
        found["core_missing"] = episode.opened_on
    if episode.service is Service.CCDS and not any(each.abandoned_on is None for each in episode.assessments):
        found["ccds_assessment"] = add_months(episode.opened_on, _CCDS_MONTHS)
    own_cores = [each.completed_on for each in review.cores_of(episode, versions) if each.completed_on]
    if own_cores and case.chronologies and all(each.episode < episode.number for each in case.chronologies):
        found["chronology_update"] = min(own_cores)
    return found


def _proposed_at(episode: Episode) -> datetime | None:
    """When somebody proposed, or confirmed alone: both ask for a decision (R8 a)."""
    pending = episode.pending
    moments = [episode.proposed_at, pending.worker_at if pending else None, pending.manager_at if pending else None]
    return max((each for each in moments if each is not None), default=None)


def _of_episode(
    case: Case, living: Sequence[Episode], versions: Sequence[Version], holidays: Container[date]
) -> Iterator[Obligation]:
    episode = living[-1]
    subject = subject_of(case, episode)
    clocks = (
        threshold.threshold(subject, episode, versions, holidays, _waived_on(episode, Rule.THRESHOLD)),
        review.due_review(subject, living, versions, holidays),
        *_sharing(case, episode, versions, holidays),
        *_medical_file(case, episode, versions, holidays),
        after_assessment.chronology(subject, episode, _chronologies(case, episode), versions, holidays),
        closing_records.records(subject, episode.closed_on, versions, holidays, episode.closing_records_on)
        if episode.closed_on
        else None,
        *_referral(case, episode, versions, holidays),
    )
    yield from (each for each in clocks if each is not None)


def _sharing(case: Case, episode: Episode, versions: Sequence[Version], holidays: Container[date]) -> Iterator[Obligation]:
    """R5 for every completed assessment and every review."""
    made = [(each.number, each.completed_on) for each in episode.assessments if each.completed_on]
    for number, day in [*made, *((each.number, each.held_on) for each in episode.reviews)]:
        noted = {whom: found for whom in With if (found := case.sharing_of(number, whom)) is not None}
        settled = [whom for whom, found in noted.items() if found.status in SETTLED]
        requested = {
            whom: found.requested_on
            for whom, found in noted.items()
            if found.status is SharingStatus.EXEMPT_REQUESTED and found.requested_on
        }
        for asked in after_assessment.sharing(f"{case.ref}/{number}", day, versions, holidays, settled, requested):
            found_on = noted[With(asked.about or "")].on if asked.standing is ObligationStatus.MET else None
            yield asked.model_copy(update=_named(asked, number) | {"ended_on": found_on})


def _medical_file(case: Case, episode: Episode, versions: Sequence[Version], holidays: Container[date]) -> Iterator[Obligation]:
    """R6 for every completed assessment that was made to refer to another borough."""
    for made in episode.assessments:
        for asked in after_assessment.medical_file(f"{case.ref}/{made.number}", made, versions, holidays):
            item = case.medical_file_item(made.number, asked.about or "")
            update = _named(asked, made.number)
            if item is not None and item.status in (ItemStatus.PLACED, ItemStatus.WAIVED):
                standing = ObligationStatus.MET if item.status is ItemStatus.PLACED else ObligationStatus.WAIVED
                update |= {"standing": standing, "ended_on": item.placed_on}
            yield asked.model_copy(update=update)


def _named(asked: Obligation, number: int) -> dict[str, object]:
    """Of which assessment or review it is, and a subject of its own for each thing asked about that."""
    return {"of": number, "subject": f"{asked.subject}:{asked.about}"}


def _referral(
    case: Case, episode: Episode, versions: Sequence[Version], holidays: Container[date]
) -> Iterator[Obligation | None]:
    """R11 and R16 of the referral that opened the episode."""
    opened_by = case.referral_of(episode.number)
    if opened_by is None:
        return
    subject = subject_of(case, episode)
    if opened_by.urgent and opened_by.received_at is not None:
        yield first_response.response(subject, opened_by.received_at, versions, holidays, opened_by.first_response_at)
    told = [each.given_on for each in case.feedback if each.to_referrer and each.given_on >= opened_by.received_on]
    yield referral.feedback_due(
        subject, opened_by.activated_on, opened_by.source_code, versions, holidays, min(told, default=None)
    )


def _chronologies(case: Case, episode: Episode) -> list[date]:
    """The days of chronologies of this or an earlier episode: either kind will do."""
    return [each.completed_on for each in case.chronologies if each.episode <= episode.number]


def _ended(asked: Obligation, episode: Episode) -> Obligation:
    """The obligation as a waiver, the end of its episode, or a void episode leave it."""
    asked = asked.model_copy(update={"episode": episode.number})
    if episode.void:
        return asked.model_copy(update={"standing": ObligationStatus.VOID, "ended_on": None})
    asked = waived(asked, episode.waivers)
    closed = episode.closed_on is not None and asked.standing is ObligationStatus.OPEN
    if closed and FACTS[asked.rule].ends_with_episode:
        return asked.model_copy(update={"standing": ObligationStatus.STOPPED, "ended_on": episode.closed_on})
    return asked


def waived(asked: Obligation, waivers: Iterable[Waiver]) -> Obligation:
    """An open obligation as a manager's word leaves it, if there is one that is not older than what it is about."""
    waiver = next((each for each in waivers if _waives(each, asked)), None)
    if waiver is None or asked.standing is not ObligationStatus.OPEN:
        return asked
    return asked.model_copy(update={"standing": ObligationStatus.WAIVED, "ended_on": waiver.on})


def _waives(waiver: Waiver, asked: Obligation) -> bool:
    same = (waiver.rule, waiver.of) == (asked.rule, asked.of) and waiver.about in (None, asked.about)
    return same and waiver.on >= asked.since


def _waived_on(episode: Episode, rule: str) -> date | None:
    return min((each.on for each in episode.waivers if each.rule == rule), default=None)
