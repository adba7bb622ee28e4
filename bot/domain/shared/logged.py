"""What everything that people log has in common: an author, a moment, a version, fifteen minutes of undo, a restriction."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from bot.domain.people import MANAGERS, Actor, Role

UNDO_WINDOW = timedelta(minutes=15)
SEES_RESTRICTED = MANAGERS | {Role.ADMIN}
"""Who sees a restricted entry beside its author (docs/domain.md §4 feature 5)."""


class LoggedItem(BaseModel, ABC):
    """Something on file, decrypted for the one who may read it."""

    model_config = ConfigDict(frozen=True)

    ref: str
    logged_by: str
    logged_at: datetime
    version: int = 1

    @property
    @abstractmethod
    def is_restricted(self) -> bool:
        """Whether few may see it; each kind of entry says so in its own way."""

    def is_fresh(self, user_id: str, now: datetime) -> bool:
        """Whether it is `user_id`'s own and at most fifteen minutes old."""
        return self.logged_by == user_id and now - self.logged_at <= UNDO_WINDOW

    def is_visible_to(self, actor: Actor) -> bool:
        """Whether `actor` may know of it at all: everybody of the team, or few when it is restricted."""
        return not self.is_restricted or self.logged_by == actor.user_id or actor.may(SEES_RESTRICTED)

    def is_in_hands_of(self, actor: Actor) -> bool:
        """Whether `actor` may correct it: its author or a manager."""
        return self.logged_by == actor.user_id or actor.may(MANAGERS)
