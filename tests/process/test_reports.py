"""Reports and the audit's sample as people ask for them, in Slack and at the terminal (docs/domain.md §3.4)."""

from __future__ import annotations

from pathlib import Path

from simulator.client import Person, Workspace
from tests.support.cases import refers
from tests.support.processes import Bot, oob


async def test_a12_a_manager_reads_the_figures_of_a_month(dana: Person, mo: Person) -> None:
    await refers(dana)
    seen = await mo.types("report referrals")
    assert "Who referred" in seen.text
    assert "Health: " in seen.text
    assert "(to date: " in seen.text
    assert "Referrals: this period " in seen.text
    assert "unborn: referrals 0, inquiries 0, of these signposted 0" in seen.text


async def test_g37_each_report_is_found_by_its_name_and_another_is_refused(dana: Person, mo: Person) -> None:
    await refers(dana)
    assert "<@U0DANA>: " in (await mo.types("report workload")).text
    assert "Across the team" in (await mo.types("report consistency year")).text
    assert "at most twelve months before" in (await mo.types("report rereferrals Nov 2026")).text
    assert "I know no such report or period" in (await mo.types("report weather")).text
    assert "Please give a month" in (await mo.types("report referrals whenever")).text


async def test_g2_reports_are_for_managers_and_samples_for_auditors(dana: Person, workspace: Workspace) -> None:
    ana = workspace.person("U0ANA")
    assert "is for: " in (await dana.types("report referrals")).text
    assert "is for: " in (await dana.types("audit sample 2020-W50 seed=x")).text
    assert "is for: " in (await ana.types("report referrals")).text
    drawn = (await ana.types("audit sample week=2020-W50 n=25 seed=first-audit")).text
    assert "No referral was received in that week." in drawn
    assert "a census: all of them, seed `first-audit`" in drawn.replace("*", "")
    assert "Please write `/oob audit new`" in (await ana.types("audit sample")).text
    assert "not over yet" in (await ana.types("audit sample 2036-W10 n=5 mine")).text


def test_a_report_at_the_terminal_is_markdown_and_what_it_does_not_understand_it_says(bot: Bot, tmp_path: Path) -> None:
    named = ("OOB_DATABASE_URL", "OOB_KEYS", "OOB_KEYS_FILE", "OOB_ADMINS")
    about = {name: bot.environment[name] for name in named if name in bot.environment}
    done = oob("report", "referrals", "December", "2020", **about)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("# Referrals. From Tue 1 Dec 2020 to Thu 31 Dec 2020")
    for suffix, begins in ((".pdf", b"%PDF"), (".docx", b"PK")):
        made = oob("report", "referrals", "December", "2020", "--file", str(tmp_path / f"report{suffix}"), **about)
        assert (made.returncode, made.stdout) == (0, ""), made.stderr
        assert (tmp_path / f"report{suffix}").read_bytes().startswith(begins)
    again = oob("report", "referrals", "--file", str(tmp_path / "report.pdf"), **about)
    assert (again.returncode, again.stdout) == (2, "")
    assert "does not exist yet" in again.stderr
    wrong = oob("report", "referrals", "whenever", **about)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "Please give a month" in wrong.stderr


async def test_what_was_read_stands_in_the_audit_log(mo: Person, sam: Person) -> None:
    await mo.types("report consistency")
    assert "report.read" in (await sam.types("admin log")).text
