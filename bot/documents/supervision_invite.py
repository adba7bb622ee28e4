"""A supervision session as a calendar entry (.ics, RFC 5545). It names nobody: a calendar is seen by others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from bot.domain.supervision.session import Session

LASTS = timedelta(minutes=90)
"""How long a session is booked for (docs/domain.md §3.1: some ninety minutes)."""


def entry(session: Session, workspace_id: str, made_at: datetime, *, cancelled: bool = False) -> bytes:
    """The entry of a booked session; a later one with the same UID and a higher SEQUENCE takes its place."""
    if session.starts_at is None:
        raise ValueError("a session that is not booked has no place in a calendar")
    event = Event()
    event.add("uid", f"{session.ref}.{workspace_id}@oob".lower())
    event.add("sequence", session.sequence + cancelled)
    event.add("dtstamp", made_at)
    event.add("dtstart", session.starts_at.astimezone(UTC))  # so that no time zone has to be explained
    event.add("duration", LASTS)
    event.add("summary", "Supervision")
    event.add("description", "The agenda comes in Slack on the working day before, or with: /oob agenda")
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    calendar = Calendar()
    calendar.add("prodid", "-//OOB//supervision//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
