"""The command line, `oob`: which sub-commands there are and what they take. Each is carried out in `bot.cli.commands`.

Only the standard library is imported here, so that `oob --help` answers at once.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path

from bot import __version__, collector_off

_COMMANDS = {
    "run": "start the bot with the tokens of the environment",
    "demo": "a pretend Slack in the browser, with the real bot",
    "doctor": "look at tokens, socket, database, keys and the rest, and say what is wrong",
    "manifest": "print the manifest of the Slack app",
    "rehearse": "play a story of cases through the rules and tell what would have been said",
    "import": "take over cases from a CSV file of the record system",
    "export": "write every case to a CSV file",
    "report": "print the figures of a period: referrals, rereferrals, consistency or workload",
    "migrate": "bring the database to the version of this program",
    "verify": "check the audit log's chain",
    "keys": "make, list and change master keys",
    "backup": "copy the embedded database to a file while the bot works",
    "restore": "put a backup in the place of a database that is not there",
}


def main(arguments: list[str] | None = None) -> int:
    """Run one sub-command; 0 when it did its work, 1 when what it checked is broken, 2 when it could not start."""
    chosen = _parser().parse_args(arguments)
    with collector_off():
        commands = importlib.import_module("bot.cli.commands")
    return int(commands.carry_out(chosen))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="oob", description="A Slack bot that keeps the clocks of out of borough work.")
    parser.add_argument("--version", action="version", version=f"oob {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    named = {name: commands.add_parser(name, help=summary, description=summary) for name, summary in _COMMANDS.items()}
    named["keys"].add_argument(
        "action",
        choices=["new", "status", "rotate"],
        help="new: print a fresh key; status: which keys are in use; rotate: wrap every data key by the first one",
    )
    for name in ("backup", "restore"):
        named[name].add_argument("file", type=Path, help="the backup")
    named["demo"].add_argument("--tour", action="store_true", help="a short tour in the terminal; it ends by itself")
    named["demo"].add_argument("--port", default="0", help="of the workspace in the browser; 0 takes a free one")
    named["demo"].add_argument("--empty", action="store_true", help="without invented history")
    named["manifest"].add_argument(
        "--link", action="store_true", help="print an address that opens Slack with a new app made of it"
    )
    named["rehearse"].add_argument("story", type=Path, help="the story: YAML or JSON (docs/guide/rehearse.md)")
    named["rehearse"].add_argument("--json", action="store_true", help="for programs (docs/stories-reference.md)")
    named["rehearse"].add_argument("--database", metavar="URL", help="play there instead of in a temporary database")
    _about_cases(named)
    return parser


def _about_cases(named: dict[str, argparse.ArgumentParser]) -> None:
    """What import, export and report take."""
    taking = named["import"].add_argument
    taking("file", type=Path, help="a CSV file with headings (docs/guide/import.md)")
    taking("--dry-run", action="store_true", help="say what is wrong with which line, and change nothing")
    taking("--column", action="append", default=[], metavar="NAME=HEADING", help="which heading one of OOB's columns has")
    taking("--worker", action="append", default=[], metavar="NAME=ID", help="the Slack member ID of somebody in the file")
    taking("--authority", action="append", default=[], metavar="NAME=CODE", help="which authority a name in the file is")
    named["export"].add_argument("file", type=Path, help="where to write; it must not exist yet")
    report = named["report"].add_argument
    report("name", choices=("referrals", "rereferrals", "consistency", "workload"), help="which figures")
    report("period", nargs="*", help="December 2026, 2026-W50, 1 Nov to 30 Nov 2026; this month for nothing")
    report("--file", type=Path, metavar="FILE", help="write it there, with charts; a new .pdf or .docx")
    for name in ("import", "export", "report"):
        named[name].add_argument("--workspace", metavar="ID", help="which workspace, where the database holds several")


if __name__ == "__main__":
    sys.exit(main())
