from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain import free_text
from bot.domain.feedback.feedback import Feedback, FeedbackFacts, FollowUp, Mode, Target
from bot.domain.people import Actor, Role
from bot.domain.shared.bank_holidays import bank_holidays
from bot.domain.shared.errors import Refusal
from bot.domain.shared.references import Ref, RefKind

TODAY = date(2026, 12, 18)
NOW = datetime(2026, 12, 18, 10, 0, tzinfo=UTC)
ABOUT = Ref(RefKind.ICS, "ABC1234")
WHOLE = FeedbackFacts(about="ABC1234", target=Target.MDT_MEETING, given_on=TODAY, summary="said")
WORKER = Actor(workspace_id="T", user_id="U0ELI", roles=frozenset({Role.SOCIAL_WORKER}))
MANAGER = Actor(workspace_id="T", user_id="U0MO", roles=frozenset({Role.TEAM_MANAGER}))


def feedback(facts: FeedbackFacts = WHOLE, **more: object) -> Feedback:
    return Feedback.model_validate({"ref": "FB-2026-0001", "facts": facts, "logged_by": "U0DANA", "logged_at": NOW} | more)


@pytest.mark.parametrize(
    ("words", "target", "role", "mode", "day"),
    [
        ("MDT agreed the plan", Target.MDT_MEETING, None, Mode.VERBAL, TODAY),
        (
            "yesterday told the consultant paediatrician",
            Target.INDIVIDUAL_PROFESSIONAL,
            "consultant paediatrician",
            Mode.VERBAL,
            17,
        ),
        ("on 3 Dec: emailed the referrer", Target.REFERRER, None, Mode.EMAIL, 3),
        ("Mon 7 Dec health visitor, letter", Target.INDIVIDUAL_PROFESSIONAL, "health visitor", Mode.LETTER_COPY, 7),
        ("7/12/2026 ward round", Target.MDT_MEETING, None, Mode.VERBAL, 7),
        ("31/31/2026 nonsense", Target.INDIVIDUAL_PROFESSIONAL, None, Mode.VERBAL, TODAY),
        ("2 decisions agreed", Target.INDIVIDUAL_PROFESSIONAL, None, Mode.VERBAL, TODAY),
        ("3 junior doctors told", Target.INDIVIDUAL_PROFESSIONAL, None, Mode.VERBAL, TODAY),
        ("20/11 told them", Target.INDIVIDUAL_PROFESSIONAL, None, Mode.VERBAL, date(2026, 11, 20)),
        ("on Friday told them", Target.INDIVIDUAL_PROFESSIONAL, None, Mode.VERBAL, TODAY),
        ("last Thursday at the meeting", Target.MDT_MEETING, None, Mode.VERBAL, 17),
        ("told them", Target.INDIVIDUAL_PROFESSIONAL, None, Mode.VERBAL, TODAY),
    ],
)
def test_g43_g44_a_line_says_to_whom_how_and_when(
    words: str, target: Target, role: str | None, mode: Mode, day: date | int
) -> None:
    facts = free_text.read_feedback(ABOUT, words, TODAY).facts
    given_on = day if isinstance(day, date) else date(2026, 12, day)
    assert (facts.target, facts.target_role, facts.mode, facts.given_on) == (target, role, mode, given_on)
    assert facts.about == "ABC1234"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("Fri 7 Dec told the GP", "7 Dec 2026 is a Monday. Please check the date."),
        ("tomorrow told them", "Sat 19 Dec 2026 is still to come."),
        ("31/11 told the ward sister", "November has 30 days. Please give the day as 7 Dec 2026 or 7/12/2026."),
    ],
)
def test_a_line_that_begins_with_no_day_of_the_past_is_asked_about_and_keeps_its_words(words: str, why: str) -> None:
    read = free_text.read_feedback(ABOUT, words, TODAY)
    assert read.doubtful
    assert read.problem == why
    assert read.facts.summary == words


def test_a_line_that_is_only_a_day_leaves_what_was_said_missing() -> None:
    assert free_text.read_feedback(ABOUT, "yesterday", TODAY).facts.missing == ("the professional's role", "what was said")


def test_a_meeting_and_the_referrer_need_no_role() -> None:
    assert WHOLE.missing == ()
    assert WHOLE.model_copy(update={"target": Target.INDIVIDUAL_PROFESSIONAL}).missing == ("the professional's role",)
    assert WHOLE.model_copy(update={"target": Target.REFERRER}).missing == ()


@pytest.mark.parametrize("field", ["given_on", "emailed_on", "letter_copied_on"])
def test_i6_nothing_happened_tomorrow(field: str) -> None:
    assert WHOLE.checked(TODAY) == WHOLE
    with pytest.raises(Refusal) as refused:
        WHOLE.model_copy(update={field: TODAY + timedelta(days=1)}).checked(TODAY)
    assert (refused.value.code, refused.value.field) == ("future_date", field)


def test_a_role_is_a_few_words() -> None:
    with pytest.raises(Refusal, match="role_too_long"):
        WHOLE.model_copy(update={"target_role": "x" * 81}).checked(TODAY)


@pytest.mark.parametrize(
    ("given", "due"),
    [
        (date(2026, 12, 18), date(2026, 12, 21)),
        (date(2026, 12, 24), date(2026, 12, 29)),
        (date(2026, 12, 20), date(2026, 12, 21)),
    ],
)
def test_r4_it_is_to_be_on_ics_by_the_end_of_the_next_working_day(given: date, due: date) -> None:
    assert feedback(WHOLE.model_copy(update={"given_on": given})).ics_due(bank_holidays()) == due


def test_g43_only_verbal_feedback_waits_for_ics_and_until_it_is_there() -> None:
    assert feedback().awaits_ics
    assert not feedback(ics_recorded_on=TODAY).awaits_ics
    assert not feedback(void=True).awaits_ics
    assert not feedback(WHOLE.model_copy(update={"mode": Mode.EMAIL})).awaits_ics


def test_g45_a_follow_up_has_the_day_it_was_first_noted() -> None:
    before = WHOLE.model_copy(update={"emailed_on": date(2026, 12, 1)})
    after = WHOLE.followed_by([FollowUp.EMAILED, FollowUp.LETTER], before, TODAY)
    assert (after.emailed_on, after.letter_copied_on) == (date(2026, 12, 1), TODAY)
    assert WHOLE.followed_by([FollowUp.EMAILED], None, TODAY).emailed_on == TODAY


def test_undo_is_for_the_author_for_fifteen_minutes_and_not_once_it_is_on_ics() -> None:
    assert feedback().may_undo("U0DANA", NOW + timedelta(minutes=15))
    assert not feedback().may_undo("U0DANA", NOW + timedelta(minutes=16))
    assert not feedback().may_undo("U0ELI", NOW)
    assert not feedback(ics_recorded_on=TODAY).may_undo("U0DANA", NOW)
    assert not feedback(void=True).may_undo("U0DANA", NOW)


def test_the_author_and_a_manager_correct_it_while_there_is_text() -> None:
    assert feedback().may_change(MANAGER)
    assert not feedback().may_change(WORKER)
    assert not feedback(text_purged_on=TODAY).may_change(MANAGER)


def test_what_is_restricted_is_seen_by_its_author_and_managers() -> None:
    hidden = feedback(restricted=True)
    assert hidden.is_restricted
    assert hidden.is_visible_to(MANAGER)
    assert not hidden.is_visible_to(WORKER)
    assert hidden.is_visible_to(Actor(workspace_id="T", user_id="U0DANA", roles=frozenset({Role.SOCIAL_WORKER})))
    assert feedback().is_visible_to(WORKER)


def test_every_code_has_words() -> None:
    assert [target.words for target in Target] == ["an MDT meeting", "an individual professional", "the referrer"]
    assert [mode.words for mode in Mode] == ["verbally", "by e-mail", "by copy of a letter"]
