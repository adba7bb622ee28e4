"""The key ring: where master keys come from, and when a start without the right ones is refused (docs/trust.md, Privacy)."""

from __future__ import annotations

import base64
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bot.core.settings import Settings, SettingsError

KEY_BYTES = 32
_LOOSE = stat.S_IRWXG | stat.S_IRWXO


class KeyRing:
    """Master keys by id; the first is active, the others only read. An id is the beginning of the key's own SHA-256."""

    def __init__(self, keys: list[bytes]) -> None:
        self._keys = {key_id(key): key for key in keys}
        self.active = key_id(keys[0])

    def __contains__(self, wanted: object) -> bool:
        return wanted in self._keys

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __getitem__(self, wanted: str) -> bytes:
        return self._keys[wanted]


def key_id(key: bytes) -> str:
    """Eight hexadecimal digits by which a key is named without being shown."""
    return hashlib.sha256(b"oob key id" + key).hexdigest()[:8]


def new_key() -> str:
    """A fresh master key as text for `OOB_KEYS` or a keys file."""
    return base64.urlsafe_b64encode(os.urandom(KEY_BYTES)).decode()


def load(settings: Settings, used: set[str]) -> KeyRing:
    """The ring of this process. `used` are the key ids that the database has seen; each of them must be on the ring.

    With the embedded database and nothing configured a key file is made beside it at the first run, mode 0600.
    Raises `SettingsError` with a sentence.
    """
    if text := settings.keys.get_secret_value():
        ring = _parse(text, "OOB_KEYS")
    else:
        path = file_of(settings)
        if not path.exists():
            if settings.keys_file or used:
                raise SettingsError(_missing(path, used))
            _make(path)
        ring = _parse(_read_private(path), str(path))
    if absent := sorted(key for key in used if key not in ring):
        raise SettingsError(
            f"The database was encrypted with the key {', '.join(absent)}, which is not among the keys given. "
            "Nothing was changed. Bring the right keys file back, or name it with OOB_KEYS_FILE."
        )
    return ring


def file_of(settings: Settings) -> Path:
    """Where the keys file is: as named by `OOB_KEYS_FILE`, else beside the embedded database."""
    return settings.keys_file or Path(settings.database_url.removeprefix("sqlite:///")).with_suffix(".keys")


def _missing(path: Path, used: set[str]) -> str:
    why = f"The database holds texts encrypted with the key {', '.join(sorted(used))}. " if used else ""
    return (
        f"The keys file {path} is not there. {why}Bring it back from where you keep it; OOB does not make a new one in its place."
    )


def _make(path: Path) -> None:
    """A new key file, whole or not at all, on disk before it is used."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".key-") as file:  # mode 0600 from its first moment
        file.write(new_key() + "\n")
        file.flush()
        os.fsync(file.fileno())
        os.link(file.name, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _read_private(path: Path) -> str:
    if path.stat().st_mode & _LOOSE:
        raise SettingsError(f"Other users of this machine can read the keys file {path}. Close it with: chmod 600 {path}")
    try:
        return path.read_text("ascii")
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"The keys file {path} cannot be read, or it is not a keys file.") from None


def _parse(text: str, where: str) -> KeyRing:
    keys = []
    for word in text.replace(",", " ").split():
        try:
            key = base64.b64decode(word, altchars=b"-_", validate=True)
        except ValueError:
            key = b""
        if len(key) != KEY_BYTES:
            raise SettingsError(f"A key in {where} is not {KEY_BYTES} bytes in base64. Make one with `oob keys new`.")
        keys.append(key)
    if not keys:
        raise SettingsError(f"{where} holds no key. Make one with `oob keys new`.")
    return KeyRing(keys)
