"""Codes with words: the base of everything that is stored as a word and read out as a phrase. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Code(StrEnum):
    """A code as it is stored and told to programs, with its words for people."""

    words: str

    def __new__(cls, value: str, words: str = "") -> Self:
        """A code; without words its value says it."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.words = words or value.replace("_", " ")
        return member
