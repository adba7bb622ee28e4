"""S4: Slack markup typed by people stays text in every message and view (docs/trust.md, Figures S4)."""

import inspect
import itertools
from collections.abc import Callable, Iterator

import pytest
from slack_sdk.models.views import View

from handlers.ui.blocks import Message
from simulator.blockkit import message_problems, view_problems
from tests.support.built import MODULES, as_json, built

MARK = "zq7"
_CORES = (
    *(
        "<!channel>",
        "<!here>",
        "<!everyone>",
        "<@U0ELI>",
        "<@U0ELI|eli>",
        "<#C0TEAM>",
        "<#C0TEAM|x>",
        "<!subteam^S1>",
        "<!date^0^x|y>",
    ),
    *(
        "<https://evil.example|Sign in>",
        "<mailto:a@example.org|x>",
        "<tel:1|x>",
        "*bold*",
        "_it_",
        "~gone~",
        "`code`",
        "```block```",
    ),
    *("&lt;!channel&gt;", "&amp;lt;!here&amp;gt;", ">quote", "• list", ":tada:", "<", "<>", "<!", "<<!channel>>", "<\n!channel>"),
)
_AROUND = ("{}", "{} and more", "see {}", "a\n{}", "*{}*", "`{}`", "> {}", "{}{}")
INJECTIONS = [MARK + frame.replace("{}", core) + MARK for core, frame in itertools.product(_CORES, _AROUND)]


def mrkdwn(holder: object) -> Iterator[str]:
    """Every text that Slack would format, and the one that notifications show."""
    if isinstance(holder, dict):
        if holder.get("type") == "mrkdwn":
            yield holder["text"]
        if isinstance(holder.get("text"), str) and "blocks" in holder:
            yield holder["text"]
        for value in holder.values():
            yield from mrkdwn(value)
    elif isinstance(holder, list):
        for value in holder:
            yield from mrkdwn(value)


@pytest.mark.unmeasured
def test_s4_no_injection_comes_alive_in_any_builder(figure: Callable[..., None]) -> None:
    live, tried, carried = [], 0, 0
    for words in INJECTIONS:
        for builder, made in built(words):
            shown = as_json(made)
            tried += 1
            carried += MARK in str(shown)
            live += [(builder.__name__, text) for text in mrkdwn(shown) if MARK in text]
    builders = {builder for builder, _ in built("x")}
    figure("S4", f"injections alive in {len(builders)} builders", len(live), tried)
    assert live == []
    assert len(INJECTIONS) >= 200
    assert carried > 10 * len(INJECTIONS)


def test_s4_every_builder_is_tried() -> None:
    public = {
        function
        for module in MODULES
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
        if inspect.signature(function).return_annotation in ("Message", "View")
    }
    assert public == {builder for builder, _ in built("x")}


@pytest.mark.parametrize("words", ["x" * 3000, "<" * 3000, "&" * 3000, "\n" * 1500 + "x", "🦄" * 1500, "x"])
def test_every_builder_keeps_within_slacks_limits(words: str) -> None:
    for builder, made in built(words):
        shown = as_json(made)
        problems = message_problems(shown) if isinstance(made, Message) else view_problems(shown)
        assert problems == [], builder.__name__
        assert isinstance(made, View) or MARK not in made.text
