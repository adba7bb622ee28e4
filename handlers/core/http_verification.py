"""Check HTTP requests before anything of the payload is believed: signature, age, size, shape and depth.

Bolt's own adapter limits nothing, raises on odd bodies and logs what it refuses (docs/trust.md, The gate). Requests are
therefore read here, and Bolt gets a payload that both transports have in common.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from slack_sdk.signature import SignatureVerifier

MAX_BYTES = 1 << 20
MAX_DEPTH = 64
_TIMESTAMP = re.compile(r"\d{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")
_MAX_FIELDS = 100


@dataclass(frozen=True)
class Rejected:
    """A request that goes no further: an HTTP status and a word, of our own, about why."""

    status: int
    why: str


async def read_body(chunks: AsyncIterator[bytes], announced: str | None) -> bytes | Rejected:
    """The body, at most `MAX_BYTES`; a larger one is not read to its end."""
    if announced is not None and announced.isdigit() and int(announced) > MAX_BYTES:
        return Rejected(413, "too large")
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > MAX_BYTES:
            return Rejected(413, "too large")
    return bytes(body)


def looks_signed(timestamp: str, signature: str) -> bool:
    """Whether the headers have the form of Slack's; asked before a byte of the body is read."""
    return bool(_TIMESTAMP.fullmatch(timestamp) and _SIGNATURE.fullmatch(signature))


def checked(body: bytes, timestamp: str, signature: str, verifier: SignatureVerifier) -> dict[str, Any] | Rejected:
    """The payload of a signed request, or why it is none.

    The signature covers `v0:timestamp:body` and is five minutes valid (Slack: "Verifying requests from Slack").
    """
    if not looks_signed(timestamp, signature):
        return Rejected(401, "unsigned")
    try:
        text = body.decode("utf-8")
        if not verifier.is_valid(text, timestamp, signature):
            return Rejected(401, "unsigned")
        payload = _parse(text)
    except (ValueError, RecursionError):
        return Rejected(400, "unreadable")
    if not isinstance(payload, dict):
        return Rejected(400, "unreadable")
    return Rejected(400, "too deep") if too_deep(payload) else payload


def too_deep(payload: object) -> bool:
    """Whether lists and objects stand in one another more than `MAX_DEPTH` deep."""
    layer: list[object] = [payload]
    for _ in range(MAX_DEPTH):
        layer = [
            inner
            for item in layer
            if isinstance(item, dict | list)
            for inner in (item.values() if isinstance(item, dict) else item)
        ]
        if not layer:
            return False
    return True


def _parse(text: str) -> object:
    if text.startswith("{"):
        return json.loads(text)
    fields = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_MAX_FIELDS))
    if "payload" in fields:
        return json.loads(fields["payload"])
    return fields if "command" in fields or "ssl_check" in fields else None
