"""Encryption of free text, field by field, and the keyed digests (docs/decisions/0005-encryption.md).

AES-256-GCM from `cryptography`. What is bound to a ciphertext as additional data is where it belongs
(`workspace|table|column|row`), so that one moved to another row is rejected. Layout: version (1 byte), key id (4),
nonce (12), ciphertext and tag.
"""

from __future__ import annotations

import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.crypto.key_ring import KEY_BYTES, KeyRing

_VERSION = b"\x01"
_NONCE_BYTES = 12
_HEADER_BYTES = 1 + 4


class VaultError(Exception):
    """A ciphertext is not what this place, this key and this version of the bot should hold."""


class Vault:
    """Everything that needs a key, for every workspace of this process."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring
        self._derive = lru_cache(maxsize=256)(self._derived)

    @property
    def key_id(self) -> str:
        """The id of the master key that encrypts from now on."""
        return self._ring.active

    def new_data_key(self, workspace_id: str, subject: str) -> tuple[bytes, bytes]:
        """A fresh data key for one subject: (the key, the key wrapped for its row)."""
        key = os.urandom(KEY_BYTES)
        return key, self.wrap(workspace_id, subject, key)

    def wrap(self, workspace_id: str, subject: str, key: bytes) -> bytes:
        """A subject's data key, wrapped for its row by the active master key."""
        return self._seal(self._wrapping(workspace_id, self.key_id), self.key_id, key, f"{workspace_id}|data_keys|{subject}")

    def unwrap(self, workspace_id: str, subject: str, wrapped: bytes) -> bytes:
        """The data key of a subject from its row; `VaultError` when the row was tampered with or the master key is absent."""
        return self._open(self._wrapping(workspace_id, key_id_of(wrapped)), wrapped, f"{workspace_id}|data_keys|{subject}")

    def encrypt(self, data_key: bytes, place: str, text: str) -> bytes:
        """`text` for `place` (`workspace|table|column|row`) under a subject's data key."""
        return self._seal(data_key, self.key_id, text.encode(), place)

    def decrypt(self, data_key: bytes, place: str, sealed: bytes) -> str:
        """The text at `place`; `VaultError` when it was made for another place or changed."""
        return self._open(data_key, sealed, place).decode()

    def seal_for_workspace(self, workspace_id: str, place: str, text: str) -> bytes:
        """Text of no subject (answers to repeats, drafts, files, reasons of holds), under a key of the workspace."""
        return self._seal(self._derive(workspace_id, "transient", self.key_id), self.key_id, text.encode(), place)

    def open_for_workspace(self, workspace_id: str, place: str, sealed: bytes) -> str:
        """The reverse of `seal_for_workspace`."""
        return self._open(self._derive(workspace_id, "transient", key_id_of(sealed)), sealed, place).decode()

    def digest(self, workspace_id: str, purpose: str, text: str, key_id: str | None = None) -> bytes:
        """A keyed HMAC-SHA256 of `text`: equal texts are found again, and nothing can be read or guessed without the key."""
        return hmac.digest(self._derive(workspace_id, purpose, key_id or self.key_id), text.encode(), "sha256")

    def digests(self, workspace_id: str, purpose: str, text: str) -> list[bytes]:
        """The digest of `text` under each key of the ring: what was kept before a change of keys is still found."""
        return [self.digest(workspace_id, purpose, text, key_id) for key_id in self._ring]

    def _wrapping(self, workspace_id: str, key_id: str) -> bytes:
        return self._derive(workspace_id, "wrap", key_id)

    def _derived(self, workspace_id: str, purpose: str, key_id: str) -> bytes:
        if key_id not in self._ring:
            raise VaultError(f"the key {key_id} is not on the ring")
        info = f"oob|{purpose}|{workspace_id}".encode()
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(self._ring[key_id])

    @staticmethod
    def _seal(key: bytes, key_id: str, plain: bytes, place: str) -> bytes:
        header = _VERSION + bytes.fromhex(key_id)
        nonce = os.urandom(_NONCE_BYTES)
        return header + nonce + AESGCM(key).encrypt(nonce, plain, header + place.encode())

    @staticmethod
    def _open(key: bytes, sealed: bytes, place: str) -> bytes:
        header, nonce = sealed[:_HEADER_BYTES], sealed[_HEADER_BYTES : _HEADER_BYTES + _NONCE_BYTES]
        try:
            return AESGCM(key).decrypt(nonce, sealed[_HEADER_BYTES + _NONCE_BYTES :], header + place.encode())
        except (InvalidTag, ValueError):
            raise VaultError(f"what stands at {place.split('|', 1)[-1]} was not written there by this bot") from None


def key_id_of(sealed: bytes) -> str:
    """The id of the master key that a ciphertext or a wrapped key names; `VaultError` for an unknown version."""
    if sealed[:1] != _VERSION:
        raise VaultError("a ciphertext has an unknown version")
    return sealed[1:_HEADER_BYTES].hex()
