import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.shared import text
from bot.domain.shared.errors import Refusal


@given(st.text(st.characters(), max_size=200))
def test_cleaned_words_can_be_stored_and_are_clean_already(words: str) -> None:
    cleaned = text.clean(words)
    assert cleaned.encode().decode() == cleaned
    assert text.clean(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\x00b", "ab"),
        ("a\ud800b", "ab"),
        ("\u202egnp.exe", "gnp.exe"),
        ("one\r\ntwo\u2028three", "one\ntwo\nthree"),
        ("e\u0301", "é"),
        ("  ward 3 ", "ward 3"),
        ("x\U000e0041y", "xy"),
        ("👩‍👧 stays", "👩‍👧 stays"),
    ],
)
def test_what_cannot_be_stored_or_seen_is_dropped(typed: str, kept: str) -> None:
    assert text.clean(typed) == kept


def test_a_note_of_nothing_is_no_note() -> None:
    assert text.note(" \x00 ", field="note") is None
    assert text.note(None, field="note") is None


def test_a_note_may_have_three_thousand_characters_and_not_one_more() -> None:
    assert text.note("x" * 3000, field="note") == "x" * 3000
    with pytest.raises(Refusal) as refused:
        text.note("x" * 3001, field="note")
    assert refused.value.code == "too_long"
    assert refused.value.field == "note"
    assert "3,001" in refused.value.sentence
