import json
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.signature import SignatureVerifier

from handlers.core import http_verification
from handlers.core.http_verification import Rejected
from simulator.server import sign

SECRET = "s3cret"
VERIFIER = SignatureVerifier(SECRET)


def signed(body: bytes, *, at: float | None = None) -> Any:
    timestamp = str(int(at if at is not None else time.time()))
    return http_verification.checked(body, timestamp, sign(SECRET, timestamp, body), VERIFIER)


def test_a_signed_form_and_a_signed_object_are_payloads() -> None:
    assert signed(b"command=%2Foob&text=hi") == {"command": "/oob", "text": "hi"}
    assert signed(b"payload=" + quote(json.dumps({"type": "block_actions"})).encode()) == {"type": "block_actions"}
    assert signed(b'{"type": "event_callback"}') == {"type": "event_callback"}


@pytest.mark.parametrize(
    ("timestamp", "signature"),
    [
        ("", ""),
        ("now", "v0=" + "0" * 64),
        ("1", "v0=" + "0" * 64),
        (str(10**12), "v0=" + "0" * 64),
        ("¹²³", "v0=" + "0" * 64),
        ("1700000000", "v0=é"),
        ("1700000000", "v1=" + "0" * 64),
        ("1700000000", "v0=" + "0" * 63),
    ],
)
def test_s2_what_is_not_signed_properly_is_turned_away_unread(timestamp: str, signature: str) -> None:
    assert http_verification.checked(b"text=hi", timestamp, signature, VERIFIER) == Rejected(401, "unsigned")


@pytest.mark.parametrize("age", [-600, -301, 301, 600, 86_400])
def test_s2_a_stale_or_future_signature_is_turned_away(age: int) -> None:
    assert signed(b"text=hi", at=time.time() - age) == Rejected(401, "unsigned")


def test_s2_a_signature_of_another_body_or_secret_is_turned_away() -> None:
    timestamp = str(int(time.time()))
    assert http_verification.checked(b"text=no", timestamp, sign(SECRET, timestamp, b"text=hi"), VERIFIER) == Rejected(
        401, "unsigned"
    )
    assert http_verification.checked(b"text=hi", timestamp, sign("other", timestamp, b"text=hi"), VERIFIER) == Rejected(
        401, "unsigned"
    )


@pytest.mark.parametrize(
    "body",
    [b'{"a":', b"[1,2]", b"payload=null", b"payload=[1]", b"payload={", b"\xff\xfe", b"{" * 50_000, b"&".join([b"a=1"] * 200)],
)
def test_b11_malformed_bodies_are_turned_away(body: bytes) -> None:
    assert signed(body) == Rejected(400, "unreadable")


def test_b11_deep_nesting_is_turned_away() -> None:
    assert signed(b'{"a":' * 70 + b"1" + b"}" * 70) == Rejected(400, "too deep")
    assert signed(b'{"a":' + b"[" * 40_000 + b"]" * 40_000 + b"}") == Rejected(400, "unreadable")
    assert isinstance(signed(b'{"a":' * 30 + b"1" + b"}" * 30), dict)


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def test_b11_a_body_of_ten_megabytes_is_not_read_to_its_end() -> None:
    read = []

    async def endless() -> AsyncIterator[bytes]:
        for number in range(160):
            read.append(number)
            yield b"x" * 65_536

    assert await http_verification.read_body(endless(), None) == Rejected(413, "too large")
    assert len(read) == 17
    assert await http_verification.read_body(chunks(b"a"), str(10 << 20)) == Rejected(413, "too large")
    assert await http_verification.read_body(chunks(b"a", b"b"), "2") == b"ab"
    assert await http_verification.read_body(chunks(b"a"), "nonsense") == b"a"


@given(st.binary(max_size=400))
def test_s1_any_signed_bytes_give_a_payload_or_a_status(body: bytes) -> None:
    assert isinstance(signed(body), dict | Rejected)
