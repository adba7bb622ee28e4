"""An open case as agendas, digests and decision lists see it (§6): a few facts, written whenever the case changes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from bot.domain.cases.case import Case
from bot.domain.cases.codes import SHORT_ROUTES, RecordingRoute
from bot.domain.cases.episode import Episode
from bot.domain.obligations.awaiting_decision import Standstill, Why, awaits_decision, drifts, look_from
from bot.domain.obligations.of_case import prompts, standstill
from bot.domain.shared.obligation import Obligation
from bot.domain.shared.ruleset import Version


class CaseLine(BaseModel):
    """One open case. `manager_id` is its worker's manager of today, or the one named for it.

    `prompts` are lines of the agenda without an obligation, with the day from which they are listed.
    """

    model_config = ConfigDict(frozen=True)

    ref: str
    episode: int
    worker_id: str
    manager_id: str | None
    named_manager_id: str | None = None
    restricted: bool
    home_authority: str
    route: RecordingRoute
    opened_on: date
    opened_at: datetime
    reopened: bool
    prompts: dict[str, date]
    facts: Standstill

    @property
    def short_route(self) -> bool:
        """Whether it is one-off or short-term work (§4)."""
        return self.route in SHORT_ROUTES

    def why(self, today: date) -> tuple[Why, ...]:
        """Why it awaits a decision today (R8)."""
        return awaits_decision(self.facts, today)

    def drifts(self, today: date) -> bool:
        """Whether it drifts today (R12)."""
        return drifts(self.facts, today)

    def prompted(self, today: date) -> list[str]:
        """The prompts that stand on the agenda today."""
        return [name for name, day in self.prompts.items() if day <= today]

    @property
    def look_from(self) -> date | None:
        """The first day on which a list may show it."""
        agreed = self.opened_on if self.facts.action_due is not None else None  # a line on the next agenda, whenever it is due
        days = [day for day in (look_from(self.facts), agreed, *self.prompts.values()) if day is not None]
        return min(days, default=None)


def line(case: Case, episode: Episode, asked: Sequence[Obligation], versions: Sequence[Version]) -> CaseLine:
    """The line of a case's open episode."""
    return CaseLine(
        ref=case.ref,
        episode=episode.number,
        worker_id=episode.worker_id,
        manager_id=episode.manager_id,
        named_manager_id=episode.named_manager_id,
        restricted=case.restricted,
        home_authority=case.home,
        route=episode.route,
        opened_on=episode.opened_on,
        opened_at=episode.opened_at or case.created_at,
        reopened=episode.number > 1,
        prompts=prompts(case, episode, versions),
        facts=standstill(case, episode, asked, versions),
    )
