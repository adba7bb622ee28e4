"""Finding a case, and changing it: the steps that every function about cases shares."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.domain.cases.case import Case
from bot.domain.cases.episode import Episode
from bot.domain.cases.records import Assignment, Decision, Record
from bot.domain.people import Actor
from bot.domain.shared.calendar import say_date
from bot.domain.shared.errors import Refusal
from bot.services.guards import visible, workers_only
from bot.services.reminders import obligations
from storage.cases import cases
from storage.db.engine import Tx


def existing(tx: Tx, ref: str, actor: Actor) -> Case:
    """The case, if `actor` may know of it; refused with `not_found` in the same words whether it is absent or hidden."""
    case = cases.get(tx, ref)
    if case is None or not visible(tx, case, actor):
        raise Refusal("not_found", f"There is no case {ref} that you can see.")
    return effected(tx, case)


def effected(tx: Tx, case: Case) -> Case:
    """The case with an agreed closing carried out, if its day has come: whoever comes first does it, the bot at its next look."""
    episode = case.latest
    closing = episode.closing if episode else None
    if episode is None or closing is None or episode.closed_on is not None or closing.effective_on is None:
        return case
    if closing.effective_on > tx.today:
        return case
    return save(tx, case, [closed_by(episode, closing)], "case.closed", on=str(closing.effective_on))


def closed_by(episode: Episode, decision: Decision) -> Episode:
    """The episode as a decision that has come into effect closes it."""
    return episode.model_copy(
        update={"closed_on": decision.effective_on, "rc_code": decision.rc_code, "local_reason": decision.local_reason}
    )


def opened(tx: Tx, ref: str, actor: Actor) -> tuple[Case, Episode]:
    """The case and its open episode, for somebody who works on cases. Refused: `not_found`, `workers_only`, `case_closed`."""
    workers_only(actor)
    case = existing(tx, ref, actor)
    episode = case.open_on(tx.today)
    if episode is None:
        raise read_only(case)
    return case, episode


def read_only(case: Case) -> Refusal:
    """What is said to who works on a case that is not open: `case_closed`."""
    if case.latest is None:
        return Refusal(
            "case_closed", f"The referral of {case.ref} was taken back, so nothing is open. Work begins with a new referral."
        )
    return Refusal("case_closed", f"{case.ref} is closed: it can be corrected. Work begins with reopening it (§6).")


def next_number(case: Case, offset: int = 0) -> int:
    """A number for a new record, one no record of the case has had: a change adds up to 256 of them."""
    return (case.version + 1) * 256 + offset


def save(
    tx: Tx,
    before: Case,
    records: Sequence[Record],
    action: str,
    head: dict[str, Any] | None = None,
    *,
    why: str | None = None,
    **details: object,
) -> Case:
    """Write records, log it, and write down anew what the rules ask; a reason (`why`) stays in the case's history, encrypted.

    Refused: `changed_meanwhile`.
    """
    if not cases.change(tx, before, records, action, head, why):
        raise Refusal("changed_meanwhile", f"Not saved: somebody changed {before.ref} just now. Please look at it again.")
    tx.log(action, before.ref, **details)
    return refreshed(tx, before.ref)


def refreshed(tx: Tx, ref: str) -> Case:
    """The case as it stands now, with what the rules ask of it written down."""
    after = cases.get(tx, ref)
    if after is None:
        raise LookupError(ref)
    obligations.refresh(tx, after)
    return after


def within_episode(episode: Episode, field: str, day: date) -> None:
    """Refuse work on a day before its episode: `outside_episode` (I8, I9)."""
    if day < episode.opened_on:
        opened_on = say_date(episode.opened_on)
        raise Refusal(
            "outside_episode",
            f"The case was opened on {opened_on}; this is earlier. If the work began before, correct the opening first.",
            field=field,
        )


def handed_to(case: Case, episode: int, worker_id: str, day: date, reason: str | None, offset: int = 0) -> list[Record]:
    """The assignments of a change of hands: the one before ends, a new one begins."""
    before = [each for each in case.assignments if each.episode == episode and each.to_on is None]
    ended: list[Record] = [each.model_copy(update={"to_on": day}) for each in before]
    number = next_number(case, offset)
    return [*ended, Assignment(number=number, episode=episode, worker_id=worker_id, from_on=day, reason=reason)]
