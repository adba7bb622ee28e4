"""What every document for people is printed with."""

from __future__ import annotations

import io
import re
from typing import Any

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def printable(words: str) -> str:
    """The words without what no XML document can hold."""
    return _UNPRINTABLE.sub("", words)


def saved(document: Any) -> bytes:  # noqa: ANN401 - python-docx's factory hides the class
    """The file of a document."""
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()
