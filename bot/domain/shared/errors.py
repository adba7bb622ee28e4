"""What the bot says when it will not do a thing: a sentence for a person and a stable code for tests and `docs/refusals.md`."""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818 - it is an answer, not a fault of the program
    """A request that is understood and not carried out.

    `sentence` is shown to the person as it stands; `code` is stable; `field` names the input that a modal should mark.
    A refusal raised inside a transaction rolls it back: nothing was saved when the sentence is read.
    """

    def __init__(self, code: str, sentence: str, *, field: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence
        self.field = field


class Unavailable(Refusal):
    """Nothing was saved because something the bot needs is out of reach; trying again later is the remedy."""
