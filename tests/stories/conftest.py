"""One migrated database for all stories: a story leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from storage import migrations
from storage.db.engine import make_engine
from tests.support import telling

Tell = Callable[..., telling.Outcome]


@pytest.fixture(scope="session")
def stage_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database for stories."""
    url = f"sqlite:///{tmp_path_factory.mktemp('stories') / 'oob.db'}"
    engine = make_engine(url)
    migrations.upgrade(engine)
    engine.dispose()
    return url


@pytest.fixture
def tell(stage_url: str) -> Tell:
    """`tell(until, *events)` plays a story."""

    def play(*arguments: object, **more: object) -> telling.Outcome:
        return telling.told(stage_url, *arguments, **more)  # type: ignore[arg-type]  # passed on as they are

    return play
