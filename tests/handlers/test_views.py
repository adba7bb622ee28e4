"""Every view as it is sent to Slack: golden files, and what holds for all of them (docs/slack-platform.md).

`make golden` writes the files anew; what changed is then seen in the diff.
"""

import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.models.views import View

from handlers.ui.blocks import Message
from tests.support.built import as_json, built

GOLDEN = Path(__file__).parents[1] / "golden"
TYPED = "Words that somebody typed."


def views() -> dict[str, list[tuple[Message | View, dict[str, Any]]]]:
    found = defaultdict(list)
    for builder, made in built(TYPED):
        found[f"{builder.__module__.removeprefix('handlers.')}.{builder.__name__}"].append((made, as_json(made)))
    return found


VIEWS = views()


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_a_view_is_as_its_golden_file_has_it(name: str) -> None:
    shown = json.dumps([view for _, view in VIEWS[name]], indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    path = GOLDEN / f"{name}.json"
    if os.environ.get("OOB_TEST_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(shown)
    assert path.read_text() == shown


def test_no_golden_file_is_left_over() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(VIEWS)


def everything() -> Iterator[tuple[str, Message | View, dict[str, Any]]]:
    for name, several in VIEWS.items():
        for made, view in several:
            yield name, made, view


def inside(holder: object, wanted: Callable[[dict[str, Any]], bool]) -> Iterator[dict[str, Any]]:
    if isinstance(holder, dict):
        if wanted(holder):
            yield holder
        for value in holder.values():
            yield from inside(value, wanted)
    elif isinstance(holder, list):
        for value in holder:
            yield from inside(value, wanted)


def test_what_lock_screens_show_is_there_and_nobody_typed_it() -> None:
    for name, made, view in everything():
        if isinstance(made, Message):
            assert view["text"].strip(), name
            assert TYPED not in view["text"], name
        assert TYPED not in json.dumps(view["blocks"][0]) or view["blocks"][0]["type"] == "input", name


def test_a_form_has_at_most_eight_inputs_each_with_an_id_and_a_submit() -> None:
    forms = 0
    for name, made, view in everything():
        inputs = [block for block in view["blocks"] if block["type"] == "input"]
        assert len(inputs) <= 8, name
        assert all(block["block_id"] for block in inputs), name
        if inputs:
            forms += 1
            assert isinstance(made, View)
            assert view["submit"]["text"], name
            assert view["callback_id"], name
    assert forms > 30


def test_every_button_says_aloud_what_it_is_about_and_carries_no_more_than_an_id() -> None:
    for name, _, view in everything():
        for button in inside(view, lambda each: each.get("type") == "button"):
            assert button["accessibility_label"].strip(), name
            assert set(json.loads(button["value"])) <= {"v", "id", "n", "step"}, name
        rows = [block for block in view["blocks"] if block["type"] == "actions"]
        assert all(len(row["elements"]) <= 3 for row in rows), name


def test_nothing_pings_a_channel_and_days_are_said_with_their_weekday() -> None:
    for name, _, view in everything():
        shown = json.dumps(view)
        assert "<!" not in shown, name
        carried = ('"initial_date": "2026-12-0', '"value": "2026-12-0')
        for value in carried:
            shown = shown.replace(value, "")
        assert "2026-12-0" not in shown, name
