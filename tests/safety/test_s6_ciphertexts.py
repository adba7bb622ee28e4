"""S6: ciphertexts that were flipped, cut or swapped are refused, every one."""

import random
from collections.abc import Callable

from storage.crypto.key_ring import KeyRing
from storage.crypto.vault import Vault, VaultError

VAULT = Vault(KeyRing([bytes(range(32)), bytes(range(1, 33))]))
TRIES = 10_000


def refused(open_: Callable[[], object]) -> bool:
    try:
        open_()
    except VaultError:
        return True
    return False


def test_s6_ten_thousand_flipped_cut_and_swapped_ciphertexts_are_refused(figure: Callable[..., None]) -> None:
    chance = random.Random(6)
    rows = []
    for number in range(100):
        key, wrapped = VAULT.new_data_key("T1", f"INQ-{number}")
        places = [
            f"T1|{table}|{column}|INQ-{number}" for table in ("inquiries", "history") for column in ("note", "directory_ref")
        ]
        rows += [(key, wrapped, place, VAULT.encrypt(key, place, f"words {number}")) for place in places]
    opened = 0
    for _ in range(TRIES):
        key, wrapped, place, sealed = chance.choice(rows)
        _, other_wrapped, other_place, other_sealed = chance.choice([row for row in chance.sample(rows, 3) if row[2] != place])
        flipped = bytearray(sealed)
        flipped[chance.randrange(len(sealed))] ^= chance.randint(1, 255)
        ref = place.rsplit("|", 1)[1]
        attack = chance.choice(
            [
                lambda: VAULT.decrypt(key, place, bytes(flipped)),  # noqa: B023 - called at once
                lambda: VAULT.decrypt(key, place, sealed[: chance.randrange(len(sealed))]),  # noqa: B023
                lambda: VAULT.decrypt(key, place, other_sealed),  # noqa: B023
                lambda: VAULT.decrypt(key, other_place, sealed),  # noqa: B023
                lambda: VAULT.unwrap("T2", ref, wrapped),  # noqa: B023
                lambda: VAULT.unwrap("T1", f"{ref}0", wrapped),  # noqa: B023
                lambda: VAULT.unwrap("T1", ref, wrapped[:-1] + bytes([wrapped[-1] ^ 1])),  # noqa: B023
            ]
        )
        opened += not refused(attack)
        assert other_wrapped
    figure("S6", "changed ciphertexts opened", opened, TRIES)
    assert opened == 0
    assert all(VAULT.decrypt(key, place, sealed) for key, _, place, sealed in rows)
