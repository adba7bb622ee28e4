"""Values that people type where no menu offers them: codes by their words, whole numbers, yes and no. Pure.

Each is refused with a sentence that says what would do, never with what was typed.
"""

from __future__ import annotations

import re
from typing import TypeVar

from bot.domain.shared.code import Code
from bot.domain.shared.errors import Refusal

C = TypeVar("C", bound=Code)
_YES, _NO = frozenset({"yes", "y", "true", "1"}), frozenset({"no", "n", "false", "0"})
_WHOLE = re.compile(r"\d{1,3}(?!\d)")


def key_of(words: str) -> str:
    """Words without case, spaces and signs: "Person ID" and "person_id" are one."""
    return "".join(letter for letter in words.casefold() if letter.isalnum())


def code(kind: type[C], said: str) -> C:
    """The code that somebody means by its value or its words. Refused: `value_refused`."""
    wanted = key_of(said)
    found = next((each for each in kind if wanted in (key_of(each.value), key_of(each.words))), None)
    if found is None:
        raise Refusal("value_refused", f"Please give one of: {', '.join(each.words for each in kind)}.")
    return found


def whole(said: str) -> int:
    """A whole number, with or without words behind it: `4`, `8 yrs`. Refused: `value_refused`."""
    found = _WHOLE.match(said) if said.isascii() else None
    if found is None:
        raise Refusal("value_refused", "Please give a whole number, such as 4.")
    return int(found[0])


def yes_or_no(said: str) -> bool:
    """Yes or no. Refused: `value_refused`."""
    if said.casefold() in _YES | _NO:
        return said.casefold() in _YES
    raise Refusal("value_refused", "Please give yes or no.")
