"""Cases in and out as CSV: all of a file or nothing, every problem by its line, and clocks as if they had been recorded here."""

from __future__ import annotations

import asyncio
import csv
import io
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.csv_exchange import reader, writer
from bot.csv_exchange.reader import UnreadableFile
from bot.domain.people import Person, Role
from bot.domain.shared.rule import Rule
from bot.services import people
from bot.services.cases import importing
from bot.services.reminders import obligations as reminder_obligations
from storage.cases import cases, lookups
from storage.db.engine import Tx
from storage.reminders import obligations
from tests.support.offices import Office
from tests.support.people import name_team
from tests.support.processes import ROOT, Bot, Slack, oob

HEAD = (
    "Person ID,Surname,Home LA,Referral date,Allocated worker,Route,Last contact,Core assessment completed,Closed,"
    "Reason for closure"
)
GOOD = (
    "P1001,Okafor,Ealing,03/09/2026,U0DANA,short-term work,10/09/2026 00:00:00,,,",
    "P1002,Okafor,E09000033,2026-05-04,U0ELI,assessment,,20-May-2026,,",
    "P1003,Okafor,City of Westminster,4 May 2026,U0DANA,one_off,,,1/6/2026,RC7 Services ceased",
)


def file_of(*lines: str) -> bytes:
    return "\n".join((f"Age,{HEAD}", *(f"7,{line}" for line in lines))).encode()


def read(office: Office, body: bytes, **more: Any) -> reader.Read:
    day = office.now.date()
    return reader.read(body, more.get("columns", {}), more.get("workers", {}), day)


def take_over(tx: Tx, rows: list[importing.Row]) -> int:
    assert importing.problems(tx, rows) == []
    return importing.carry_out(tx, rows, "U0SAM")


async def led(office: Office) -> None:
    """Both workers have a manager, who authorises what they complete."""
    for worker in ("U0DANA", "U0ELI"):
        person = Person(user_id=worker, role=Role.SOCIAL_WORKER, manager_id="U0MO")
        await office.does("U0SAM", people.name_person, person)


def told(problems: Any) -> list[tuple[int, str]]:
    return sorted((problem.line, problem.field) for problem in problems)


async def test_a_file_is_taken_over_and_its_clocks_are_those_of_cases_recorded_here(office: Office) -> None:
    await led(office)
    found = read(office, file_of(*GOOD))
    assert (found.problems, found.ignored) == ((), ("Surname",))
    assert await office.does("U0SAM", take_over, list(found.rows)) == 3

    def counted_anew(tx: Tx) -> None:
        for ref in lookups.every_ref(tx):
            before = [(each.asked, each.send_on, each.worker_id, each.manager_id) for each in obligations.of(tx, ref)]
            lists = tx.conn.exec_driver_sql("SELECT * FROM caseload ORDER BY case_ref").all()
            case = cases.get(tx, ref)
            assert case is not None
            reminder_obligations.refresh(tx, case)
            assert [(each.asked, each.send_on, each.worker_id, each.manager_id) for each in obligations.of(tx, ref)] == before
            assert tx.conn.exec_driver_sql("SELECT * FROM caseload ORDER BY case_ref").all() == lists

    await office.does("U0SAM", counted_anew)
    asked = await office.ctx("U0DANA").read(
        lambda tx: {each.asked.rule: each.asked for each in obligations.of(tx, "OOB-2026-0001")}
    )
    assert str(asked[Rule.THRESHOLD].due) == "2026-12-03"
    assert asked[Rule.REFERRER_FEEDBACK].standing == "waived"
    review = await office.ctx("U0DANA").read(
        lambda tx: {each.asked.rule: each.asked for each in obligations.of(tx, "OOB-2026-0002")}
    )
    assert str(review[Rule.REVIEW].due) == "2026-11-20"


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("943 476 5919,,Ealing,3/9/2026,U0DANA,,,,,", "ics_ref"),
        ("P1,,Ealing,3/9/2026,U0DANA,,,,,", "ics_ref"),
        ("P1001,,Atlantis,3/9/2026,U0DANA,,,,,", "home_authority"),
        ("P1001,,Kensington and Chelsea,3/9/2026,U0DANA,,,,,", "home_authority"),
        ("P1001,,Ealing,3/9,U0DANA,,,,,", "received_on"),
        ("P1001,,Ealing,31/2/2026,U0DANA,,,,,", "received_on"),
        ("P1001,,Ealing,3/9/2027,U0DANA,,,,,", "received_on"),
        ("P1001,,Ealing,,U0DANA,,,,,", "received_on"),
        ("P1001,,Ealing,3/9/2026,Dana,,,,,", "worker"),
        ("P1001,,Ealing,3/9/2026,U0ANA,,,,,", "worker"),
        ("P1001,,Ealing,3/9/2026,U0DANA,walking,,,,", "route"),
        ("P1001,,Ealing,3/9/2026,U0DANA,,1/9/2026,,,", "last_activity_on"),
        ("P1001,,Ealing,3/9/2026,U0DANA,,,1/9/2027,,", "core_completed_on"),
        ("P1001,,Ealing,3/9/2026,U0DANA,,,,,,,", "line"),
        ("OKAFOR-SMITH,,Ealing,3/9/2026,U0DANA,,,,,", "ics_ref"),
        ("OOB-2026-0001,,Ealing,3/9/2026,U0DANA,,,,,", "ics_ref"),
        ("P1001,,Ealing,0001-01-01,U0DANA,,,,,", "received_on"),
        ("P1001,,Ealing,3/9/2026,U0MO,,,1/10/2026,,", "core_completed_on"),
        ("P1001,,Ealing,3/9/2026,U0DANA,,,,1/10/2026,", "rc_code"),
        ("P1001,,Ealing,3/9/2026,U0DANA,,,,,RC7", "rc_code"),
        ("P1001,,Ealing,3/9/2026,U0DANA,,,,1/10/2026,RC8", "rc_code"),
        ("P1001,,Ealing,3/9/2026,U0DANA,,5/10/2026,,1/10/2026,RC7", "last_activity_on"),
    ],
)
async def test_what_is_wrong_is_told_by_line_and_column_and_nothing_is_taken_over(office: Office, line: str, field: str) -> None:
    found = read(office, file_of(GOOD[0].replace("P1001", "P2000"), line))
    wrong = [*found.problems, *await office.ctx("U0SAM").read(importing.problems, list(found.rows))]
    assert {(problem.line, problem.field) for problem in wrong} == {(3, field)}
    assert not any("943" in problem.sentence or "Atlantis" in problem.sentence for problem in wrong)


async def test_every_problem_of_every_line_is_listed_at_once(office: Office) -> None:
    found = read(
        office,
        file_of("P1,,Atlantis,3/9,Dana,walking,,,,", "P1001,,Ealing,3/9/2026,U0DANA,,,,,", "P1001,,Ealing,3/9/2026,U0DANA,,,,,"),
    )
    wrong = [*found.problems, *await office.ctx("U0SAM").read(importing.problems, list(found.rows))]
    assert told(wrong) == [
        (2, "home_authority"),
        (2, "ics_ref"),
        (2, "received_on"),
        (2, "route"),
        (2, "worker"),
        (3, "ics_ref"),
        (4, "ics_ref"),
    ]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"Name,Age\nx,3\n", "no column 'ics_ref'"),
        (b"Person ID,Case number\nx,3\n", "Several columns could be ics_ref"),
        (b'Person ID,"Home LA\nx', "no CSV file"),
    ],
)
def test_a_file_that_is_none_is_explained(body: bytes, sentence: str) -> None:
    with pytest.raises(UnreadableFile, match=sentence):
        reader.read(body, {}, {}, date(2026, 12, 7))


async def test_columns_and_workers_are_named_by_hand_and_spreadsheets_of_this_country_are_read(office: Office) -> None:
    body = 'Reference,Borough,When,Who,Age\nP1001,Ealing,3 Sept 2026,"Okafor, Dána",3\n'.encode("cp1252")
    columns = {"ics_ref": "Reference", "home_authority": "borough", "received_on": "When", "worker": "Who"}
    found = read(office, body, columns=columns, workers={"Okafor, Dána": "U0DANA"})
    assert found.problems == ()
    assert found.rows[0].values["worker"] == "U0DANA"
    with pytest.raises(UnreadableFile, match="There is no column surname"):
        read(office, body, columns={"surname": "Reference"})


async def test_what_is_exported_can_be_taken_over_again(office: Office, tmp_path: Path) -> None:
    await led(office)
    await office.does("U0SAM", take_over, list(read(office, file_of(*GOOD)).rows))
    body = await office.does("U0SAM", writer.export)
    rows = list(csv.DictReader(io.StringIO(body.decode())))
    assert [row["state"] for row in rows] == ["open", "open", "closed"]
    other = Office(f"sqlite:///{tmp_path / 'other.db'}")
    await other.open()
    await led(other)
    again = read(other, body)
    assert again.problems == ()
    await other.does("U0SAM", take_over, list(again.rows))
    assert list(csv.DictReader(io.StringIO((await other.does("U0SAM", writer.export)).decode()))) == rows
    other.close()


def test_the_commands_take_over_all_or_nothing_and_show_how_far_they_are(slack: Slack, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'oob.db'}"
    with Bot(slack, url) as bot:
        asyncio.run(name_team(slack.address, bot))
        file = tmp_path / "cases.csv"
        file.write_bytes(file_of(GOOD[0].replace("U0DANA", "Dana"), GOOD[1]))
        wrong = oob("import", str(file), OOB_DATABASE_URL=url)
        assert (wrong.returncode, wrong.stdout.count("\n")) == (1, 1)
        assert wrong.stdout.startswith("line 2, worker: ")
        assert "Not read, and not kept: Surname" in wrong.stderr
        tried = oob("import", str(file), "--worker", "Dana=U0DANA", "--dry-run", OOB_DATABASE_URL=url)
        assert "2 cases can be taken over. Nothing was changed." in tried.stderr
        done = oob("import", str(file), "--worker", "Dana=U0DANA", OOB_DATABASE_URL=url)
        assert "2/2" in done.stderr
        assert "2 cases were taken over." in done.stderr
        again = oob("import", str(file), "--worker", "Dana=U0DANA", OOB_DATABASE_URL=url)
        assert (again.returncode, again.stdout.count("already")) == (1, 2)
        out = tmp_path / "out.csv"
        assert oob("export", str(out), OOB_DATABASE_URL=url).returncode == 0
        assert out.stat().st_mode & 0o777 == 0o600
        assert out.read_text().count("\n") == 3
        assert oob("export", str(out), OOB_DATABASE_URL=url).returncode == 2
        assert "the chain holds" in oob("verify", OOB_DATABASE_URL=url).stdout


def test_an_invented_export_is_taken_over_whole_and_given_back(slack: Slack, tmp_path: Path) -> None:
    url, file = f"sqlite:///{tmp_path / 'oob.db'}", tmp_path / "cases.csv"
    with Bot(slack, url) as bot:
        asyncio.run(name_team(slack.address, bot))
    made = subprocess.run(
        [sys.executable, "benchmarks/cases_csv.py", "1000"], capture_output=True, text=True, check=True, cwd=ROOT
    )
    file.write_text(made.stdout)
    for arguments in (("import", str(file), "--worker", "Okafor, Dana=U0DANA"), ("export", str(tmp_path / "out.csv"))):
        done = oob(*arguments, OOB_DATABASE_URL=url)
        assert done.returncode == 0, done.stdout[:500]
    assert (tmp_path / "out.csv").read_text().count("\n") == 1_001
