"""`python -m tests.support.dying STEP run`: the bot, killed by SIGKILL when it first comes to a named step.

The steps are those of planning and posting, each a function of the bot's, before it begins or after it has ended. Inside a
transaction "after" is before the commit.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

BEFORE, AFTER = "before", "after"
STEPS: dict[str, tuple[str, str, str]] = {
    "planning begins": ("bot.services.scheduled_run", "tick", BEFORE),
    "the morning is noted": ("storage.reminders.runs", "note", AFTER),
    "a line is in the ledger": ("storage.reminders.log", "ReminderLog.note", AFTER),
    "a letter is owed": ("storage.notifications.outbox", "queue", AFTER),
    "all is planned, not committed": ("bot.services.scheduled_run", "tick", AFTER),
    "all is planned and committed": ("bot.runtime.jobs", "PeriodicJobs.plan", AFTER),
    "claiming begins": ("storage.notifications.conversations", "claim", BEFORE),
    "claimed, not committed": ("storage.notifications.conversations", "claim", AFTER),
    "claimed and committed": ("bot.delivery.sender", "NotificationSender._send", BEFORE),
    "rendered": ("bot.delivery.sender", "NotificationSender._post", BEFORE),
    "posting begins": ("bot.delivery.transport", "SlackTransport.post", BEFORE),
    "posted": ("bot.delivery.transport", "SlackTransport.post", AFTER),
    "the conversation is open": ("bot.delivery.transport", "SlackTransport.open", AFTER),
    "looked for and found": ("bot.delivery.sender", "NotificationSender._looked_for", AFTER),
    "noted, not committed": ("bot.delivery.outcomes", "note_brought", AFTER),
    "looked for before it is noted": ("storage.notifications.conversations", "sent", BEFORE),
    "noted and committed": ("bot.delivery.sender", "NotificationSender._brought", AFTER),
    "posting begins again": ("bot.delivery.transport", "SlackTransport.post", BEFORE),
    "looked for and not found": ("bot.delivery.transport", "SlackTransport.find", AFTER),
    "put together anew, not committed": ("storage.notifications.conversations", "repacked", AFTER),
    "put together anew": ("bot.delivery.sender", "NotificationSender._bring", BEFORE),
}
"""Step → module, function, and on which side of it; in an order in which each leaves the next what it needs."""
DECIDING: dict[str, tuple[str, str, str]] = {
    "the first word begins": ("bot.services.supervision.decisions", "decide", BEFORE),
    "the first word is written": ("storage.cases.cases", "change", AFTER),
    "the letter to the other one is owed": ("bot.services.people", "tell", AFTER),
    "the first word is whole, not committed": ("bot.services.supervision.decisions", "decide", AFTER),
    "the first word is committed, not answered": ("handlers.core.responses", "deliver", BEFORE),
    "the second word begins": ("bot.services.supervision.decisions", "confirm", BEFORE),
    "the case is off the lists": ("storage.cases.caseload", "remove", AFTER),
    "the second word is whole, not committed": ("bot.services.supervision.decisions", "confirm", AFTER),
    "the second word is committed, not answered": ("handlers.core.responses", "deliver", BEFORE),
    "finalising begins": ("bot.services.supervision.sessions", "finalise", BEFORE),
    "a case is carried": ("storage.cases.caseload", "carry", AFTER),
    "the minute is written": ("storage.supervision.sessions", "change", AFTER),
    "the session is finalised, not committed": ("bot.services.supervision.sessions", "finalise", AFTER),
    "the session is finalised and committed, not answered": ("handlers.core.responses", "deliver", BEFORE),
}
"""The same for a decision and the end of a session (§6)."""


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def deadly(function: Callable[..., Any], side: str) -> Callable[..., Any]:
    """The function, which ends the process before or after it."""
    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def later(*args: Any, **kwargs: Any) -> Any:
            if side == BEFORE:
                _die()
            result = await function(*args, **kwargs)
            _die()
            return result

        return later

    @functools.wraps(function)
    def now(*args: Any, **kwargs: Any) -> Any:
        if side == BEFORE:
            _die()
        result = function(*args, **kwargs)
        _die()
        return result

    return now


def main() -> int:
    """Lay the trap and run the bot."""
    module, path, side = (STEPS | DECIDING)[sys.argv[1]]
    holder: Any = importlib.import_module(module)
    *classes, name = path.split(".")
    for each in classes:
        holder = getattr(holder, each)
    setattr(holder, name, deadly(getattr(holder, name), side))
    from bot.__main__ import main as run

    return run(sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
