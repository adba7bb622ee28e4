"""`oob report`: a report at the terminal, as Markdown or as a file with charts."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from bot.casework.reporting import REPORTS
from bot.exchange.command import commit, transaction
from bot.papers import pdf, reports, tables, word
from bot.papers.tables import Report
from bot.rules import periods
from bot.rules.refusal import Refusal
from bot.settings import Settings, SettingsError
from storage.vault import Vault

_MADE: dict[str, Callable[[Report], bytes]] = {".pdf": pdf.as_pdf, ".docx": word.as_docx}


def arguments(report: ArgumentParser) -> None:
    """What the command takes."""
    report.add_argument("name", choices=REPORTS, help="which figures")
    report.add_argument("period", nargs="*", help="December 2026, 2026-W50, 1 Nov to 30 Nov 2026; this month for nothing")
    report.add_argument("--file", type=Path, metavar="FILE", help="write it there, with charts; a new .pdf or .docx")
    report.add_argument("--workspace", metavar="ID", help="which workspace, where the database holds several")


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
