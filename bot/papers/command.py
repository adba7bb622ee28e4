"""`oob report`: a report at the terminal, as Markdown."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import datetime

from sqlalchemy import Engine

from bot.casework.reporting import REPORTS
from bot.exchange.command import commit, transaction
from bot.papers import reports, tables
from bot.rules import periods
from bot.rules.refusal import Refusal
from bot.settings import Settings, SettingsError
from storage.vault import Vault


def arguments(report: ArgumentParser) -> None:
    """What the command takes."""
    report.add_argument("name", choices=REPORTS, help="which figures")
    report.add_argument("period", nargs="*", help="December 2026, 2026-W50, 1 Nov to 30 Nov 2026; this month for nothing")
    report.add_argument("--workspace", metavar="ID", help="which workspace, where the database holds several")


def report(chosen: Namespace, settings: Settings, engine: Engine, vault: Vault, now: datetime) -> int:
    """Print a report; that it was read is logged, as in Slack."""
    with transaction(chosen, settings, engine, vault, now) as tx:
        try:
            first, last = periods.named(" ".join(chosen.period), tx.today)
        except Refusal as refusal:
            raise SettingsError(refusal.sentence) from None
        found = reports.read(tx, chosen.name, first, last)
        commit(tx)
    print(tables.as_markdown(found))  # noqa: T201 - for the person at the terminal
    return 0
