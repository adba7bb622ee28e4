"""S8: the privacy guard against its corpus, all invented: synthetic NHS numbers, example.org, telephone numbers for drama."""

from collections.abc import Callable
from pathlib import Path

from bot.domain.shared import privacy

HERE = Path(__file__).parent
IDENTIFIERS = [line.split("\t", 1) for line in (HERE / "identifiers.txt").read_text().splitlines()]
CLEAN = (HERE / "clean.txt").read_text().splitlines()


def test_s8_every_identifier_of_the_corpus_is_caught(figure: Callable[..., None]) -> None:
    missed = [words for _, words in IDENTIFIERS if privacy.found_in(words.encode().decode("unicode_escape")) is None]
    figure("S8", "identifiers missed", len(missed), len(IDENTIFIERS))
    assert missed == []
    assert len(IDENTIFIERS) >= 500
    assert {kind for kind, _ in IDENTIFIERS} == {"nhs_number", "postcode", "email", "phone", "date_of_birth"}


def test_s8_everyday_lines_raise_at_most_one_false_alarm_in_a_hundred(figure: Callable[..., None]) -> None:
    alarms = [words for words in CLEAN if privacy.found_in(words)]
    figure("S8", "false alarms on clean lines", len(alarms), len(CLEAN))
    assert len(set(CLEAN)) >= 500
    assert len(alarms) <= len(CLEAN) // 100, alarms
