"""`/oob report NAME [period]`: the figures of the audit, of re-referrals, recording and open cases (G2, G37, G38)."""

from __future__ import annotations

import asyncio

from bot.documents import reports as paper
from bot.documents.layout import docx, pdf
from bot.documents.layout.tables import Report
from bot.domain.notifications import FileReady
from bot.domain.people import MANAGERS
from bot.domain.reports import periods
from bot.domain.shared import text
from bot.domain.shared.errors import Refusal
from bot.services.reports.reports import REPORTS
from handlers.core.interaction import Kind
from handlers.core.responses import Answer
from handlers.core.routing import Call, Route
from handlers.core.user_names import names_of
from handlers.reports import views
from handlers.ui.button_state import unpack
from storage.db.engine import Tx
from storage.notifications import attachments, outbox
from storage.requests import drafts


async def typed(call: Call) -> Answer:
    """A report, of this month unless another period is named."""
    return await call.show(_shown, text.clean(call.words))


async def as_file(call: Call) -> Answer:
    """The same report with its charts, as a PDF and as a .docx, by direct message."""
    words = await call.ctx.read(drafts.words_of, unpack(call.entry.action.get("value")).id)
    found = await call.ctx.write(_read, words)
    files = await asyncio.to_thread(_made, found.named(await names_of(call, found.people)))
    return await call.once(_sent, found.title, files)


def _made(found: Report) -> dict[str, bytes]:
    return {"pdf": pdf.as_pdf(found), "docx": docx.as_docx(found)}


def _read(tx: Tx, words: str) -> Report:
    """The report that is named, of the period behind its name; `referrals` for nothing. Refused: `report_unknown`."""
    name, _, rest = words.partition(" ")
    name = name.casefold() or REPORTS[0]
    if name not in REPORTS:
        try:
            return paper.read(tx, REPORTS[0], *periods.named(words, tx.today))
        except Refusal as refusal:
            if refusal.code == "period_reversed" or " has " in refusal.sentence:
                raise
        raise Refusal(
            "report_unknown",
            f"I know no such report or period. The reports are {', '.join(REPORTS)}; a period is such as December 2026 or last "
            "month. For example `/oob report referrals December 2026`.",
        )
    return paper.read(tx, name, *periods.named(rest, tx.today))


def _shown(tx: Tx, words: str) -> Answer:
    return Answer.message(views.report(_read(tx, words), drafts.keep(tx, words or REPORTS[0])))


def _sent(tx: Tx, title: str, files: dict[str, bytes]) -> Answer:
    for suffix, body in files.items():
        outbox.queue(tx, tx.actor_id, FileReady(attachments.keep(tx, "report", suffix, body)))
    return Answer.message(views.file_comes(title))


ROUTES = (Route(Kind.ACTION, "report.file", MANAGERS, "Reading reports", as_file),)
