"""`oob doctor`: everything that has to be right around the bot, looked at one by one, each answer with what to do."""

from __future__ import annotations

import asyncio
import contextlib
import email.utils
import json
import os
import stat
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from bot.cli import manifest
from bot.core.context import system_clock
from bot.core.settings import SLACK_API_URL, Settings, SettingsError
from bot.domain.feedback.feedback import Feedback, FeedbackFacts, Target
from bot.domain.inquiries.inquiry import InquiryFacts
from bot.domain.shared import bank_holidays
from bot.domain.shared.calendar import add_months, london_day, say_date
from bot.domain.shared.text import NOTE_LIMIT
from bot.services.feedback.recording import Outstanding
from bot.slack.connection import UNREACHABLE, web_client
from handlers.admin import people_views
from handlers.core import slack_errors
from handlers.feedback import recording_views
from handlers.feedback import views as feedback_views
from handlers.inquiries import forms
from storage import migrations
from storage.crypto import key_ring
from storage.crypto.vault import Vault
from storage.db import audit_log, workspaces
from storage.db.engine import make_engine
from storage.maintenance import backup

_SKEW = timedelta(seconds=60)
_SOCKET_SECONDS = 10


class CheckResult(StrEnum):
    """How a check went. Only `wrong` makes the command fail."""

    RIGHT = "right"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True)
class Check:
    """One check: what was looked at, how it went, and a sentence with what to do."""

    what: str
    verdict: CheckResult
    sentence: str


class _Found(Exception):  # noqa: N818 - how a check ends early
    def __init__(self, verdict: CheckResult, sentence: str) -> None:
        super().__init__(sentence)
        self.verdict = verdict
        self.sentence = sentence


async def examine(settings: Settings) -> list[Check]:
    """Every check, in the order in which one would set the bot up; a check that fails does not stop the others."""
    async with aiohttp.ClientSession() as session:
        slack = web_client(settings, session)
        checks: tuple[tuple[str, Callable[[], Awaitable[str]]], ...] = (
            ("bot token", lambda: _token(slack)),
            ("scopes", lambda: _scopes(slack)),
            ("clock", lambda: _clock(slack)),
            ("socket", lambda: _socket(slack, session, settings)),
            ("blocks", lambda: _blocks(slack, settings)),
            ("database", lambda: asyncio.to_thread(_database, settings)),
            ("keys", lambda: asyncio.to_thread(_keys, settings)),
            ("audit log", lambda: asyncio.to_thread(_audit_log, settings)),
            ("shared Directory", lambda: asyncio.to_thread(_shared_directory, settings)),
            ("bank holidays", lambda: asyncio.to_thread(_holidays)),
            ("administrators", lambda: asyncio.to_thread(_administrators, settings)),
            ("data protection", lambda: asyncio.to_thread(_dpia, settings)),
        )
        return [await _checked(what, check) for what, check in checks]


async def _checked(what: str, check: Callable[[], Awaitable[str]]) -> Check:
    try:
        return Check(what, CheckResult.RIGHT, await check())
    except _Found as found:
        return Check(what, found.verdict, found.sentence)
    except SettingsError as error:
        return Check(what, CheckResult.WRONG, str(error))
    except SlackApiError as error:
        return Check(what, CheckResult.WRONG, f"Slack answered “{slack_errors.word(error)}”.")
    except UNREACHABLE as error:
        return Check(what, CheckResult.WRONG, f"Slack cannot be reached ({type(error).__name__}).")
    except DBAPIError as error:
        return Check(what, CheckResult.WRONG, f"The database cannot be used ({type(error.orig).__name__}).")


async def _token(slack: AsyncWebClient) -> str:
    told = await slack.auth_test()
    return f"Slack knows it: {told.get('user')} in {told.get('team')} ({told['team_id']})."


async def _scopes(slack: AsyncWebClient) -> str:
    told = await slack.auth_test()
    has = {scope.strip() for scope in str(told.headers.get("x-oauth-scopes", "")).split(",") if scope.strip()}
    asked = manifest.scopes()
    if not has:
        raise _Found(CheckResult.NOTE, "Slack did not say which scopes the token has.")
    if missing := sorted(asked - has):
        raise _Found(
            CheckResult.WRONG, f"The token lacks {', '.join(missing)}. Put the manifest into the app again and reinstall it."
        )
    if more := sorted(has - asked):
        raise _Found(
            CheckResult.NOTE, f"The token has more than OOB asks for: {', '.join(more)}. Take them away on the app's page."
        )
    return f"Exactly those of the manifest: {', '.join(sorted(asked))}."


async def _clock(slack: AsyncWebClient) -> str:
    told = await slack.auth_test()
    date = told.headers.get("date")
    if not date:
        raise _Found(CheckResult.NOTE, "Slack did not say what time it is.")
    apart = abs(system_clock() - email.utils.parsedate_to_datetime(str(date)))
    if apart > _SKEW:
        seconds = round(apart.total_seconds())
        raise _Found(
            CheckResult.WRONG, f"This machine's clock is {seconds:,} seconds off Slack's; signatures fail at 300. Set it by NTP."
        )
    return f"Within {max(1, round(apart.total_seconds()))} seconds of Slack's."


async def _socket(slack: AsyncWebClient, session: aiohttp.ClientSession, settings: Settings) -> str:
    if settings.mode == "http":
        raise _Found(CheckResult.NOTE, "Not used with OOB_MODE=http; Slack has to reach /slack/events.")
    opened = await slack.apps_connections_open(app_token=settings.app_token.get_secret_value())
    async with asyncio.timeout(_SOCKET_SECONDS), session.ws_connect(str(opened["url"])) as socket:
        said = json.loads(await socket.receive_str())
    if said.get("type") != "hello":
        raise _Found(CheckResult.WRONG, "The socket opened, but Slack did not greet.")
    return "It opens, and Slack greets."


async def _blocks(slack: AsyncWebClient, settings: Settings) -> str:
    """Have Slack look at our largest views (Slack: `blocks.validate`); the pretend Slack has its own opinion."""
    today = london_day(system_clock())
    said = FeedbackFacts(about="ICS-1", target=Target.MDT_MEETING, given_on=today, summary="x" * NOTE_LIMIT)
    entries = tuple(
        Feedback(ref=f"FB-2026-{number:04d}", facts=said, logged_by="U0", logged_at=system_clock()) for number in range(1, 11)
    )
    entry, full = entries[0], Outstanding(entries, 99)
    views = {
        "the form of an inquiry": forms.form(InquiryFacts(asked_on=today)).to_dict(),
        "the form of feedback": feedback_views.form(today).to_dict(),
        "the form of people": people_views.form().to_dict(),
        "the form of what is on ICS": recording_views.form(Outstanding((entry,), 1), entry.ref).to_dict(),
    }
    messages = {
        "the greeting": people_views.greeting().to_json()["blocks"],
        "the list of feedback": feedback_views.listing(full, today, everybodys=True).to_json()["blocks"],
    }
    payloads = [(name, {"view": view}) for name, view in views.items()] + [
        (name, {"blocks": it}) for name, it in messages.items()
    ]
    for name, payload in payloads:
        try:
            await slack.api_call("blocks.validate", json={key: json.dumps(value) for key, value in payload.items()})
        except SlackApiError as error:
            word = slack_errors.word(error)
            if word == "unknown_method":
                raise _Found(CheckResult.NOTE, "This Slack does not check blocks.") from None
            raise _Found(CheckResult.WRONG, f"Slack refuses {name} ({word}). Please tell OOB's makers.") from None
    where = "Slack" if settings.slack_api_url == SLACK_API_URL else urlsplit(settings.slack_api_url).hostname
    return f"{where} accepts {len(payloads)} of our forms and messages."


@contextlib.contextmanager
def _reading(settings: Settings) -> Iterator[Engine]:
    """The database, for reading, given back afterwards."""
    engine = make_engine(settings.database_url, readonly=True)
    try:
        yield engine
    finally:
        engine.dispose()


def _database(settings: Settings) -> str:
    if settings.embedded and not backup.database_file(settings).exists():
        raise _Found(CheckResult.NOTE, "There is none yet; it is made at the first start.")
    with _reading(settings) as engine:
        current = migrations.current(engine)
    if current != migrations.newest():
        how = "it is brought up to date at the next start" if settings.embedded else "run `oob migrate`"
        raise _Found(
            CheckResult.NOTE if settings.embedded else CheckResult.WRONG,
            f"It is at version {current or 'nothing'}, this program at {migrations.newest()}: {how}.",
        )
    if settings.embedded:
        disk = os.statvfs(backup.database_file(settings).parent)
        free = disk.f_bavail * disk.f_frsize // 2**20
        if free < 200:  # noqa: PLR2004 - megabytes
            raise _Found(CheckResult.WRONG, f"Only {free:,} MB are free where it lies.")
        return f"It answers, at version {current}; {free:,} MB are free."
    return f"It answers, at version {current}."


def _keys(settings: Settings) -> str:
    if settings.embedded and not backup.database_file(settings).exists() and not settings.keys_file:
        raise _Found(CheckResult.NOTE, "The keys file is made at the first start. Keep a copy apart from the backups.")
    with _reading(settings) as engine, engine.connect() as conn:
        used = workspaces.keys_used(conn)
    if not used:
        raise _Found(CheckResult.NOTE, "No key was used yet.")
    ring = key_ring.load(settings, used)
    where = (
        "the environment"
        if settings.keys.get_secret_value()
        else f"{key_ring.file_of(settings)}, {_mode(key_ring.file_of(settings))}"
    )
    return f"All {len(used)} that were used are there ({where}); {ring.active} is active."


def _mode(path: Path) -> str:
    return f"mode {stat.S_IMODE(path.stat().st_mode):04o}"


def _audit_log(settings: Settings) -> str:
    if settings.embedded and not backup.database_file(settings).exists():
        raise _Found(CheckResult.NOTE, "There is none yet.")
    with _reading(settings) as engine, engine.connect() as conn:
        used = workspaces.keys_used(conn)
        verdicts = list(audit_log.verify(conn, Vault(key_ring.load(settings, used)))) if used else []
    for verdict in verdicts:
        if verdict.problem:
            raise _Found(CheckResult.WRONG, f"{verdict.problem}. Somebody changed the database, or a backup was mixed up.")
    return f"Its chain holds ({sum(verdict.entries for verdict in verdicts):,} entries)."


def _shared_directory(settings: Settings) -> str:
    folder = settings.shared_directory
    if folder is None:
        raise _Found(CheckResult.NOTE, "OOB_SHARED_DIRECTORY is not set; people are asked to store entries themselves (§2).")
    if not folder.is_dir():
        raise _Found(CheckResult.WRONG, f"{folder} is not there. Is the share mounted?")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise _Found(CheckResult.WRONG, f"OOB may not write to {folder}.")
    return f"{folder} is there and can be written."


def _holidays() -> str:
    last, today = bank_holidays.last_known_day(), london_day(system_clock())
    if last < add_months(today, 6):
        raise _Found(CheckResult.WRONG, f"The list of bank holidays ends on {say_date(last)}. Please update OOB.")
    return f"Computed until {say_date(last)}; days for an occasion come with updates of the package holidays."


def _administrators(settings: Settings) -> str:
    if not settings.admins:
        raise _Found(CheckResult.NOTE, "OOB_ADMINS is empty; somebody must have been named as administrator before.")
    return f"{len(settings.admins)} named in OOB_ADMINS."


def _dpia(settings: Settings) -> str:
    if not settings.dpia_ref:
        raise _Found(
            CheckResult.NOTE,
            "OOB_DPIA_REF is not set. A data protection impact assessment is needed: docs/privacy/dpia.md is a template.",
        )
    return f"DPIA reference: {settings.dpia_ref}."
