"""Minutes of supervision (§6): made when a session is finalised, read with what was typed for them, noted as on ICS."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.people import MANAGERS, Actor
from bot.domain.shared.errors import Refusal
from bot.domain.supervision import minute as supervision_minute
from bot.domain.supervision.minute import Carried, Minute
from bot.domain.supervision.session import Session
from bot.services.cases.participants import leads
from bot.services.guards import covered_by, visible
from storage.cases import cases, lookups
from storage.db.engine import Tx
from storage.supervision import sessions


@dataclass(frozen=True)
class Written:
    """A minute as it is read: `words` are what was typed, by case and number of the record; `ics` the cases' names there."""

    session: Session
    minute: Minute
    words: dict[tuple[str, int], str]
    ics: dict[str, str]

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody whom it names, each once."""
        return tuple(dict.fromkeys([*self.session.people, *self.minute.people]))


def made(tx: Tx, session: Session, carried: list[Carried]) -> Minute:
    """The minute of a session that ends now."""
    decisions, actions = [], []
    for ref in lookups.touched_in(tx, session.ref):
        case = cases.get(tx, ref)
        for episode in case.episodes if case else ():
            decisions += [(ref, each) for each in episode.decisions if each.session == session.ref]
            actions += [(ref, each) for each in episode.actions if each.session == session.ref]
    return supervision_minute.made(decisions, actions, carried)


def session_on_ics(tx: Tx, worker_id: str, actor: Actor) -> Session:
    """Note that the minute of a worker's last finalised session stands on ICS. Refused: `not_found`, `not_your_session`."""
    session = sessions.last_finalised(tx, worker_id)
    if session is None:
        raise Refusal("not_found", f"No supervision session with <@{worker_id}> was finalised.")
    return minute_on_ics(tx, session.ref, actor)


def minute_on_ics(tx: Tx, ref: str, actor: Actor) -> Session:
    """Note that a minute stands on ICS since today, once. Refused: `not_found`, `not_your_session`."""
    session = minuted(tx, ref, actor)
    if session.ics_recorded_on is not None:
        return session
    sessions.change(tx, ref, ics_recorded_on=tx.today)
    tx.log("recorded_on_ics", ref, on=str(tx.today))
    return session.model_copy(update={"ics_recorded_on": tx.today})


def minuted(tx: Tx, ref: str, actor: Actor) -> Session:
    """A finalised session, for the two who held it, who stands in for them, and who leads the worker now.

    Refused: `not_found`, `not_your_session`.
    """
    session = sessions.get(tx, ref)
    if session is None or session.minute is None:
        raise Refusal("not_found", "There is no finalised session of that reference.")
    theirs = {actor.user_id, *covered_by(tx, actor.user_id)} & set(session.people)
    if not theirs and not (actor.may(MANAGERS) and leads(tx, session, actor)):
        raise Refusal("not_your_session", f"That session is <@{session.manager_id}>'s.")
    return session


def written(tx: Tx, session: Session, actor: Actor) -> Written:
    """The minute of a session with what was typed for it, and nothing of what was erased.

    Cases that `actor` may not know of any more are left out of it.
    """
    minute = session.minute or Minute()
    words: dict[tuple[str, int], str] = {}
    typed = {each.ref for each in minute.decided} | {each.ref for each in minute.agreed}
    hidden = lookups.restricted_among(tx, list(minute.refs))
    for ref in sorted(typed | hidden):
        case = cases.get(tx, ref)
        if case is None or not visible(tx, case, actor):
            minute = minute.without(ref)
            continue
        for episode in case.episodes:
            words |= {(ref, each.number): each.rationale for each in episode.decisions if each.rationale}
            words |= {(ref, each.number): each.what for each in episode.actions if each.what}
    ics = lookups.ics_refs(tx, minute.refs)
    tx.log("minute.read", session.ref)
    return Written(session, minute, words, ics)
