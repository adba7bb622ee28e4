"""`/oob report NAME [period]`: the figures of the audit, of re-referrals, recording and open cases (G2, G37, G38)."""

from __future__ import annotations

from bot.casework.reporting import REPORTS
from bot.papers import reports as paper
from bot.papers.reports import Report
from bot.rules import periods, text
from bot.rules.people import MANAGERS
from bot.rules.refusal import Refusal
from handlers.answers import Answer
from handlers.entry import JsonObject, Kind
from handlers.payloads import unpack
from handlers.routes import Call, Route
from handlers.views import reports as views
from storage import documents, drafts, outbox
from storage.engine import Tx


async def typed(call: Call) -> Answer:
    """A report, of this month unless another period is named."""
    return await call.show(_shown, text.clean(call.words))


async def as_file(call: Call) -> Answer:
    """The same report as a file, by direct message."""
    words = await call.desk.read(drafts.words_of, unpack(call.entry.action.get("value")).id)
    return await call.once(_sent, words)


def _read(tx: Tx, words: str) -> Report:
    """The report that is named, of the period behind its name; `referrals` for nothing. Refused: `report_unknown`."""
    name, _, rest = words.partition(" ")
    name = name.casefold() or REPORTS[0]
    if name not in REPORTS:
        raise Refusal(
            "report_unknown", f"There are these reports: {', '.join(REPORTS)}. Such as `/oob report referrals December 2026`."
        )
    return paper.read(tx, name, *periods.named(rest, tx.today))


def _shown(tx: Tx, words: str) -> JsonObject:
    return Answer.message(views.report(_read(tx, words), drafts.keep(tx, words or REPORTS[0]))).to_json()


def _sent(tx: Tx, words: str) -> JsonObject:
    found = _read(tx, words)
    outbox.owe(tx, tx.actor_id, "document", documents.keep(tx, "report", "md", paper.as_markdown(found).encode()))
    return Answer.message(views.file_comes(found.title)).to_json()


ROUTES = (Route(Kind.ACTION, "report.file", MANAGERS, "Reading reports", as_file),)
