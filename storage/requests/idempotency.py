"""The same request is carried out once and answered the same every time (docs/trust.md, The gate).

Slack may deliver a request again, and a person who saw `operation_timeout` presses Enter again. The first answer is kept in
the transaction of its effect, and only with one.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Protocol, Self, TypeVar

from bot.domain.shared.errors import Refusal
from storage.db.batch import Wanted, looked_up, looks_up
from storage.db.engine import Tx
from storage.db.tables import DraftRow, PersonRow, ReplayRow

KEPT_FOR = timedelta(hours=24)
"""Longer than any retry of Slack's, longer than a shift."""
WORDING_WINDOW = timedelta(minutes=1)
DRAFT_KEPT_FOR = timedelta(hours=1)

JsonObject = dict[str, Any]


class Stored(Protocol):
    """An answer that can be stored for a repeat of its request."""

    def to_json(self) -> JsonObject:
        """The answer as JSON."""
        ...

    @classmethod
    def from_json(cls, stored: JsonObject) -> Self:
        """The answer that `to_json` gave."""
        ...


S = TypeVar("S", bound=Stored)


def _looked_up(tx: Tx, key: str, _: type[S], fn: Callable[..., S], *args: object) -> list[Wanted]:
    return [(ReplayRow, (tx.workspace_id, _digest(tx, key))), *looked_up(fn, tx, *args)]


@looks_up(_looked_up)
def once(tx: Tx, key: str, kind: type[S], fn: Callable[..., S], *args: object) -> S:
    """Return `fn(tx, *args)`, or the answer of `kind` that it gave when this `key` was first seen.

    Refused: `no_key`, `taken_back_since`.
    """
    if key.endswith("|"):
        raise Refusal(
            "no_key", "Slack sent that request without its number, so it cannot be told from a repeat; nothing was done."
        )
    tx.chain.lock(tx.workspace_id)
    digest = _digest(tx, key)
    row = tx.find(ReplayRow, digest)
    first = row["answer"] if row else None
    if first == b"":
        raise Refusal("taken_back_since", "That was done before and has been taken back since; nothing was done now.")
    if first is not None:
        return kind.from_json(json.loads(tx.vault.open_for_workspace(tx.workspace_id, _place(tx, digest), first)))
    answer = fn(tx, *args)
    if tx.changed:
        sealed = tx.vault.seal_for_workspace(tx.workspace_id, _place(tx, digest), json.dumps(answer.to_json()))
        tx.insert(ReplayRow, key=digest, at=tx.now, answer=sealed, wording=None, subject=tx.about)
    return answer


def said_just_now(tx: Tx, words: str) -> str | None:
    """The reference that the same person got for the same `words` within the last minute, if any."""
    said = tx.find(ReplayRow, _wording(tx, words))
    return said["subject"] if said is not None and said["at"] > tx.now - WORDING_WINDOW else None


def wording_row(tx: Tx, words: str) -> list[Wanted]:
    """What `said_just_now` looks up, and who said it."""
    return [(ReplayRow, (tx.workspace_id, _wording(tx, words))), (PersonRow, (tx.workspace_id, tx.actor_id))]


def remember_wording(tx: Tx, words: str, ref: str) -> None:
    """Note that this person's `words` became `ref`; only a keyed digest of them is kept."""
    wording = _wording(tx, words)
    values = {"at": tx.now, "answer": b"", "wording": wording, "subject": ref}
    if tx.find(ReplayRow, wording) is None:
        tx.insert(ReplayRow, key=wording, **values)
    else:
        tx.update(ReplayRow, ReplayRow.key == wording, **values)


def forget_wording(tx: Tx, ref: str) -> None:
    """After an undo the same words may be logged again without a question."""
    tx.delete(ReplayRow, ReplayRow.subject == ref, ReplayRow.wording.is_not(None))


def forget_answers(tx: Tx, ref: str) -> None:
    """Empty the answers that were kept about `ref`: they may show words that were taken back."""
    tx.update(ReplayRow, ReplayRow.subject == ref, ReplayRow.wording.is_(None), answer=b"")


def sweep(tx: Tx) -> int:
    """Delete answers and drafts whose time is over; how many."""
    drafts = tx.delete(DraftRow, DraftRow.at < tx.now - DRAFT_KEPT_FOR)
    return drafts + tx.delete(ReplayRow, ReplayRow.at < tx.now - KEPT_FOR)


def _digest(tx: Tx, key: str) -> bytes:
    return tx.vault.digest(tx.workspace_id, "replay", key)


def _wording(tx: Tx, words: str) -> bytes:
    return tx.vault.digest(tx.workspace_id, "wording", f"{tx.actor_id}|{' '.join(words.split())}")


def _place(tx: Tx, digest: bytes) -> str:
    return f"{tx.workspace_id}|replays|answer|{digest.hex()}"
