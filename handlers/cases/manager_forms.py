"""The forms of what managers do with a case, and of corrections: each asks for a reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from slack_sdk.models.blocks import Block

from bot.domain.cases.activation import is_offered
from bot.domain.cases.codes import RecordingRoute, ReferralStatus
from bot.domain.cases.records import Record
from bot.domain.shared import authorities
from bot.domain.shared.calendar import say_date, say_moment
from bot.domain.shared.code import Code
from bot.domain.shared.rule import Rule
from bot.services.cases.corrections import CORRECTABLE
from bot.services.cases.view import CaseView
from handlers.ui import inputs
from handlers.ui.blocks import field, section, sentence, small
from handlers.ui.obligations import what

ENDS = (ReferralStatus.VOID, ReferralStatus.RECLASSIFIED_CONTACT, ReferralStatus.NFA)
_EXAMPLE = "A day as 7 Dec 2026; yes or no; a number; a borough; or the words of a list, such as short-term work."


def set_route(look: CaseView, _number: int) -> list[Block]:
    """Another recording route."""
    now = look.latest.route if look.latest else None
    routes = [each for each in RecordingRoute if each is not now and is_offered(each, look.today, look.rules)]
    return [field("route", "New route (§4)", inputs.codes(routes)), inputs.reason()]


def reset_clock(look: CaseView, _number: int) -> list[Block]:
    """The three months begin with this episode."""
    since = f"They would count from {say_date(look.latest.opened_on)}." if look.latest else ""
    return [section(f"The three months go on from an earlier opening (§4). {since}".strip()), inputs.reason()]


def review_off(look: CaseView, _number: int) -> list[Block]:
    """No more six-monthly reviews."""
    due = next((each.due for each in look.open if each.rule == Rule.REVIEW), None)
    said = f" The next one would be due on {say_date(due)}." if due else ""
    return [section(f"No more six-monthly reviews will be asked for while the case is open (§3).{said}"), inputs.reason()]


def waive(look: CaseView, _number: int) -> list[Block]:
    """Something that is not asked for any more."""
    asked = {f"{each.rule}|{each.about or ''}": what(each) for each in look.open}
    return [field("which", "What is not asked for any more?", inputs.menu(asked)), inputs.reason()]


def end_referral(look: CaseView, _number: int) -> list[Block]:
    """What became of the latest referral: the episode that it opened becomes void."""
    referral = look.case.referrals[-1] if look.case.referrals else None
    said = f"{referral.ref}, received on {say_date(referral.received_on)}. " if referral else ""
    return [
        section(f"{said}What it opened becomes void; nothing is deleted."),
        field("status", "Why does it not go on?", inputs.codes(ENDS)),
        inputs.reason(),
    ]


def unclose(look: CaseView, _number: int) -> list[Block]:
    """A closing that was an error."""
    closed = look.latest.closed_on if look.latest else None
    said = f"It closed on {say_date(closed)}. " if closed else ""
    return [section(f"{said}The same opening and the same clocks go on, as if it had not closed (§6)."), inputs.reason()]


def decline(look: CaseView, number: int) -> list[Block]:
    """Not yet: what is missing before it can be authorised."""
    asked = next((each for each in look.case.authorisations if each.number == number), None)
    who = f"<@{asked.requested_by}> is told." if asked else ""
    return [section(f"It stays as it is. {who}".strip()), inputs.reason("What is missing?", block_id="note")]


def correct(look: CaseView, _number: int) -> list[Block]:
    """A field that is set right; what stood before stays on file."""
    known = dict(correctable(look))
    return [
        field("field", "What is to be corrected?", inputs.menu(known)),
        field("to", "What should it be?", inputs.line(limit=80), hint=_EXAMPLE),
        inputs.reason(),
        small("What stood before is kept, with your reason. Clocks are counted anew."),
    ]


def correctable(look: CaseView) -> Iterator[tuple[str, str]]:
    """Fields that can be corrected now, with what they say: "Opened on: Thu 3 Sep 2026"."""
    yield "ics_ref", f"ICS reference: {look.case.ics_ref}"
    episode = look.latest
    if episode is None:
        return
    latest: dict[str, Record | None] = {
        "Episode": episode,
        "Referral": look.case.referral_of(episode.number),
        "Assessment": episode.assessments[-1] if episode.assessments else None,
        "Review": episode.reviews[-1] if episode.reviews else None,
        "Activity": episode.activities[-1] if episode.activities else None,
    }
    seen = set()
    for kind, fields in CORRECTABLE.items():
        record = latest[kind.__name__]
        for name in fields:
            if record is not None and name not in seen and _is_there(record, name):
                seen.add(name)
                about = "" if kind.__name__ in ("Episode", "Referral") else f", {kind.__name__.lower()}"
                yield name, f"{sentence(name.replace('_', ' '))}{about}: {value_in_words(getattr(record, name))}"


def value_in_words(value: object) -> str:
    """A value as people read it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Code):
        return value.words
    if isinstance(value, date):
        return say_moment(value) if hasattr(value, "hour") else say_date(value)  # type: ignore[arg-type]  # a datetime is a date
    if value is None or value == "":
        return "not given"
    return authorities.names().get(str(value), str(value))


def _is_there(record: Record, name: str) -> bool:
    """A closed case has a day of closing to correct, an open one has none."""
    return name not in ("closed_on", "rc_code", "closing_records_on", "completed_on") or getattr(record, name) is not None
