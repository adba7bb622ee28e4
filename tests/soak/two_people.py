"""Two people press at once through two writers: each pair has one effect (docs/trust.md, Fault table B4; Figures R7)."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from bot.domain.cases.case import Case
from bot.domain.cases.codes import DecisionKind
from bot.domain.people import Actor
from bot.domain.shared.errors import Refusal
from bot.services.cases import referrals
from bot.services.supervision import decisions, sessions
from storage.cases import cases
from storage.db.engine import Tx
from storage.db.tables import LogRow
from storage.notifications.tables import OutboxRow
from tests.support.holding import DANA, MO, opened
from tests.support.offices import Office

ROUNDS = 20
AT_ONCE = 8


@dataclass
class Pressed:
    """How many pairs of presses there were, and how many had another effect than one."""

    pairs: int = 0
    wrong: int = 0
    decided: int = 0

    @property
    def well(self) -> bool:
        """Whether no pair had two effects, or none where one was due."""
        return self.wrong == 0

    @property
    def sentence(self) -> str:
        """For people."""
        return f"{self.pairs:,} pairs of presses at once, {self.decided:,} decisions: {self.wrong:,} with another effect than one"


async def press_at_once(url: str, pairs: int) -> Pressed:
    """Pairs of presses by a worker and their manager, each through a writer of its own, four kinds of pairs in turn."""
    here, there = Office(url), Office(url)
    await here.open()
    made = [(await opened(here, referrals.NewCase(f"ICS-{number:05d}"))).ref for number in range(max(pairs // ROUNDS, AT_ONCE))]
    await here.does("U0MO", sessions.begin, "U0DANA", MO)
    found = Pressed()
    kinds = (_same, _twice, _different, _crossing)
    turns = itertools.islice(zip(itertools.cycle(made), itertools.count(), strict=False), pairs)
    while several := list(itertools.islice(turns, min(AT_ONCE, len(made)))):
        here.later(seconds=1)
        there.now = here.now
        done = await asyncio.gather(
            *(kinds[(number + number // len(made)) % 4](here, there, ref, number) for ref, number in several)
        )
        found.pairs += len(several)
        found.wrong += sum(not well for well in done)
    effects = await here.does("system", _effects, made)
    found.decided = effects["decided"]
    found.wrong += len(set(effects.values())) != 1
    here.close()
    there.close()
    return found


def _keep(number: int) -> decisions.Choice:
    return decisions.Choice(DecisionKind.KEEP_OPEN, f"reason {number}")


async def _state(office: Office, ref: str) -> tuple[int, int]:
    """How many decisions have effect, and the stamp that a form would remember."""
    episode = (await office.does("system", _loaded, ref)).episodes[-1]
    return sum(each.effective_at is not None for each in episode.decisions), episode.decision_stamp


def _loaded(tx: Tx, ref: str) -> Case:
    found = cases.get(tx, ref)
    if found is None:
        raise LookupError(ref)
    return found


async def _press(office: Office, fn: Any, ref: str, *args: Any, by: Actor) -> str:
    """`done`, or the code with which it was refused."""
    try:
        await office.does(by.user_id, fn, ref, *args)
    except Refusal as refusal:
        return refusal.code
    return "done"


def _choice(office: Office, number: int, days: int = 60) -> decisions.Choice:
    return replace(_keep(number), next_decision_on=office.now.date() + timedelta(days=days))


async def _same(here: Office, there: Office, ref: str, number: int) -> bool:
    """Both send off the same decision: the first waits, the second confirms it."""
    before, stamp = await _state(here, ref)
    choice = _choice(here, number)
    answers = await asyncio.gather(
        _press(here, decisions.decide, ref, choice, MO, stamp, by=MO),
        _press(there, decisions.decide, ref, choice, DANA, stamp, by=DANA),
    )
    after, _ = await _state(here, ref)
    return list(answers) == ["done", "done"] and after == before + 1


async def _twice(here: Office, there: Office, ref: str, number: int) -> bool:
    """One confirms on two devices at once what the other chose: one is done, the other is told so."""
    before, stamp = await _state(here, ref)
    await here.does("U0MO", decisions.decide, ref, _choice(here, number), MO, stamp)
    pending = (await here.does("system", _loaded, ref)).episodes[-1].pending
    seen = pending.number if pending else 0
    answers = await asyncio.gather(
        _press(here, decisions.confirm, ref, DANA, seen, by=DANA), _press(there, decisions.confirm, ref, DANA, seen, by=DANA)
    )
    after, _ = await _state(here, ref)
    return sorted(answers) == ["decided_already", "done"] and after == before + 1


async def _different(here: Office, there: Office, ref: str, number: int) -> bool:
    """Each sends off another decision: the first waits, the second is shown it and replaces nothing; then it is confirmed."""
    before, stamp = await _state(here, ref)
    one, other = _choice(here, number), _choice(here, number, days=90)
    answers = await asyncio.gather(
        _press(here, decisions.decide, ref, one, MO, stamp, by=MO),
        _press(there, decisions.decide, ref, other, DANA, stamp, by=DANA),
    )
    missing = DANA if answers[0] == "done" else MO
    halfway, _ = await _state(here, ref)
    confirmed = await _press(here, decisions.confirm, ref, missing, by=missing)
    after, _ = await _state(here, ref)
    return sorted(answers) == ["changed_meanwhile", "done"] and (halfway, confirmed, after) == (before, "done", before + 1)


async def _crossing(here: Office, there: Office, ref: str, number: int) -> bool:
    """One confirms what the other is just replacing: either the old one is decided, or the new one waits; never both."""
    before, stamp = await _state(here, ref)
    await here.does("U0MO", decisions.decide, ref, _choice(here, number), MO, stamp)
    pending = (await here.does("system", _loaded, ref)).episodes[-1].pending
    _, stamp = await _state(here, ref)
    confirmed, replaced = await asyncio.gather(
        _press(here, decisions.confirm, ref, DANA, pending.number if pending else 0, by=DANA),
        _press(there, decisions.decide, ref, _choice(here, number, days=30), MO, stamp, by=MO),
    )
    halfway, _ = await _state(here, ref)
    if (confirmed, replaced) == ("done", "decided_already"):
        return halfway == before + 1
    if (confirmed, replaced) != ("changed_meanwhile", "done") or halfway != before:
        return False
    return await _press(here, decisions.confirm, ref, DANA, by=DANA) == "done"


def _effects(tx: Tx, refs: list[str]) -> dict[str, int]:
    """Decisions that have effect, what the log says of it, and the letters: as many of each."""
    decided = sum(each.effective_at is not None for ref in refs for each in _loaded(tx, ref).episodes[-1].decisions)
    logged = select(func.count()).select_from(LogRow).where(LogRow.action == "decision.agreed")
    letters = select(func.count()).select_from(OutboxRow).where(OutboxRow.kind == "decided")
    found = Counter(decided=decided)
    found["logged"] = tx.conn.execute(logged).scalar_one()
    found["letters"] = tx.conn.execute(letters).scalar_one()
    return dict(found)
