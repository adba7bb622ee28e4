"""`/oob audit sample WEEK [n] SEED`: the frame of a week and a sample that anybody can draw again (A3, A5, A6)."""

from __future__ import annotations

import re

from bot.casework import auditing
from bot.rules import audit, text
from bot.rules.refusal import Refusal
from handlers.answers import Answer
from handlers.entry import JsonObject
from handlers.routes import Call
from handlers.views import reports as views
from storage.engine import Tx

_USAGE = "Please write `/oob audit sample 2026-W50 n=25 seed=first-audit`: the week, how many, and a seed of your own."
_SIZE = re.compile(r"\bn ?= ?(\d{1,9})\b", re.IGNORECASE)
_NAMED = re.compile(r"\b(?:week|seed) ?= ?", re.IGNORECASE)


async def typed(call: Call) -> Answer:
    """Draw a sample."""
    subject, _, rest = text.clean(call.words).partition(" ")
    if subject.casefold() != "sample":
        raise Refusal("audit_unreadable", _USAGE)
    size = _SIZE.search(rest)
    week, *seed = _NAMED.sub("", _SIZE.sub(" ", rest)).split() or [""]
    return await call.show(_sample, week, " ".join(seed), int(size[1]) if size else audit.SAMPLE)


def _sample(tx: Tx, week: str, seed: str, size: int) -> JsonObject:
    return Answer.message(views.sample(auditing.sample(tx, week, seed, size))).to_json()
