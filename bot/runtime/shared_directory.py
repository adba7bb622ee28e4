"""Writes entries into the shared Directory, a folder that colleagues open (§2, G12).

Each entry is a file of its own, written beside its place and moved there, so that nobody ever reads half of one. A folder
that is away is tried again; when an inquiry changes, its entry is written anew (docs/decisions/0008-shared-directory.md).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import tempfile
import threading
from datetime import timedelta
from pathlib import Path

import structlog

from bot.core.context import RequestContext, Undecided
from bot.domain.inquiries import shared_directory as inquiry_shared_directory
from bot.domain.shared.errors import Refusal
from bot.services.inquiries import shared_directory
from storage.inquiries import shared_directory as stored

_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=15), timedelta(minutes=10)
_BEAT_SECONDS = 2
_log = structlog.get_logger("oob.shared_directory")


class SharedDirectoryWriter:
    """Writes what the register owes; it looks every two seconds, by an index, and writes nothing when nothing is due."""

    def __init__(self, ctx: RequestContext, folder: Path, patience: float = 20) -> None:
        """`patience`: the seconds after which a write counts as hanging."""
        self._desk = ctx
        self._patience = patience
        self._folder = folder
        self._writing: threading.Thread | None = None

    async def run(self) -> None:
        """Work until cancelled. A database that is away is waited for: the rows stay."""
        while True:
            with contextlib.suppress(Refusal, Undecided):
                while not self._hanging() and await self._desk.read(stored.is_due):
                    if (due := await self._desk.write(stored.claim)) is not None:
                        await self._settle(*due)
            await asyncio.sleep(_BEAT_SECONDS)

    async def _settle(self, ref: str, tries: int) -> None:
        """Make the folder agree with one inquiry, and note that; or put it off."""
        entry = await self._desk.read(shared_directory.entry, ref)
        try:
            async with asyncio.timeout(self._patience):
                await self._put(ref, entry.text)
        except (OSError, TimeoutError) as error:
            problem = (os.strerror(error.errno) if error.errno else "it takes too long")[:60]
            wait = min(_FIRST_WAIT * 2 ** min(tries, 10), _LONGEST_WAIT)
            _log.warning("not_filed", ref=ref, problem=problem, tries=tries + 1)
            await self._desk.write(stored.put_off, ref, self._desk.now() + wait, problem)
        else:
            await self._desk.write(shared_directory.settled, ref, entry)
            _log.info("filed" if entry.text is not None else "unfiled", ref=ref)

    async def _put(self, ref: str, text: str | None) -> None:
        """`put` in a thread of its own, which nobody waits for at the end of the process: a dead share can hang for ever."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def work() -> None:
            try:
                put(self._folder, ref, text)
            except Exception as error:  # noqa: BLE001 - carried to who waits
                _tell(done, error)
            else:
                _tell(done, None)

        self._writing = threading.Thread(target=work, name="oob-shared-directory", daemon=True)
        self._writing.start()
        try:
            await done
        finally:
            if not done.cancelled():  # it came back, well or not; a thread's own end may be a moment later
                self._writing = None

    def _hanging(self) -> bool:
        """Whether the last write has not come back: nothing else is written before it, so nothing older can follow."""
        return self._writing is not None and self._writing.is_alive()


def _tell(done: asyncio.Future[None], error: Exception | None) -> None:
    """From another thread: how it ended, if anybody still waits and there is still a loop."""

    def settle() -> None:
        if not done.done():
            done.set_exception(error) if error else done.set_result(None)

    with contextlib.suppress(RuntimeError):
        done.get_loop().call_soon_threadsafe(settle)


def put(folder: Path, ref: str, text: str | None) -> None:
    """Make `text` the entry of `ref` in `folder`, whole or not at all, or take the entry away. Raises `OSError`.

    The folder itself is never made: name one inside the share, and it is missing whenever the share is not mounted.
    """
    if not folder.is_dir():
        raise FileNotFoundError(2, "the folder is not there")
    year, name = inquiry_shared_directory.place(ref)
    place = folder / year / name
    if text is None:
        place.unlink(missing_ok=True)
        return
    place.parent.mkdir(exist_ok=True)
    handle, part = tempfile.mkstemp(dir=place.parent, prefix=f".{ref}.", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\r\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(part).chmod(0o644)
        Path(part).replace(place)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
