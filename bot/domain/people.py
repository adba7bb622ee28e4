"""Who may do what: roles of staff (docs/domain.md §5.1 Person, §4 feature 5)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Role(StrEnum):
    """What a member of staff is here for; one each."""

    SOCIAL_WORKER = "social_worker"
    TEAM_MANAGER = "team_manager"
    SENIOR_MANAGER = "senior_manager"
    AUDITOR = "auditor"
    ADMIN = "admin"
    VIEWER = "viewer"

    @property
    def words(self) -> str:
        """The role as people say it: "team manager"."""
        return self.value.replace("_", " ")


MANAGERS = frozenset({Role.TEAM_MANAGER, Role.SENIOR_MANAGER})
RECORDERS = frozenset({Role.SOCIAL_WORKER}) | MANAGERS
"""Who works on cases; others may log an inquiry (G4)."""
LOGGERS = frozenset({Role.SOCIAL_WORKER, Role.ADMIN}) | MANAGERS
"""Who may log an inquiry: all who take the call (§2, docs/domain.md §1.2 G4)."""
READERS = LOGGERS | {Role.VIEWER}
"""Who may find the team's inquiries (§2 "colleagues and managers can access the information"); an auditor sees samples only."""
AUDITORS = MANAGERS | {Role.AUDITOR}
"""Who may carry out an audit: the committee's independent member (A2), or a manager, as case audits often are."""
COMMISSIONERS = AUDITORS | {Role.ADMIN}
"""Who may begin an audit, and read what came of it."""
PLANNERS = MANAGERS | {Role.ADMIN}
"""Who plans audits for others, sees all of them, and can end one."""
EVERYONE = frozenset(Role)


class Person(BaseModel):
    """A member of staff as the bot knows them: by Slack user id, never by name."""

    model_config = ConfigDict(frozen=True)

    user_id: str
    role: Role
    manager_id: str | None = None
    deputy_id: str | None = None
    nqsw: bool = False
    away_from: date | None = None
    away_until: date | None = None

    def is_away(self, today: date) -> bool:
        """Whether an absence covers `today`; both ends count, an absence without an end lasts."""
        if self.away_from is None or today < self.away_from:
            return False
        return self.away_until is None or today <= self.away_until


class Actor(BaseModel):
    """The person behind a request, after the gate: their id and everything they may act as."""

    model_config = ConfigDict(frozen=True)

    workspace_id: str
    user_id: str
    roles: frozenset[Role]

    def may(self, allowed: frozenset[Role]) -> bool:
        """Whether one of the person's roles is among `allowed`."""
        return bool(self.roles & allowed)
