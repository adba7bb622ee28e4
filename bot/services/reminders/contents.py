"""What stands in the reminders owed to a person as things are now: the latest word of several, and nothing that is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.people import MANAGERS, Actor
from bot.domain.shared.obligation import Obligation, ObligationStatus, ReminderStage
from bot.services.guards import covered_by
from bot.services.reminders import lists
from storage.db.engine import Tx
from storage.notifications.outbox import QueuedNotification
from storage.reminders import log, obligations
from storage.reminders.obligations import Kept

_ORDER = tuple(ReminderStage)


@dataclass(frozen=True)
class Reminded:
    """A line of a reminder: what is asked, at which stage, of whom; `over` once it is not asked of this reader any more.

    `moved`: somebody else holds it by now.
    """

    ref: str
    asked: Obligation
    stage: ReminderStage
    worker_id: str
    moved: bool = False

    @property
    def over(self) -> bool:
        """Whether it was done, is not asked for any more, or is somebody else's."""
        return self.moved or self.asked.standing is not ObligationStatus.OPEN


def reminded(tx: Tx, reader: Actor, letters: Sequence[QueuedNotification]) -> tuple[list[Reminded], int]:
    """The lines of these reminders that `reader` may see, each once and at its latest stage, the soonest first.

    What has another due date by now is reminded of at its own time and left out. With it how many lines still stand that are
    about restricted cases `reader` may not see: a letter can come to somebody else than it was for.
    """
    latest: dict[tuple[str, str], tuple[Kept, ReminderStage]] = {}
    for letter in letters:
        for item in log.of_letter(tx, letter.addressee, letter.subject):
            kept = obligations.asking(tx, item.ref, item.asks)
            known = latest.get((item.rule, item.subject))
            if kept is not None and (known is None or _ORDER.index(item.stage) > _ORDER.index(known[1])):
                latest[item.rule, item.subject] = kept, item.stage
    stages = {(kept.asked.rule, kept.asked.subject): stage for kept, stage in latest.values()}
    seen = lists.seen(tx, [kept for kept, _ in latest.values()], reader)
    theirs = covered_by(tx, reader.user_id) | {reader.user_id}
    lines = [
        Reminded(
            each.ref,
            each.asked,
            stages[each.asked.rule, each.asked.subject],
            each.worker_id,
            moved=each.worker_id not in theirs and not reader.may(MANAGERS),
        )
        for each in seen
    ]
    lines.sort(key=lambda line: (line.asked.due is None, line.asked.due or line.asked.since, line.ref, line.asked.rule))
    waiting = sum(kept.asked.standing is ObligationStatus.OPEN for kept, _ in latest.values())
    return lines, waiting - sum(line.asked.standing is ObligationStatus.OPEN for line in lines)
