"""§4: "if the work continues over a three-month period, then a core assessment should be completed" (R1, G27)."""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import date, timedelta

from bot.domain.cases.codes import SHORT_ROUTES, RecordingRoute
from bot.domain.cases.episode import Episode
from bot.domain.shared.calendar import add_months
from bot.domain.shared.obligation import Obligation, ObligationStatus, ReminderStage, Sending, To, back, forward
from bot.domain.shared.rule import Rule
from bot.domain.shared.ruleset import RuleSet, Version, in_force

RULE, SECTION = Rule.THRESHOLD, "§4"


def threshold(
    subject: str, episode: Episode, versions: Sequence[Version], holidays: Container[date], waived_on: date | None = None
) -> Obligation | None:
    """R1 for an episode: None where no short route was ever taken or the team has switched it off (0 months).

    Due on the corresponding day three calendar months after `clock_start`, never on day 90; over from the day after. It is met
    when a core assessment of this episode is completed, and stopped when the episode closes before that.
    """
    version = in_force(versions, episode.clock_start)
    rules = version.rules
    if not rules.threshold_months or SHORT_ROUTES.isdisjoint(episode.routes):
        return None
    due = add_months(episode.clock_start, rules.threshold_months)
    standing, ended_on = _ending(episode, rules, waived_on)
    return Obligation(
        rule=RULE,
        section=SECTION,
        subject=subject,
        since=episode.clock_start,
        due=due,
        standing=standing,
        ended_on=ended_on,
        version=version.number,
        weekly=True,
        sendings=() if in_progress(episode, rules) else tuple(_sendings(due, rules, holidays)),
    )


def in_progress(episode: Episode, rules: RuleSet) -> bool:
    """Whether the work moved to the assessment route and its core assessment is under way: still not met, in the digest only."""
    under_way = any(
        each.kind in rules.core_kinds and each.completed_on is None and each.abandoned_on is None for each in episode.assessments
    )
    return episode.route is RecordingRoute.ASSESSMENT and under_way


def continues(closed_on: date, reopened_on: date, rules: RuleSet) -> bool:
    """Whether a clock goes on after a reopening: within `same_clock_days` of the closing; days while closed count."""
    return reopened_on <= closed_on + timedelta(days=rules.same_clock_days)


def _ending(episode: Episode, rules: RuleSet, waived_on: date | None) -> tuple[ObligationStatus, date | None]:
    """How R1 ended, whichever came first; a day of both counts as met."""
    if episode.void:
        return ObligationStatus.VOID, None
    met_on = next((each.completed_on for each in episode.completed(rules.core_kinds)), None)
    ends = ((met_on, ObligationStatus.MET), (waived_on, ObligationStatus.WAIVED), (episode.closed_on, ObligationStatus.STOPPED))
    ended = [(day, order, standing) for order, (day, standing) in enumerate(ends) if day is not None]
    if not ended:
        return ObligationStatus.OPEN, None
    day, _, standing = min(ended)
    return standing, day


def _sendings(due: date, rules: RuleSet, holidays: Container[date]) -> list[Sending]:
    """Fourteen days before, on the day, and the day after, to the manager as well (docs/domain.md §5.5, R1)."""
    advance = due - timedelta(days=rules.threshold_advance_days)
    early = [Sending(ReminderStage.ADVANCE, back(advance, holidays), To.WORKER)] if rules.threshold_advance_days else []
    return [
        *early,
        Sending(ReminderStage.DUE, back(due, holidays), To.WORKER),
        Sending(ReminderStage.OVER, forward(due + timedelta(days=1), holidays), To.BOTH),
    ]
