import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.crypto.key_ring import KeyRing
from storage.crypto.vault import Vault, VaultError

RING = KeyRing([bytes(32), bytes([1] * 32)])
VAULT = Vault(RING)
KEY, WRAPPED = VAULT.new_data_key("T1", "INQ-1")
PLACE = "T1|inquiries|note|INQ-1"


@given(st.text(max_size=500))
def test_what_was_encrypted_is_read_at_its_place(words: str) -> None:
    sealed = VAULT.encrypt(KEY, PLACE, words)
    assert words.encode() not in sealed or len(words) < 3
    assert VAULT.decrypt(KEY, PLACE, sealed) == words


@pytest.mark.parametrize("place", ["T2|inquiries|note|INQ-1", "T1|inquiries|note|INQ-2", "T1|inquiries|directory_ref|INQ-1"])
def test_s6_a_ciphertext_moved_to_another_place_is_rejected(place: str) -> None:
    with pytest.raises(VaultError):
        VAULT.decrypt(KEY, place, VAULT.encrypt(KEY, PLACE, "secret"))


@given(st.integers(0, 38), st.integers(1, 255))
def test_s6_every_flipped_byte_is_found(position: int, flip: int) -> None:
    sealed = bytearray(VAULT.encrypt(KEY, PLACE, "secret"))
    sealed[position] ^= flip
    with pytest.raises(VaultError):
        VAULT.decrypt(KEY, PLACE, bytes(sealed))


def test_a_data_key_opens_for_its_own_subject_only() -> None:
    assert VAULT.unwrap("T1", "INQ-1", WRAPPED) == KEY
    for workspace, subject in (("T2", "INQ-1"), ("T1", "INQ-2")):
        with pytest.raises(VaultError):
            VAULT.unwrap(workspace, subject, WRAPPED)


def test_g_a_ring_without_the_key_says_so() -> None:
    other = Vault(KeyRing([os.urandom(32)]))
    with pytest.raises(VaultError, match="not on the ring"):
        other.unwrap("T1", "INQ-1", WRAPPED)
    with pytest.raises(VaultError, match="unknown version"):
        VAULT.unwrap("T1", "INQ-1", b"\x09" + WRAPPED[1:])


def test_an_older_key_still_reads_and_the_active_one_writes() -> None:
    old = Vault(KeyRing([bytes([1] * 32)]))
    both = Vault(KeyRing([bytes([2] * 32), bytes([1] * 32)]))
    sealed = old.seal_for_workspace("T1", "x", "words")
    assert both.open_for_workspace("T1", "x", sealed) == "words"
    assert both.key_id != old.key_id


def test_digests_differ_by_workspace_and_purpose() -> None:
    assert len({VAULT.digest(w, p, "same") for w in ("T1", "T2") for p in ("a", "b")}) == 4
