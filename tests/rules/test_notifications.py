"""Notifications as types: what is packed comes back, kinds never change, and each has one renderer."""

import typing
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.notifications import KINDS, Notification, UnknownNotification, unpack
from handlers import notifications
from handlers.ui.rendering import RENDERERS

STORED = """
action agenda answered audit_begun audit_cancelled audit_changed audit_drawn audit_file audit_named audit_reported authorise
authorised clock_moved closing_undone decided decision_waits digest disposal_due document exempt_agreed exempt_asked file_lost
finding_action finding_answered finding_done finding_raised finding_withdrawn greeting handover manager_changed minute
not_authorised_yet not_mine reallocated reminder restricted_met role_given session_begun session_booked session_cancelled
subject_access worklist
"""
WORD = st.text(st.characters(exclude_characters="|", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)


@pytest.mark.parametrize("kind", sorted(KINDS))
@given(data=st.data())
def test_what_is_packed_comes_back(kind: str, data: st.DataObject) -> None:
    of = KINDS[kind]
    hints = typing.get_type_hints(of)
    values = [data.draw(st.integers(0, 9999) if hints[field.name] is int else WORD) for field in fields(of)]
    made = of(*values)
    assert unpack(kind, made.pack()) == made


def test_the_name_of_the_last_field_may_hold_the_separator() -> None:
    assert unpack("reminder", "2026-12-07T08:30|OOB-2026-0001").pack() == "2026-12-07T08:30|OOB-2026-0001"


@pytest.mark.parametrize(("kind", "subject"), [("of_a_later_version", "x"), ("handover", "OOB-2026-0001"), ("handover", "a|b")])
def test_what_this_version_cannot_read_is_unknown_and_no_error(kind: str, subject: str) -> None:
    assert unpack(kind, subject) == UnknownNotification(subject)


def test_every_kind_but_the_collected_and_files_has_a_renderer() -> None:
    collected = notifications._COLLECTED
    wanted = {each for each in KINDS.values() if not issubclass(each, collected) and not hasattr(each, "readers")}
    assert wanted == set(RENDERERS)


def test_kinds_are_what_stands_in_the_outboxes_of_running_bots() -> None:
    assert sorted(KINDS) == STORED.split()
    assert all(issubclass(each, Notification) for each in KINDS.values())
