"""§3: core assessments are "reviewed every six months" (R2, G17)."""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import date, timedelta

from bot.domain.cases.codes import Purpose
from bot.domain.cases.episode import Assessment, Episode
from bot.domain.shared.calendar import add_months
from bot.domain.shared.obligation import Obligation, ObligationStatus, ReminderStage, Sending, To, back, forward
from bot.domain.shared.rule import Rule
from bot.domain.shared.ruleset import RuleSet, Version, in_force

RULE, SECTION = Rule.REVIEW, "§3"
AFTER_REOPENING = timedelta(days=28)
"""The time for a review that fell due while the case was closed (docs/domain.md §5.5, R2)."""


def due_review(
    subject: str, episodes: Sequence[Episode], versions: Sequence[Version], holidays: Container[date]
) -> Obligation | None:
    """R2 for the latest of a case's episodes (the earliest first): None where nothing is to be reviewed.

    Due six calendar months after the latest completed core assessment or review held, counted from that day however late or early
    it was. After a reopening it keeps its date if that is still to come, else it is due four weeks after the reopening.
    """
    episode = episodes[-1]
    anchor = _anchor(episodes, versions)
    if anchor is None:
        return None
    version = in_force(versions, anchor)
    if not version.rules.review_months:
        return None
    due = add_months(anchor, version.rules.review_months)
    if anchor < episode.opened_on and due <= episode.opened_on:
        due = episode.opened_on + AFTER_REOPENING
    standing, ended_on = _ending(episode)
    return Obligation(
        rule=RULE,
        section=SECTION,
        subject=subject,
        since=anchor,
        due=due,
        standing=standing,
        ended_on=ended_on,
        version=version.number,
        weekly=True,
        sendings=tuple(_sendings(due, version.rules, holidays)),
    )


def cores_of(episode: Episode, versions: Sequence[Version]) -> list[Assessment]:
    """Its completed assessments that counted as core under the rules of the day on which they were completed."""
    done = [(each, each.completed_on) for each in episode.assessments if each.completed_on is not None]
    return [each for each, day in done if each.kind in in_force(versions, day).rules.core_kinds]


def _anchor(episodes: Sequence[Episode], versions: Sequence[Version]) -> date | None:
    """The day from which the six months run, or None: no completed core, or only ones made to refer to another borough."""
    cores = [each for episode in episodes for each in cores_of(episode, versions)]
    only_referring = all(each.purpose is Purpose.REFER_TO_OTHER_BOROUGH for each in cores)
    if not cores or (only_referring and not episodes[-1].long_term):
        return None
    held = [day for episode in episodes for day in episode.reviews_held]
    return max([each.completed_on for each in cores if each.completed_on] + held)


def _ending(episode: Episode) -> tuple[ObligationStatus, date | None]:
    if episode.void:
        return ObligationStatus.VOID, None
    if episode.closed_on is not None:
        return ObligationStatus.STOPPED, episode.closed_on
    return (ObligationStatus.STOPPED, episode.review_off_on) if episode.review_off_on else (ObligationStatus.OPEN, None)


def _sendings(due: date, rules: RuleSet, holidays: Container[date]) -> list[Sending]:
    """Four weeks and one week before, on the day, and the day after, to the manager as well (docs/domain.md §5.5, R2)."""
    before = ((ReminderStage.ADVANCE, rules.review_advance_days), (ReminderStage.EARLY, rules.review_early_days))
    return [
        *(Sending(stage, back(due - timedelta(days=days), holidays), To.WORKER) for stage, days in before if days),
        Sending(ReminderStage.DUE, back(due, holidays), To.WORKER),
        Sending(ReminderStage.OVER, forward(due + timedelta(days=1), holidays), To.BOTH),
    ]
