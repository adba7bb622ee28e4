"""Renderers of notifications: each area registers one for each of its kinds (`handlers/notifications.py` calls them)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from bot.domain.notifications import Notification
from bot.domain.people import Actor
from handlers.ui.blocks import Message
from storage.db.engine import Tx

N = TypeVar("N", bound=Notification)


class Receiver(NamedTuple):
    """Who reads a notification (no roles: not on the list any more), and whom it was meant for."""

    actor: Actor
    addressee: str


Renderer = Callable[[Tx, N, Receiver], Message | None]
RENDERERS: dict[type[Notification], Callable[[Tx, Any, Receiver], Message | None]] = {}
"""Class of a notification → what renders it as things stand; None when there is nothing left to say."""


def renders(*kinds: type[N]) -> Callable[[Renderer[N]], Renderer[N]]:
    """Register a function as the renderer of these kinds."""

    def register(renderer: Renderer[N]) -> Renderer[N]:
        RENDERERS.update(dict.fromkeys(kinds, renderer))
        return renderer

    return register
