"""What happens to people's words at the edge, before anything else sees them (docs/decisions/0004-text.md)."""

from __future__ import annotations

import re
import unicodedata

from bot.domain.shared.errors import Refusal

NOTE_LIMIT = 3_000
"""Characters in a note: the most that Slack lets a person type into one input."""

_DROPPED = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 and C1 controls but tab and newline
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidirectional controls: they make text read other than it is
    "\ud800-\udfff"  # lone surrogates cannot be stored
    "\ufeff\ufffe\uffff"  # byte-order mark and noncharacters, which no document can hold
    "\U000e0000-\U000e007f"  # tag characters: invisible text
    "]"
)
_BREAKS = re.compile("\r\n?|\u2028|\u2029|\x0b|\x0c|\x85")


def clean(text: str) -> str:
    """The same words in NFC with one kind of line break and without invisible or unstorable characters, trimmed."""
    return unicodedata.normalize("NFC", _DROPPED.sub("", _BREAKS.sub("\n", text))).strip()


def note(text: str | None, *, field: str) -> str | None:
    """A cleaned note, None when nothing is left of it; refused with `too_long` above `NOTE_LIMIT` characters."""
    cleaned = clean(text or "")
    if len(cleaned) > NOTE_LIMIT:
        raise Refusal(
            "too_long",
            f"A note can have {NOTE_LIMIT:,} characters; this one has {len(cleaned):,}. "
            "Please shorten it; the full account belongs on ICS.",
            field=field,
        )
    return cleaned or None


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `3rd`, `11th`."""
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")  # noqa: PLR2004 - English
    return f"{number:,}{ending}"
