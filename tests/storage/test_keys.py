import stat
from pathlib import Path

import pytest

from bot.core import settings
from bot.core.settings import Settings, SettingsError
from storage.crypto import key_ring


def embedded(tmp_path: Path, **more: object) -> Settings:
    return settings.read(bot_token="xoxb-", app_token="xapp-", database_url=f"sqlite:///{tmp_path / 'oob.db'}", **more)


def test_the_first_run_makes_a_key_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    ring = key_ring.load(embedded(tmp_path), set())
    made = tmp_path / "oob.keys"
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert key_ring.load(embedded(tmp_path), {ring.active}).active == ring.active


def test_g_a_loose_key_file_is_refused(tmp_path: Path) -> None:
    key_ring.load(embedded(tmp_path), set())
    (tmp_path / "oob.keys").chmod(0o640)
    with pytest.raises(SettingsError, match="chmod 600"):
        key_ring.load(embedded(tmp_path), set())


def test_g_no_new_key_is_made_in_the_place_of_a_lost_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="does not make a new one"):
        key_ring.load(embedded(tmp_path), {"0011aabb"})
    assert not (tmp_path / "oob.keys").exists()
    with pytest.raises(SettingsError, match="is not there"):
        key_ring.load(embedded(tmp_path, keys_file=tmp_path / "elsewhere"), set())


def test_g_the_wrong_key_is_refused_by_its_id(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="0011aabb"):
        key_ring.load(embedded(tmp_path, keys=key_ring.new_key()), {"0011aabb"})


@pytest.mark.parametrize(("text", "why"), [("short", "not 32 bytes"), ("###", "not 32 bytes"), (" , ", "holds no key")])
def test_what_is_no_key_is_refused(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(SettingsError, match=why):
        key_ring.load(embedded(tmp_path, keys=text), set())


def test_several_keys_make_a_ring_and_the_first_is_active(tmp_path: Path) -> None:
    first, second = key_ring.new_key(), key_ring.new_key()
    ring = key_ring.load(embedded(tmp_path, keys=f"{first},{second}"), set())
    assert ring.active == key_ring.load(embedded(tmp_path, keys=first), set()).active
    assert key_ring.load(embedded(tmp_path, keys=second), set()).active in ring


def test_a_keys_file_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "k").write_bytes(b"\xff\xfe")
    (tmp_path / "k").chmod(0o600)
    with pytest.raises(SettingsError, match="not a keys file"):
        key_ring.load(embedded(tmp_path, keys_file=tmp_path / "k"), set())
