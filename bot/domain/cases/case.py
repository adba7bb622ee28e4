"""Cases (docs/domain.md §5): a child's record in the bot, with everything on it. No name, no date of birth."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from bot.domain.cases.codes import AuthorisationKind, SharingStatus, State
from bot.domain.cases.episode import Episode
from bot.domain.cases.records import Assignment, Authorisation, Chronology, HomeAuthority, MedicalFileItem, Referral, Sharing
from bot.domain.people import Actor, Role


class CaseFeedback(BaseModel):
    """What the rules need to know of feedback about a case: when, to whom, and whether it was a referrer."""

    model_config = ConfigDict(frozen=True)

    given_on: date
    to_referrer: bool


class Case(BaseModel):
    """A case with everything on it. `version` counts its changes."""

    model_config = ConfigDict(frozen=True)

    ref: str
    ics_ref: str
    created_by: str
    created_at: datetime
    version: int = 0
    restricted: bool = False
    family_group: str | None = None
    deceased_on: date | None = None
    episodes: tuple[Episode, ...] = ()
    referrals: tuple[Referral, ...] = ()
    home_authorities: tuple[HomeAuthority, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    sharings: tuple[Sharing, ...] = ()
    authorisations: tuple[Authorisation, ...] = ()
    medical_file_items: tuple[MedicalFileItem, ...] = ()
    chronologies: tuple[Chronology, ...] = ()
    feedback: tuple[CaseFeedback, ...] = ()

    @property
    def living_episodes(self) -> tuple[Episode, ...]:
        """Its episodes but for void ones, the earliest first."""
        return tuple(each for each in self.episodes if not each.void)

    @property
    def latest(self) -> Episode | None:
        """The latest episode that is not void."""
        return self.living_episodes[-1] if self.living_episodes else None

    def open_on(self, today: date) -> Episode | None:
        """The open episode, None when the case is closed."""
        latest = self.latest
        return latest if latest is not None and latest.state(today) is not State.CLOSED else None

    @property
    def home(self) -> str:
        """The home authority now."""
        return self.home_authorities[-1].gss if self.home_authorities else "unknown"

    def referral_of(self, episode: int) -> Referral | None:
        """The referral that opened an episode; None when it was reopened without one."""
        return next((each for each in reversed(self.referrals) if each.episode == episode), None)

    def sharing_of(self, number: int, whom: str) -> Sharing | None:
        """How sharing of that assessment or review with `whom` stands, None while nothing was noted."""
        return next((each for each in self.sharings if (each.of, each.whom) == (number, whom)), None)

    def sharing_status(self, number: int, whom: str) -> SharingStatus:
        """The status, `outstanding` while nothing was noted."""
        found = self.sharing_of(number, whom)
        return SharingStatus.OUTSTANDING if found is None else found.status

    @property
    def unauthorised(self) -> tuple[Authorisation, ...]:
        """What waits for a manager's word in the open episode (I10)."""
        latest = self.latest
        waiting = [each for each in self.authorisations if each.agreed is None and latest and each.episode == latest.number]
        running = {each.number for each in latest.assessments if each.is_running} if latest else set()
        return tuple(each for each in waiting if each.wanted is not AuthorisationKind.ASSESSMENT or each.of in running)

    def medical_file_item(self, number: int, about: str) -> MedicalFileItem | None:
        """What was noted of an item of that assessment for the medical file."""
        return next((each for each in self.medical_file_items if (each.of, each.about) == (number, about)), None)

    def is_visible_to(self, actor: Actor, covering: frozenset[str] = frozenset()) -> bool:
        """Whether `actor` may know of it: a restricted case is for its worker, their cover, its manager and administrators."""
        latest = self.latest or (self.episodes[-1] if self.episodes else None)
        concerned = {latest.worker_id, latest.manager_id} if latest else {self.created_by}
        return not self.restricted or may_know(actor, concerned, covering)

    def last_activity(self, episode: Episode) -> date:
        """The latest of opening, work that took place, assessments, reviews and feedback (docs/domain.md §5.4, §7.2)."""
        given = [each.given_on for each in self.feedback if each.given_on >= episode.opened_on]
        return max([episode.opened_on, *episode.days_of_work_done, *given])


def may_know(actor: Actor, concerned: AbstractSet[str | None], covering: AbstractSet[str]) -> bool:
    """Whether `actor` may know of something restricted: one of those concerned, who stands in for them, or an administrator."""
    return actor.may(frozenset({Role.ADMIN})) or actor.user_id in concerned or bool(concerned & covering)
