"""`oob report`: a report at the terminal, as Markdown or as a file with charts."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine

from bot.cli.import_export import commit, transaction
from bot.core.settings import Settings, SettingsError
from bot.documents import reports
from bot.documents.layout import docx, pdf, tables
from bot.documents.layout.tables import Report
from bot.domain.reports import periods
from bot.domain.shared.errors import Refusal
from storage.crypto.vault import Vault

_MADE: dict[str, Callable[[Report], bytes]] = {".pdf": pdf.as_pdf, ".docx": docx.as_docx}


def report(chosen: Namespace, settings: Settings, engine: Engine, vault: Vault, now: datetime) -> int:
    """Print a report; that it was read is logged, as in Slack."""
    if chosen.file is not None and (chosen.file.suffix not in _MADE or chosen.file.exists()):
        raise SettingsError("Please give a file that does not exist yet and ends in .pdf or .docx.")
    with transaction(chosen, settings, engine, vault, now) as tx:
        try:
            first, last = periods.named(" ".join(chosen.period), tx.today)
        except Refusal as refusal:
            raise SettingsError(refusal.sentence) from None
        found = reports.read(tx, chosen.name, first, last)
        commit(tx)
    if chosen.file is not None:
        chosen.file.write_bytes(_MADE[chosen.file.suffix](found))
    else:
        print(tables.as_markdown(found))  # noqa: T201 - for the person at the terminal
    return 0
