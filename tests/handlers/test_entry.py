from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.shared.errors import Refusal
from handlers.core.interaction import READERS, Kind, read_submission
from handlers.ui.blocks import unescape
from handlers.ui.button_state import ButtonState, unpack

KEYS = [
    "user",
    "team",
    "view",
    "actions",
    "event",
    "id",
    "action_id",
    "state",
    "callback_id",
    "text",
    "trigger_id",
    "enterprise",
    "type",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=20,
)


@given(st.sampled_from(list(Kind)), st.dictionaries(st.sampled_from(KEYS), JSON, max_size=8))
def test_s1_any_payload_can_be_read_as_an_entry(kind: Kind, body: dict[str, Any]) -> None:
    entry = READERS[kind](body)
    assert entry.kind is kind
    assert isinstance(entry.user_id, str)
    assert isinstance(entry.trigger_id + entry.response_url, str)
    assert isinstance(entry.view, dict)
    assert isinstance(entry.action, dict)


def test_b1_the_same_form_with_the_same_words_has_the_same_key_and_other_words_another() -> None:
    view = {"id": "V1", "hash": "h", "state": {"values": {"note": {"value": {"value": "a"}}}}}
    other = view | {"state": {"values": {"note": {"value": {"value": "b"}}}}}
    keys = [read_submission({"user": {"id": "U1"}, "view": v}).replay_key for v in (view, dict(view), other)]
    assert keys[0] == keys[1] != keys[2]


@pytest.mark.parametrize("value", [None, "", "x", "{}extra", '{"v":2,"id":"a"}', '{"v":1,"id":"a","evil":1}', 7])
def test_b6_a_button_of_another_version_is_refused_in_words(value: object) -> None:
    with pytest.raises(Refusal) as refused:
        unpack(value)
    assert refused.value.code == "old_button"


def test_a_button_remembers_an_id_and_a_number_only() -> None:
    assert unpack(ButtonState(id="INQ-2026-0001", n=3).pack()) == ButtonState(id="INQ-2026-0001", n=3)


@pytest.mark.parametrize(
    ("escaped", "typed"),
    [
        ("a &lt;!channel&gt; b", "a <!channel> b"),
        ("<!channel> hi", "@channel hi"),
        ("<@U1|ana> and <@U2>", "@ana and @U2"),
        ("<#C1|ward>", "#ward"),
        ("<https://x.example|x.example>", "https://x.example"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("R&amp;D", "R&D"),
    ],
)
def test_e_slacks_escaping_is_undone_to_what_was_typed(escaped: str, typed: str) -> None:
    assert unescape(escaped) == typed
