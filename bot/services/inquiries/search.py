"""Finding the team's inquiries, and taking a list of them away (§2 "colleagues and managers can access the information")."""

from __future__ import annotations

import csv
import io

from bot.domain.inquiries.inquiry import Inquiry, InquiryFacts, Result
from bot.domain.inquiries.search import InquiryQuery, as_ics, wanted
from bot.domain.notifications import FileReady
from bot.domain.people import Actor
from bot.domain.shared import authorities
from storage.db.engine import Tx
from storage.inquiries import inquiries
from storage.inquiries.inquiries import InquiryPage
from storage.notifications import attachments, outbox
from storage.requests import drafts

PAGE_SIZE = 8
LONGEST_LIST = 2_000
"""Inquiries in a list that somebody takes away."""
_COLUMNS = (
    *("reference", "asked on", "asked by", "authority asked", "home authority", "urgent", "answer", "answered on", "outcome"),
    *("level of need", "age", "state"),
)


def find(tx: Tx, typed: str, page: int, reader: Actor) -> tuple[InquiryQuery, InquiryPage]:
    """What was understood, and a page of what was found, newest first. It reads only; `disclose` is what shows it."""
    return _search(tx, typed, page, PAGE_SIZE, reader)


def _search(tx: Tx, typed: str, page: int, size: int, reader: Actor) -> tuple[InquiryQuery, InquiryPage]:
    """An ICS reference finds what carries it; if nothing does, the word is looked for in the texts like any other."""
    sought = wanted(typed, tx.today)
    if (by_ics := as_ics(sought)) is not None:
        found = inquiries.find(tx, by_ics, page, size, reader)
        if found.total:
            return by_ics, found
    return sought, inquiries.find(tx, sought, page, size, reader)


def disclose(tx: Tx, page: InquiryPage) -> InquiryPage:
    """Record that the inquiries of `page` were shown to the actor (docs/trust.md, Privacy: reads that disclose are logged)."""
    if page.inquiries:
        tx.log("inquiries.found", ",".join(inquiry.ref for inquiry in page.inquiries), total=page.total)
    return page


def keep_search(tx: Tx, words: str) -> str:
    """Remember what was looked for, for the buttons that turn the page or take it away."""
    return drafts.keep(tx, words)


def searched_for(tx: Tx, draft_id: str) -> str:
    """What was looked for. Refused: `draft_gone`."""
    return drafts.words_of(tx, draft_id)


def gather(tx: Tx, draft_id: str, reader: Actor) -> InquiryPage:
    """Everything that was searched for, the newest 2,000 of it, for a list to take away. It reads only."""
    _, found = _search(tx, searched_for(tx, draft_id), 0, LONGEST_LIST, reader)
    return found


def send(tx: Tx, found: InquiryPage, reader: Actor) -> InquiryPage:
    """Owe the searcher the list as a file, without any text that people typed."""
    document_id = attachments.keep(tx, "oob-inquiries", "csv", as_csv(found.inquiries))
    outbox.queue(tx, reader.user_id, FileReady(document_id))
    tx.log("inquiries.exported", reader.user_id, refs=[inquiry.ref for inquiry in found.inquiries])
    return found


def as_csv(found: tuple[Inquiry, ...]) -> bytes:
    """Codes, dates and references only: what a spreadsheet opens as it is, and holds no word of anybody's."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(_COLUMNS)
    for inquiry in found:
        facts = inquiry.facts
        rows.writerow(
            (
                *(inquiry.ref, facts.asked_on, facts.asked_by_role.words if facts.asked_by_role else ""),
                *(authorities.name_of(facts.authority_asked), authorities.name_of(facts.home_authority)),
                *("yes" if facts.urgent else "no", facts.result.words, facts.answered_on or "", _outcome(facts)),
                *(facts.threshold_level or "", "" if facts.age_years is None else facts.age_years, inquiry.status.value),
            )
        )
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _outcome(facts: InquiryFacts) -> str:
    """What came of it; nothing yet while the answer is awaited."""
    return "" if facts.result is Result.AWAITING else facts.outcome.words
