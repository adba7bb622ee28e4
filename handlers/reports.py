"""`/oob report NAME [period]`: the figures of the audit, of re-referrals, recording and open cases (G2, G37, G38)."""

from __future__ import annotations

from datetime import date

from bot.casework.reporting import REPORTS
from bot.papers import reports as paper
from bot.papers.reports import NAMES, Table
from bot.rules import periods, text
from bot.rules.calendar import say_date
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


def _read(tx: Tx, words: str) -> tuple[str, date, date]:
    """The name of a report and its period; `referrals` of this month for nothing. Refused: `report_unknown`."""
    name, _, rest = words.partition(" ")
    name = name.casefold() or REPORTS[0]
    if name not in REPORTS:
        raise Refusal(
            "report_unknown", f"There are these reports: {', '.join(REPORTS)}. Such as `/oob report referrals December 2026`."
        )
    return name, *periods.named(rest, tx.today)


def _made(tx: Tx, words: str) -> tuple[str, str, list[Table]]:
    name, first, last = _read(tx, words)
    tx.log("report.read", name, since=first.isoformat(), until=last.isoformat())
    to_date = f" (to date: {say_date(tx.today)})" if last >= tx.today else ""
    return NAMES[name], f"From {say_date(first)} to {say_date(last)}{to_date}", paper.gathered(tx, name, first, last)


def _shown(tx: Tx, words: str) -> JsonObject:
    title, period, tables = _made(tx, words)
    named = [Table(each.title, each.columns, tuple(_mention(row) for row in each.rows), each.note) for each in tables]
    return Answer.message(views.report(title, period, named, drafts.keep(tx, words or REPORTS[0]))).to_json()


def _sent(tx: Tx, words: str) -> JsonObject:
    title, period, tables = _made(tx, words)
    body = paper.as_markdown(f"{title}. {period}", tables).encode()
    outbox.owe(tx, tx.actor_id, "document", documents.keep(tx, "report", "md", body))
    return Answer.message(views.file_comes(title)).to_json()


def _mention(row: tuple[str, ...]) -> tuple[str, ...]:
    """A row about somebody, as Slack shows people."""
    who = row[0]
    return (f"<@{who}>", *row[1:]) if who[:1] in ("U", "W") and who.isalnum() and who.isupper() else row


ROUTES = (Route(Kind.ACTION, "report.file", MANAGERS, "Reading reports", as_file),)
