"""`oob rehearse` as a manager at a terminal uses it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.__main__ import main
from tests.support.processes import oob

STORY = """
people: {W: social_worker, M: team_manager}
until: 2026-12-08
events:
  - {at: 2026-09-03, by: W, do: refer, case: A, channel: ward_staff, home_authority: E09000009, age: 7, route: short_term,
     need_to_see_family: true, significant_activity: true, threshold_level: 3, colour: blue}
  - {at: 2026-09-03, by: W, do: contact, case: A, kind: visit, on: 2026-09-03}
"""


def test_a_story_is_told_in_words_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "story.yaml").write_text(STORY)
    told = oob("rehearse", str(tmp_path / "story.yaml"))
    assert told.returncode == 0, told.stderr
    assert "Thu 19 Nov 2026, 08:30  to W: A: three-month threshold (§4), coming, due Thu 3 Dec 2026" in told.stdout
    assert "Event 1: the field colour meant nothing there." in told.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["story.yaml"]


def test_for_programs_it_is_json_and_the_same_on_both_databases_and_again(tmp_path: Path, empty_database_url: str) -> None:
    (tmp_path / "story.yaml").write_text(STORY)
    own = oob("rehearse", str(tmp_path / "story.yaml"), "--json")
    named = [oob("rehearse", str(tmp_path / "story.yaml"), "--json", "--database", empty_database_url) for _ in range(2)]
    assert {each.returncode for each in named} == {0}, named[0].stderr
    assert {own.stdout, *(each.stdout for each in named)} == {own.stdout}
    output = json.loads(own.stdout)
    assert list(output) == ["refused", "messages", "cases", "inquiries", "decision_list", "agenda", "shown", "reports"]
    assert "colour" in own.stderr


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("do: contact", "do: sing"), "event 2: 'sing' is nothing that happens"),
        (("case: A, kind", "case: B, kind"), "event 2: no event makes the case B"),
        (("by: W, do: contact", "by: Z, do: contact"), "event 2: Z is not among the people"),
        (("by: W, do: contact", "do: contact"), "event 2: somebody has to do it"),
        (("on: 2026-09-03}", "on: 2026-09-31}"), "event 2, on: '2026-09-31' is no date"),
        (("at: 2026-09-03, by: W, do: contact", 'at: "2027-03-28T01:30", by: W, do: contact'), "does not exist in London"),
        (("until: 2026-12-08", "until: soon"), "until: 'soon' is no date"),
        (("until: 2026-12-08", "until: 9999-12-31"), "A story plays between"),
        (("W: social_worker", "W: surgeon"), "W is 'surgeon', which is no role"),
        (("people:", "settings: {threshold_months: 999}\npeople:"), "settings: `threshold_months` does not take that value"),
        (("people:", "settings: {months: 3}\npeople:"), "settings: I know no setting months"),
        (("people:", "manager_of: {M: M}\npeople:"), "manager_of: M is a manager"),
        (("people:", "colour: blue\npeople:"), "A story has no field colour"),
        (("until: 2026-12-08", "until: 2026-12-08\nshow: [{at: 2026-10-01, what: report}]"), "show 1: None is no report"),
        (("until: 2026-12-08", "until: 2026-12-08\nshow: [{at: 2026-10-01, what: due, by: Z}]"), "show 1: Z is not among"),
        (("until: 2026-12-08", "until: 2026-12-08\nuntil: 2026-12-09"), "a key stands twice"),
        (("people:", "people: ["), "This is no YAML that can be read"),
    ],
)
def test_a_slip_in_the_story_is_said_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: tuple[str, str], said: str
) -> None:
    (tmp_path / "story.yaml").write_text(STORY.replace(*change, 1))
    assert main(["rehearse", str(tmp_path / "story.yaml"), "--json"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err


def test_a_database_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / "story.yaml").write_text(STORY)
    for address in ("nonsense", "postgresql://nobody@127.0.0.1:1/none"):
        told = oob("rehearse", str(tmp_path / "story.yaml"), "--database", address)
        assert told.returncode == 2
        assert "Traceback" not in told.stderr
    assert oob("rehearse", str(tmp_path / "nothing.yaml")).returncode == 2
