"""The usual bot: a sync Bolt app with the ORM and a session a request, doing the same work for `/oob inquiry WORDS` (P3).

It has the same rules, tables, encryption, audit log, answer to repeats and words; what differs is how most bots are built:
a thread a request, objects and a unit of work, a commit each.
"""

from __future__ import annotations

import asyncio
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from slack_bolt import Ack, App, BoltRequest, BoltResponse
from slack_bolt.adapter.asgi import SlackRequestHandler
from slack_bolt.adapter.asgi.http_request import AsgiHttpRequest
from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.noop import AUTHORIZED, SECRET
from benchmarks.serving import serve
from bot.core.context import TxContext, system_clock
from bot.domain import free_text
from bot.domain.inquiries.inquiry import Inquiry
from bot.domain.people import LOGGERS
from bot.domain.shared import privacy
from bot.domain.shared.bank_holidays import bank_holidays
from bot.domain.shared.errors import Refusal
from bot.domain.shared.ruleset import RuleSet, Version
from bot.services.inquiries.lifecycle import Logged
from handlers.core.interaction import read_command
from handlers.inquiries import messages as views
from storage.crypto.key_ring import KeyRing
from storage.crypto.vault import Vault
from storage.db.batch import Batch
from storage.db.engine import Tx, make_engine
from storage.db.tables import CounterRow, DataKeyRow, InquiryRow, LogRow, LogSubjectRow, PersonRow, ReplayRow, WorkspaceRow
from storage.reminders import obligations
from storage.reminders.tables import ObligationRow, RuleSetRow
from tests.support.offices import KEY

_THREADS = 16


class Usual:
    """The one command of the usual bot."""

    def __init__(self, url: str) -> None:
        self._engine = make_engine(url, patient=True)
        self._vault = Vault(KeyRing([KEY]))

    def answer(self, ack: Ack, command: dict[str, Any]) -> None:
        """Log what was typed and say so."""
        entry = read_command(command)
        (home,) = entry.team_ids
        tx = TxContext(home, entry.user_id, system_clock(), 60)
        try:
            with Session(self._engine, expire_on_commit=False) as session:
                body = self._once(session, tx, entry.replay_key, entry.words)
                session.commit()
        except Refusal as refusal:
            ack(text=refusal.sentence)
        else:
            ack(text=body["text"], blocks=body["blocks"], response_type="ephemeral")

    def _once(self, session: Session, context: TxContext, replay_key: str, words: str) -> dict[str, Any]:
        home = context.workspace_id
        person = session.get(PersonRow, (home, context.actor_id))
        if person is None or person.role not in LOGGERS:
            raise Refusal("role", "You may not do that.")
        privacy.guard(words)
        head = session.get_one(WorkspaceRow, home, with_for_update=True)
        digest = self._vault.digest(home, "replay", replay_key)
        place = f"{home}|replays|answer|{digest.hex()}"
        if before := session.get(ReplayRow, (home, digest)):
            return dict(json.loads(self._vault.open_for_workspace(home, place, before.answer)))
        wording = self._vault.digest(home, "wording", f"{context.actor_id}|{words}")
        lately = (ReplayRow.workspace_id == home, ReplayRow.wording == wording, ReplayRow.at > context.now - timedelta(minutes=1))
        if session.scalars(select(ReplayRow).where(*lately)).first() is not None:
            raise Refusal("said_before", "You said that a moment ago.")
        logged = self._log(session, context, words, head)
        body = views.logged(logged, context.now, from_words=True).to_json()
        answer = self._vault.seal_for_workspace(home, place, json.dumps(body))
        ref = logged.inquiry.ref
        session.add(ReplayRow(workspace_id=home, key=digest, at=context.now, answer=answer, subject=ref))
        said = self._vault.digest(home, "replay", f"wording|{ref}")
        session.add(ReplayRow(workspace_id=home, key=said, at=context.now, answer=b"", wording=wording, subject=ref))
        return body

    def _log(self, session: Session, context: TxContext, words: str, head: WorkspaceRow) -> Logged:
        home, day = context.workspace_id, context.now.date()
        facts = free_text.inquiry(words, day).checked(day)
        series = f"INQ-{day.year}"
        counter = session.get(CounterRow, (home, series), with_for_update=True) or CounterRow(
            workspace_id=home, series=series, last=0
        )
        counter.last += 1
        session.add(counter)
        ref = f"{series}-{counter.last:04d}"
        inquiry = Inquiry(ref=ref, facts=facts, status=facts.status, logged_by=context.actor_id, logged_at=context.now)
        key, wrapped = self._vault.new_data_key(home, ref)
        session.add(DataKeyRow(workspace_id=home, subject=ref, wrapped=wrapped))
        values = facts.model_dump() | {"note": self._vault.encrypt(key, f"{home}|inquiries|note|{ref}", words)}
        plain = {"ref": ref, "status": facts.status, "logged_by": context.actor_id, "logged_at": context.now, "version": 1}
        session.add(InquiryRow(workspace_id=home, **plain, **values))
        due = self._owe(session, context, inquiry)
        self._note(session, context, head, inquiry)
        return Logged(inquiry, answer_due=due)

    def _owe(self, session: Session, context: TxContext, inquiry: Inquiry) -> Any:  # noqa: ANN401 - a day
        rows = session.scalars(select(RuleSetRow).where(RuleSetRow.workspace_id == context.workspace_id))
        versions = [
            Version(number=row.version, effective_from=row.effective_from, rules=RuleSet.model_validate(row.parameters))
            for row in rows
        ]
        asked = inquiry.answer_awaited(versions, bank_holidays())
        if asked is None:
            return None
        tx = Tx(Batch(session.connection(), self._vault), context)
        kept = obligations.Kept(inquiry.ref, context.actor_id, None, asked, asked.due)
        session.add(ObligationRow(**obligations.row_of(tx, kept)))
        return asked.due

    def _note(self, session: Session, context: TxContext, head: WorkspaceRow, inquiry: Inquiry) -> None:
        """The entry of the audit log, chained to the last."""
        home = context.workspace_id
        details: dict[str, Any] = {"status": inquiry.status, "missing": list(inquiry.facts.missing), "match_codes": 0}
        head.log_seq += 1
        parts = [head.log_hash.hex(), home, head.log_seq, context.now.isoformat(), context.actor_id, inquiry.ref, details]
        head.log_hash = self._vault.digest(home, "audit", json.dumps(parts, sort_keys=True))
        who = {"actor": context.actor_id, "action": "inquiry.logged", "subject": inquiry.ref, "details": details}
        what = {"seq": head.log_seq, "at": context.now, "key_id": self._vault.key_id, "hash": head.log_hash}
        session.add(LogRow(workspace_id=home, **who, **what))
        session.add(LogSubjectRow(workspace_id=home, name=inquiry.ref, seq=head.log_seq))


class Threads(SlackRequestHandler):
    """Bolt's adapter would hold the server up while it works; this one has a thread for each request under way."""

    _pool = ThreadPoolExecutor(max_workers=_THREADS)

    async def dispatch(self, request: AsgiHttpRequest) -> BoltResponse:
        """One request."""
        arrived = BoltRequest(body=await request.get_raw_body(), query=request.query_string, headers=request.get_headers())
        return await asyncio.get_running_loop().run_in_executor(self._pool, self.app.dispatch, arrived)


def main() -> None:
    """Serve it on the database of the first argument."""
    app = App(name="usual", signing_secret=SECRET, authorize=lambda: AUTHORIZED, process_before_response=True)
    app.command("/oob")(Usual(sys.argv[1]).answer)
    bank_holidays()
    serve(Threads(app))


if __name__ == "__main__":
    main()
