"""The pages about stories and the guidelines, compared with the code."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

import pytest

from bot.cli import rehearse
from bot.domain.audits import audit
from bot.domain.cases.codes import ItemStatus, SatisfactionForm, SharingStatus, State
from bot.domain.digests import digest
from bot.domain.inquiries.inquiry import InquiryStatus
from bot.domain.obligations import awaiting_decision
from bot.domain.shared.obligation import ObligationStatus, ReminderStage
from bot.domain.shared.rule import FACTS, AgendaSection, words_of
from bot.domain.shared.ruleset import RuleSet
from bot.rehearsal.acts import DOING
from bot.rehearsal.runner import play
from bot.rehearsal.story import SHOWN, read
from bot.services.reports.reports import REPORTS
from tests.stories.conftest import Tell
from tests.support import telling

ROOT = Path(__file__).parents[2]
REFERENCE = (ROOT / "docs/stories-reference.md").read_text()
MAP = (ROOT / "docs/guideline-map.md").read_text()


def column(heading: str) -> set[str]:
    """The code spans of the first column of the table under a heading."""
    table = REFERENCE.split(f"\n{heading}\n", 1)[1].split("\n#", 1)[0]
    return set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE))


def values(where: str) -> list[str]:
    """The values that the reference gives for something that is printed."""
    row = next(line for line in REFERENCE.splitlines() if line.startswith(f"| {where} |"))
    return re.findall(r"`(\w+)`", row.split("|")[2].split("(")[0])


def of(kind: type[StrEnum]) -> list[str]:
    return [member.value for member in kind]


def test_every_do_stands_in_the_reference() -> None:
    assert column("## What happens: `do`") == set(DOING)


def test_every_setting_stands_in_the_reference() -> None:
    section = REFERENCE.split("## Settings", 1)[1].split("\n## ", 1)[0]
    assert [name for name in RuleSet.model_fields if f"`{name}`" not in section] == []


def test_every_rule_that_is_printed_stands_in_the_reference() -> None:
    assert column("### Rules") == set(FACTS)


@pytest.mark.parametrize(
    ("where", "known"),
    [
        ("`stage` of an item", of(ReminderStage)),
        ("`status` of an obligation", of(ObligationStatus)),
        ("`state` of a case", of(State)),
        ("`why` of the decision list", of(awaiting_decision.Why)),
        ("`section` of the agenda", of(AgendaSection)),
        ("`lists` of a digest or worklist", list(digest.LISTS)),
        ("`counts` of a digest", list(digest.COUNTS)),
        ("`status` of an inquiry", [*of(InquiryStatus)[:-1], "converted", "void"]),
        ("`parents`, `child` of an assessment", of(SharingStatus)),
        ("`form` of an assessment", of(SatisfactionForm)),
        ("`medical_file` of an assessment", of(ItemStatus)),
        ("`what` of a question", list(SHOWN)),
        ("`report` of a question", list(REPORTS)),
        ("`threshold` of a form", of(audit.Threshold)),
        ("`should_be` of a form", of(audit.ShouldBe)),
        ("`proportionate` of a form", of(audit.Level)),
        ("`drift`, `signposting`, … of a form", of(audit.Judged)),
        ("`grade` of a form", of(audit.Grade)),
        ("`opened` of a form", of(audit.AuditSection)),
        ("`status` of an audit", of(audit.AuditStatus)),
        ("`status` of a finding", of(audit.FindingStatus)),
    ],
)
def test_every_value_that_is_printed_stands_in_the_reference(where: str, known: list[str]) -> None:
    assert values(where) == known


def test_the_first_story_of_the_guide_can_be_played(stage_url: str) -> None:
    guide = (ROOT / "docs/guide/rehearse.md").read_text()
    story = read(guide.split("```yaml\n", 1)[1].split("```", 1)[0])
    told = list(rehearse.lines(play(story, stage_url)))
    assert "Thu 19 Nov 2026, 08:30  to W: A: three-month threshold (§4), coming, due Thu 3 Dec 2026" in told


def test_the_map_has_a_row_for_every_sentence_of_the_guidelines_and_names_tests_that_exist() -> None:
    rows = re.findall(r"^\| ([GA]\d+) \| [^|]+ \| ([^|]+) \|$", MAP, re.MULTILINE)
    assert [row for row, _ in rows] == [*(f"G{number}" for number in range(49)), *(f"A{number}" for number in range(1, 21))]
    tests = {name for path in (ROOT / "tests").rglob("test_*.py") for name in re.findall(r"def (test_\w+)\(", path.read_text())}
    for row, shown in rows:
        named = re.findall(r"`(test_\w+)`", shown)
        assert named or "later: " in shown, row
        assert [name for name in named if name not in tests] == [], row


def test_every_obligation_names_the_section_that_asks_it(tell: Tell) -> None:
    story = tell("2026-12-31", telling.refer("2026-09-03", urgent=True), telling.core("2026-10-01", "2026-11-18"))
    printed = {each["rule"] for each in story.case()["obligations"]}
    assert all("§" in words_of(rule) or "audit" in words_of(rule) for rule in printed)
