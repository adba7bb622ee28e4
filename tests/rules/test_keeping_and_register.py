from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.admin.retention import TeamSettings, range_of
from bot.domain.inquiries import shared_directory
from bot.domain.inquiries.inquiry import AskedBy, Inquiry, InquiryFacts, InquiryStatus, Result
from bot.domain.people import Actor, Role
from bot.domain.shared.bank_holidays import bank_holidays
from bot.domain.shared.errors import Refusal

TODAY = date(2026, 12, 7)
NOW = datetime(2026, 12, 7, 10, 0, tzinfo=UTC)
WHOLE = InquiryFacts(
    asked_by_role=AskedBy.WARD_STAFF,
    asked_on=TODAY,
    authority_asked="E09000009",
    home_authority="E09000009",
    store_in_directory=True,
    note="secret words",
    directory_ref="S:/secret",
)


def inquiry(change: Mapping[str, object] | None = None, **more: object) -> Inquiry:
    facts = WHOLE.model_copy(update=change or {})
    known = {"ref": "INQ-2026-0001", "facts": facts, "status": facts.status, "logged_by": "U0DANA", "logged_at": NOW}
    return Inquiry.model_validate(known | more)


def test_r15_texts_go_thirty_days_after_ics_and_entries_a_year_after_they_were_logged() -> None:
    team = TeamSettings()
    assert team.text_recorded_before(TODAY) == TODAY - timedelta(days=30)
    assert team.inquiries_until(date(2027, 2, 28)) == date(2026, 2, 28)
    assert team.feedback_until(date(2028, 2, 29)) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("change", "due"),
    [
        ({}, date(2026, 12, 14)),
        ({"urgent": True}, date(2026, 12, 8)),
        ({"asked_on": date(2026, 12, 18)}, date(2026, 12, 29)),
        ({"result": Result.NOT_KNOWN}, None),
    ],
)
def test_r3_an_answer_is_expected_in_five_working_days_and_in_one_when_it_is_urgent(
    change: dict[str, object], due: date | None
) -> None:
    assert WHOLE.model_copy(update=change).answer_due(5, bank_holidays()) == due


def test_every_setting_has_its_range_and_its_words() -> None:
    for name, field in TeamSettings.model_fields.items():
        lowest, highest = range_of(name)
        assert lowest <= field.default <= highest
        assert field.description


def test_r3_a_team_that_sets_zero_expects_no_answer_by_a_day() -> None:
    assert WHOLE.answer_due(0, bank_holidays()) is None


@pytest.mark.parametrize(
    ("field", "value"), [("age_years", 26), ("age_years", -1), ("threshold_level", 5), ("threshold_level", 0)]
)
def test_ages_and_levels_of_need_are_within_their_range(field: str, value: int) -> None:
    with pytest.raises(Refusal) as refused:
        WHOLE.model_copy(update={field: value}).checked(TODAY)
    assert (refused.value.code, refused.value.field) == ("out_of_range", field)


def test_g12_the_registers_entry_holds_codes_and_dates_and_no_word_that_was_typed() -> None:
    text = shared_directory.entry(inquiry({"result": Result.KNOWN_OPEN, "answered_on": TODAY, "ics_ref": "ABC1"}))
    assert text is not None
    assert "Authority asked: Ealing" in text
    assert "Answered on:     Mon 7 Dec 2026" in text
    assert "ABC1" in text
    assert "secret" not in text
    bare = shared_directory.entry(
        Inquiry.model_validate(inquiry().model_dump() | {"facts": InquiryFacts(asked_on=TODAY, store_in_directory=True)})
    )
    assert "Asked by:        not given" in str(bare)


def test_the_directory_holds_nothing_restricted_taken_back_or_not_to_be_stored() -> None:
    assert shared_directory.entry(None) is None
    assert shared_directory.entry(inquiry({"restricted": True})) is None
    assert shared_directory.entry(inquiry({"store_in_directory": False})) is None
    assert shared_directory.entry(inquiry(status=InquiryStatus.VOID)) is None
    assert "void" in str(shared_directory.entry(inquiry(status=InquiryStatus.VOID, void_reason="logged twice")))
    assert shared_directory.place("INQ-2026-0001") == ("2026", "INQ-2026-0001.txt")


def test_what_was_filed_or_has_a_folder_does_not_wait_for_the_directory() -> None:
    without = {"directory_ref": None, "result": Result.NOT_KNOWN}
    assert inquiry(without).waits_for() == ("to be stored in the shared Directory",)
    assert inquiry(without, filed_at=NOW).waits_for() == ()
    assert inquiry({"result": Result.NOT_KNOWN}).waits_for() == ()


def test_a_restricted_inquiry_is_seen_by_its_author_managers_and_administrators() -> None:
    hidden = inquiry({"restricted": True})

    def sees(user: str, role: Role) -> bool:
        return hidden.is_visible_to(Actor(workspace_id="T", user_id=user, roles=frozenset({role})))

    assert [role for role in Role if sees("U9", role)] == [Role.TEAM_MANAGER, Role.SENIOR_MANAGER, Role.ADMIN]
    assert sees("U0DANA", Role.SOCIAL_WORKER)
    assert not Inquiry.model_validate(hidden.model_dump() | {"facts": WHOLE}).is_restricted
