"""The timeline of a case: records of all kinds as lines, in order (docs/domain.md §4, feature 9). Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

from bot.domain.audits.audit import AuditSection
from bot.domain.cases.case import Case
from bot.domain.cases.codes import ActivityKind, ReferralStatus, SharingStatus
from bot.domain.cases.episode import Assessment, Episode
from bot.domain.cases.records import Review
from bot.domain.obligations.after_assessment import MedicalFileKind, With
from bot.domain.shared.calendar import london_day
from bot.domain.shared.rule import words_of


class Happened(NamedTuple):
    """One line: the day, what it was, who did it where that is known, and the words that were typed.

    `reasoned`: whether the words are a decision's reasons, which only those who decide may read (docs/domain.md §4, feature 5).
    `part`: the section of the audit form that counts it (A9); None for the referral itself and for allocations.
    """

    on: date
    what: str
    who: str | None = None
    said: str | None = None
    reasoned: bool = False
    part: AuditSection | None = None


def happened(case: Case) -> list[Happened]:
    """Everything on a case, the newest first."""
    episodes = (
        line._replace(part=line.part or part)
        for episode in case.episodes
        for kind, part in _OF_EPISODES.items()
        for line in kind(episode)
    )
    lines = [*_referrals(case), *_follow_through(case), *episodes]
    return sorted(lines, key=lambda line: line.on)[::-1]


def _referrals(case: Case) -> Iterator[Happened]:
    for referral in case.referrals:
        urgent = ", urgent" if referral.urgent else ""
        what = f"referral {referral.ref} activated{urgent}, received from {referral.channel.words}"
        yield Happened(referral.activated_on, what, referral.activated_by, referral.activity_summary)
        if referral.first_response_at is not None:
            yield Happened(london_day(referral.first_response_at), "first response to the urgent referral")
        if referral.status is not ReferralStatus.ACTIVATED and referral.ended_on is not None:
            yield Happened(
                referral.ended_on, f"the referral ended: {referral.status.words}", referral.ended_by, referral.ended_reason
            )


def _follow_through(case: Case) -> Iterator[Happened]:
    for shared in case.sharings:
        if shared.on is not None:
            how = f", {shared.method.words}" if shared.method else ""
            with_ = f"with {With(shared.whom).words}"
            what = f"shared {with_}{how}" if shared.status is SharingStatus.SHARED else f"sharing {with_}: {shared.status.words}"
            yield Happened(shared.on, what, shared.exempt_by, shared.reason, part=AuditSection.SHARING)
    for item in case.medical_file_items:
        if item.placed_on is not None:
            what = f"{MedicalFileKind(item.about).words}: {item.status.words}"
            yield Happened(item.placed_on, what, item.by, item.reason, part=AuditSection.SHARING)
    for chronology in case.chronologies:
        yield Happened(chronology.completed_on, f"chronology: {chronology.kind.words}", part=AuditSection.ASSESSMENTS)
    for given in case.feedback:
        to = "to the referrer" if given.to_referrer else "to professionals"
        yield Happened(given.given_on, f"feedback {to}", part=AuditSection.FEEDBACK)
    for held in case.assignments:
        yield Happened(held.from_on, "held from now on by", held.worker_id)


def _work(episode: Episode) -> Iterator[Happened]:
    again = "reopened" if episode.reopened_at else "opened"
    yield Happened(episode.opened_on, f"{again}: {episode.route.words}{' (void)' if episode.void else ''}")
    for activity in episode.activities:
        counted = AuditSection.VISITS if activity.kind is ActivityKind.VISIT else AuditSection.CONTACTS
        part = None if activity.kind is ActivityKind.ATTEMPTED else counted
        yield Happened(activity.occurred_on, activity.words, activity.recorded_by, activity.note, part=part)


def _assessments(episode: Episode) -> Iterator[Happened]:
    for made in episode.assessments:
        yield Happened(made.started_on, f"{made.kind.words} started, {made.purpose.words}")
        if made.completed_on is not None:
            yield Happened(made.completed_on, f"{made.kind.words} complete, authorised by", made.authorised_by)
        if made.abandoned_on is not None:
            yield Happened(made.abandoned_on, f"{made.kind.words} not completed", None, made.abandon_reason)
    for review in episode.reviews:
        yield Happened(review.held_on, f"review, {review.outcome.words}, authorised by", review.authorised_by)


def _copies(episode: Episode) -> Iterator[Happened]:
    made: list[tuple[str, Assessment | Review]] = [(each.kind.words, each) for each in episode.assessments]
    made += [("review", each) for each in episode.reviews]
    for what, each in made:
        if each.copy_sent_on is not None:
            form = f", {each.form.words}" if each.form else ""
            yield Happened(each.copy_sent_on, f"copy of the {what} sent{form}", None, each.form_reason)


def _waivers(episode: Episode) -> Iterator[Happened]:
    for waiver in episode.waivers:
        yield Happened(waiver.on, f"not asked for any more: {words_of(waiver.rule)}", waiver.by, waiver.reason)


def _decisions(episode: Episode) -> Iterator[Happened]:
    if episode.proposed_at is not None and episode.proposed_kind is not None:
        day, what = london_day(episode.proposed_at), f"proposed: {episode.proposed_kind.words}"
        yield Happened(day, what, episode.proposed_by, episode.proposed_reason, reasoned=True)
    for decision in episode.decisions:
        if decision.effective_at is not None:
            day, what = london_day(decision.effective_at), f"decided in supervision: {decision.kind.words}"
            yield Happened(day, what, None, decision.rationale, reasoned=True)
    if episode.closed_on is not None:
        yield Happened(episode.closed_on, f"closed{f' ({episode.rc_code})' if episode.rc_code else ''}")
    if episode.closing_records_on is not None:
        yield Happened(episode.closing_records_on, "the records of the closing are complete")


_OF_EPISODES: dict[Callable[[Episode], Iterator[Happened]], AuditSection | None] = {
    _work: None,
    _assessments: AuditSection.ASSESSMENTS,
    _copies: AuditSection.SHARING,
    _decisions: AuditSection.DECISIONS,
    _waivers: AuditSection.DECISIONS,
}
"""What happened in an episode, by kind, and under which heading an audit counts it."""
