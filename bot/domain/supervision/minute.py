"""The minute of a supervision session (§6; docs/domain.md §3.2): what was decided and agreed, by reference only. Pure.

It is made when the session is finalised and never changed. Reasons stay with their cases, encrypted, and are looked up when
the minute is read, so that they end with the case, or some time after the minute stands on ICS.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from bot.domain.cases.codes import DecisionKind
from bot.domain.cases.records import Action, Decision


class Decided(BaseModel):
    """A decision that both confirmed in the session; `number` is that of its record on the case, where its reason is."""

    model_config = ConfigDict(frozen=True)

    ref: str
    number: int
    kind: DecisionKind
    worker_by: str
    manager_by: str
    decided_at: datetime
    rc_code: str | None = None
    local_reason: str | None = None
    effective_on: date | None = None
    next_decision_on: date | None = None
    factors: tuple[str, ...] = ()
    worded: bool = True


class Agreed(BaseModel):
    """Something that somebody will do about a case until a day. `worded`: whether anything was typed for it."""

    model_config = ConfigDict(frozen=True)

    ref: str
    number: int
    worker_id: str
    due_on: date
    worded: bool = True


class Carried(BaseModel):
    """A case that was not decided: `times` sessions have left it so. `half`: one of the two had confirmed, which lapsed."""

    model_config = ConfigDict(frozen=True)

    ref: str
    times: int
    half: bool = False


class Minute(BaseModel):
    """What a finalised session says."""

    model_config = ConfigDict(frozen=True)

    decided: tuple[Decided, ...] = ()
    agreed: tuple[Agreed, ...] = ()
    carried: tuple[Carried, ...] = ()

    @property
    def refs(self) -> tuple[str, ...]:
        """Every case that it names, each once."""
        named = [each.ref for each in self.decided] + [each.ref for each in self.agreed] + [each.ref for each in self.carried]
        return tuple(dict.fromkeys(named))

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody whom it names, each once."""
        named = [who for each in self.decided for who in (each.worker_by, each.manager_by)]
        return tuple(dict.fromkeys([*named, *(each.worker_id for each in self.agreed)]))

    def without(self, ref: str) -> Minute:
        """The minute without a case that is disposed of."""
        kept = {name: tuple(each for each in getattr(self, name) if each.ref != ref) for name in ("decided", "agreed", "carried")}
        return self.model_copy(update=kept)


def made(decisions: Sequence[tuple[str, Decision]], actions: Sequence[tuple[str, Action]], carried: Sequence[Carried]) -> Minute:
    """The minute of a session: of these (reference, decision) those that both confirmed, in the order in which they were made."""
    decided = [
        Decided.model_validate(
            each.model_dump()
            | {"ref": ref, "decided_at": each.effective_at, "worded": bool(each.rationale)}
            | ({} if each.kind is DecisionKind.CLOSE else {"effective_on": None})
        )
        for ref, each in decisions
        if each.effective_at is not None
    ]
    agreed = [
        Agreed(ref=ref, number=each.number, worker_id=each.worker_id, due_on=each.due_on, worded=bool(each.what))
        for ref, each in actions
    ]
    return Minute(
        decided=tuple(sorted(decided, key=lambda each: (each.decided_at, each.ref))),
        agreed=tuple(sorted(agreed, key=lambda each: (each.due_on, each.ref, each.number))),
        carried=tuple(sorted(carried, key=lambda each: each.ref)),
    )
