"""The registrar: puts entries into the shared Directory, a folder that colleagues open (§2, G12).

Each entry is a file of its own, written beside its place and moved there, so that nobody ever reads half of one. A folder
that is away is tried again; when an inquiry changes, its entry is written anew (docs/decisions/0008-shared-directory.md).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import tempfile
from datetime import timedelta
from pathlib import Path

import structlog

from bot.casework import registering
from bot.desk import Desk, Undecided
from bot.rules import register
from bot.rules.refusal import Refusal

_BATCH = 20
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=15), timedelta(minutes=10)
_WRITE_SECONDS = 20
_BEAT_SECONDS = 2
_log = structlog.get_logger("oob.registrar")


class Registrar:
    """Writes what the register owes; it looks every two seconds, by an index, and writes nothing when nothing is due."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self._desk = desk
        self._folder = folder

    async def run(self) -> None:
        """Work until cancelled. A database that is away is waited for: the rows stay."""
        while True:
            with contextlib.suppress(Refusal, Undecided):
                while await self._desk.read(registering.is_due):
                    for ref, tries in await self._desk.write(registering.claim, _BATCH):
                        await self._settle(ref, tries)
            await asyncio.sleep(_BEAT_SECONDS)

    async def _settle(self, ref: str, tries: int) -> None:
        """Make the folder agree with one inquiry, and note that; or put it off."""
        entry = await self._desk.read(registering.entry, ref)
        try:
            async with asyncio.timeout(_WRITE_SECONDS):
                await asyncio.to_thread(put, self._folder, ref, entry.text)
        except (OSError, TimeoutError) as error:
            problem = (os.strerror(error.errno) if error.errno else "it takes too long")[:60]
            wait = min(_FIRST_WAIT * 2 ** min(tries, 10), _LONGEST_WAIT)
            _log.warning("not_filed", ref=ref, problem=problem, tries=tries + 1)
            await self._desk.write(registering.put_off, ref, self._desk.now() + wait, problem)
        else:
            await self._desk.write(registering.settled, ref, entry)
            _log.info("filed" if entry.text is not None else "unfiled", ref=ref)


def put(folder: Path, ref: str, text: str | None) -> None:
    """Make `text` the entry of `ref` in `folder`, whole or not at all, or take the entry away. Raises `OSError`.

    The folder itself is never made: where it is missing, a share is away, and a file would land under its mount point.
    """
    if not folder.is_dir():
        raise FileNotFoundError(2, "the folder is not there")
    year, name = register.place(ref)
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
