"""Lines as a ward types them, read as they were meant: two parts of them were not looked at while the reader was made."""

from collections import Counter
from collections.abc import Callable

import pytest

from tests.reading.reading import Example, examples, judge

PARTS = ("corpus_open.tsv", "corpus_held_back.tsv", "corpus_inquiries.tsv", "corpus_unseen.tsv")
EVERY = {name: examples(name) for name in PARTS}


def test_the_corpus_has_at_least_600_lines_and_no_line_twice() -> None:
    lines = [(each.kind, each.typed) for found in EVERY.values() for each in found]
    assert len(lines) >= 600
    assert [line for line, number in Counter(lines).items() if number > 1] == []


@pytest.mark.parametrize("part", PARTS)
def test_no_more_is_read_wrong_or_asked_about_than_is_allowed(part: str, figure: Callable[..., None]) -> None:
    judged = [(each, judge(each)) for each in EVERY[part]]
    counts = Counter(said.partition(":")[0] for _, said in judged)
    for what in ("right", "asked", "wrong"):
        figure("Reading", f"{part.removesuffix('.tsv')}, {what}", counts[what], len(judged))
    wrong, asked = ALLOWED[part]
    assert counts["wrong"] <= wrong * len(judged), [(each.typed, said) for each, said in judged if said[:5] == "wrong"]
    assert counts["asked"] <= asked * len(judged)


ALLOWED = {
    "corpus_open.tsv": (0.005, 0.1),
    "corpus_held_back.tsv": (0.18, 0.12),
    "corpus_inquiries.tsv": (0.7, 0),
    "corpus_unseen.tsv": (0.08, 0.11),
}
"""The parts that may be read wrong, and asked about. The goal is that of the open half; the half held back does not reach it
(docs/guide/typing.md, How well it reads): its parts here are those of the first sight, and only ever get smaller."""


@pytest.mark.parametrize(
    "example", [each for found in EVERY.values() for each in found], ids=lambda each: f"{each.kind}: {each.typed[:40]}"
)
def test_no_line_is_a_surprise_for_the_reader(example: Example) -> None:
    """Whatever somebody types is read, asked about or refused with a sentence: never an exception."""
    assert judge(example).partition(":")[0] in ("right", "asked", "wrong")
