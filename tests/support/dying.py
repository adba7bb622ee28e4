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
    "planning begins": ("bot.casework.planning", "tick", BEFORE),
    "the morning is noted": ("storage.runs", "note", AFTER),
    "a line is in the ledger": ("storage.ledger", "Book.note", AFTER),
    "a letter is owed": ("storage.outbox", "owe", AFTER),
    "all is planned, not committed": ("bot.casework.planning", "tick", AFTER),
    "all is planned and committed": ("bot.caretaker", "Caretaker.plan", AFTER),
    "claiming begins": ("storage.destinations", "claim", BEFORE),
    "claimed, not committed": ("storage.destinations", "claim", AFTER),
    "claimed and committed": ("bot.postroom", "PostRoom._send", BEFORE),
    "rendered": ("bot.postroom", "PostRoom._post", BEFORE),
    "posting begins": ("bot.courier", "Courier.post", BEFORE),
    "posted": ("bot.courier", "Courier.post", AFTER),
    "the conversation is open": ("bot.courier", "Courier.open", AFTER),
    "looked for and found": ("bot.postroom", "PostRoom._looked_for", AFTER),
    "noted, not committed": ("bot.delivered", "note_brought", AFTER),
    "looked for before it is noted": ("storage.destinations", "sent", BEFORE),
    "noted and committed": ("bot.postroom", "PostRoom._brought", AFTER),
    "posting begins again": ("bot.courier", "Courier.post", BEFORE),
    "looked for and not found": ("bot.courier", "Courier.find", AFTER),
    "put together anew, not committed": ("storage.destinations", "repacked", AFTER),
    "put together anew": ("bot.postroom", "PostRoom._bring", BEFORE),
}
"""Step → module, function, and on which side of it; in an order in which each leaves the next what it needs."""
DECIDING: dict[str, tuple[str, str, str]] = {
    "the first word begins": ("bot.casework.deciding", "decide", BEFORE),
    "the first word is written": ("storage.cases", "change", AFTER),
    "the letter to the other one is owed": ("bot.casework.people", "tell", AFTER),
    "the first word is whole, not committed": ("bot.casework.deciding", "decide", AFTER),
    "the first word is committed, not answered": ("handlers.answers", "deliver", BEFORE),
    "the second word begins": ("bot.casework.deciding", "confirm", BEFORE),
    "the case is off the lists": ("storage.caseload", "remove", AFTER),
    "the second word is whole, not committed": ("bot.casework.deciding", "confirm", AFTER),
    "the second word is committed, not answered": ("handlers.answers", "deliver", BEFORE),
    "finalising begins": ("bot.casework.supervising", "finalise", BEFORE),
    "a case is carried": ("storage.caseload", "carry", AFTER),
    "the minute is written": ("storage.sessions", "change", AFTER),
    "the session is finalised, not committed": ("bot.casework.supervising", "finalise", AFTER),
    "the session is finalised and committed, not answered": ("handlers.answers", "deliver", BEFORE),
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
