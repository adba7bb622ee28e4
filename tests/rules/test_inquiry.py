from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain import free_text
from bot.domain.inquiries.inquiry import AnswerGiven, AskedBy, Inquiry, InquiryFacts, InquiryStatus, Outcome, Result, changes
from bot.domain.people import Actor, Person, Role
from bot.domain.shared.errors import Refusal

TODAY = date(2026, 12, 7)
NOW = datetime(2026, 12, 7, 10, 0, tzinfo=UTC)
WHOLE = InquiryFacts(asked_by_role=AskedBy.WARD_STAFF, asked_on=TODAY, authority_asked="E09000009", home_authority="E09000009")


def inquiry(facts: InquiryFacts = WHOLE, status: InquiryStatus | None = None) -> Inquiry:
    return Inquiry(ref="INQ-2026-0001", facts=facts, status=status or facts.status, logged_by="U0DANA", logged_at=NOW)


@pytest.mark.parametrize(
    ("words", "asker", "place"),
    [
        ("Ward staff ask if known to Ealing", AskedBy.WARD_STAFF, "E09000009"),
        ("Cheyne rang about Hackney", AskedBy.CCDS, "E09000012"),
        ("school asks", AskedBy.SCHOOL, None),
        ("GP asks about Brent", AskedBy.OTHER, "E09000005"),
        ("police and a nurse from Ealing", None, "E09000009"),
        ("Ealing or Hackney?", None, None),
        ("the mother's sister is known to Brent, says the housing officer", None, "E09000005"),
    ],
)
def test_g10_a_line_of_text_says_who_asked_and_which_authority_when_it_names_one_of_each(
    words: str, asker: AskedBy | None, place: str | None
) -> None:
    facts = free_text.inquiry(words, TODAY)
    assert (facts.asked_by_role, facts.authority_asked, facts.home_authority) == (asker, place, place)
    assert facts.note == words
    assert facts.asked_on == TODAY


def test_g10_what_is_missing_is_named_in_the_order_of_the_form() -> None:
    bare = InquiryFacts(asked_on=TODAY, store_in_directory=True)
    assert bare.missing == ("who asked", "which authority was asked", "the home authority")
    assert WHOLE.missing == ()


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        (InquiryFacts(asked_on=TODAY), InquiryStatus.LOGGED),
        (WHOLE, InquiryStatus.AWAITING),
        (WHOLE.model_copy(update={"result": Result.NOT_KNOWN}), InquiryStatus.ANSWERED),
    ],
)
def test_the_status_follows_from_the_facts(facts: InquiryFacts, status: InquiryStatus) -> None:
    assert facts.status is status


def test_i6_an_inquiry_is_not_asked_tomorrow() -> None:
    assert WHOLE.checked(TODAY) == WHOLE
    with pytest.raises(Refusal) as refused:
        WHOLE.model_copy(update={"asked_on": TODAY + timedelta(days=1)}).checked(TODAY)
    assert refused.value.code == "future_date"
    assert "Tue 8 Dec 2026" in refused.value.sentence


def test_an_authority_that_does_not_exist_is_refused_under_its_input() -> None:
    with pytest.raises(Refusal) as refused:
        WHOLE.model_copy(update={"home_authority": "E99"}).checked(TODAY)
    assert (refused.value.code, refused.value.field) == ("authority_unknown", "home_authority")


@pytest.mark.parametrize(
    ("minutes", "user", "may"), [(0, "U0DANA", True), (15, "U0DANA", True), (15.1, "U0DANA", False), (1, "U0ELI", False)]
)
def test_undo_is_for_the_author_and_for_fifteen_minutes(minutes: float, user: str, may: bool) -> None:
    assert inquiry().may_undo(user, NOW + timedelta(minutes=minutes)) is may


def test_what_was_taken_back_cannot_be_taken_back_or_changed_and_waits_for_nothing() -> None:
    void = inquiry(status=InquiryStatus.VOID)
    assert not void.may_undo("U0DANA", NOW)
    assert not void.may_change(Actor(workspace_id="T", user_id="U0DANA", roles=frozenset({Role.SOCIAL_WORKER})))
    assert void.waits_for() == ()


def test_an_inquiry_waits_for_what_is_missing_and_then_for_its_answer() -> None:
    assert inquiry().waits_for() == ("answer from Ealing",)
    assert inquiry(InquiryFacts(asked_on=TODAY)).waits_for() == (
        "missing: who asked, which authority was asked, the home authority",
    )
    assert inquiry(WHOLE.model_copy(update={"result": Result.REFUSED})).waits_for() == ()


def test_i20_changes_are_told_without_quoting_free_text() -> None:
    after = WHOLE.model_copy(update={"note": "secret", "result": Result.KNOWN_OPEN})
    assert changes(WHOLE, after) == {"note": ("text", "text changed"), "result": ("awaiting", "known_open")}


def test_every_code_has_words() -> None:
    assert {role.words for role in AskedBy} >= {"ward staff", "CCDS", "another local authority", "someone else"}
    assert {result.words for result in Result} >= {"awaiting an answer", "known, case open"}
    assert Role.TEAM_MANAGER.words == "team manager"


@pytest.mark.parametrize(
    ("first", "last", "away"),
    [
        (None, None, False),
        (TODAY, None, True),
        (TODAY, TODAY, True),
        (date(2026, 12, 8), None, False),
        (date(2026, 12, 1), date(2026, 12, 6), False),
    ],
)
def test_an_absence_counts_both_its_ends(first: date | None, last: date | None, away: bool) -> None:
    person = Person(user_id="U1", role=Role.VIEWER, away_from=first, away_until=last)
    assert person.is_away(TODAY) is away


def test_g10_an_answer_is_put_among_the_facts_and_awaiting_is_none() -> None:
    given = AnswerGiven(result=Result.KNOWN_OPEN, answered_on=TODAY, age_years=7)
    assert inquiry().answered(given).age_years == 7
    with pytest.raises(Refusal, match="no_answer"):
        inquiry().answered(AnswerGiven(result=Result.AWAITING, answered_on=TODAY))


@pytest.mark.parametrize("field", ["directory_ref", "signposted_to"])
def test_a_place_is_named_in_few_characters(field: str) -> None:
    with pytest.raises(Refusal) as refused:
        WHOLE.model_copy(update={field: "x" * 301}).checked(TODAY)
    assert (refused.value.code, refused.value.field) == ("too_long", field)


def test_an_answer_is_not_older_than_its_question() -> None:
    with pytest.raises(Refusal, match="answered_before_asked"):
        WHOLE.model_copy(update={"answered_on": TODAY - timedelta(days=1)}).checked(TODAY)


def test_a_correction_keeps_what_its_form_does_not_ask() -> None:
    known = WHOLE.model_copy(
        update={"age_years": 7, "result": Result.KNOWN_OPEN, "answered_on": TODAY, "outcome": Outcome.SIGNPOSTED}
    )
    form = WHOLE.model_copy(update={"result": Result.NOT_KNOWN})
    kept = inquiry(known).corrected(form, TODAY + timedelta(days=1))
    assert (kept.age_years, kept.answered_on, kept.outcome) == (7, TODAY, Outcome.SIGNPOSTED)
    assert inquiry(known).corrected(WHOLE, TODAY).answered_on is None


def test_an_inquiry_is_closed_when_nothing_is_left_to_do() -> None:
    assert inquiry(WHOLE.model_copy(update={"result": Result.NOT_KNOWN})).closed() is InquiryStatus.CLOSED
    with pytest.raises(Refusal, match="not_finished"):
        inquiry().closed()
