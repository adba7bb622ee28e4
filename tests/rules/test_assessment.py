from datetime import date
from typing import Any

import pytest

from bot.domain.cases.codes import AssessmentKind, CamhsReason, Purpose, RecordingRoute
from bot.domain.cases.episode import Assessment, Episode
from bot.domain.obligations import after_assessment as rules
from bot.domain.obligations.after_assessment import MedicalFileKind, With
from bot.domain.shared.bank_holidays import bank_holidays
from bot.domain.shared.obligation import ObligationStatus, ReminderStage, Sending, To
from bot.domain.shared.ruleset import RuleSet, Version

HOLIDAYS = bank_holidays()
DONE = date(2026, 11, 20)
OPENED = date(2026, 9, 3)


def made(**more: Any) -> Assessment:
    known: dict[str, Any] = {
        "kind": AssessmentKind.CORE,
        "purpose": Purpose.REFER_TO_OTHER_BOROUGH,
        "started_on": OPENED,
        "completed_on": DONE,
    }
    return Assessment(**(known | more))


def episode(*assessments: Assessment, **more: Any) -> Episode:
    known: dict[str, Any] = {"number": 1, "opened_on": OPENED, "clock_start": OPENED, "routes": (RecordingRoute.ASSESSMENT,)}
    return Episode(**(known | {"assessments": assessments} | more))


def test_g20_a_completed_assessment_is_shared_with_the_parents_and_with_the_child_separately() -> None:
    parents, child = rules.sharing("C1", DONE, (), HOLIDAYS, {With.CHILD})
    assert (parents.about, parents.standing, child.about, child.standing) == (
        "parents",
        ObligationStatus.OPEN,
        "child",
        ObligationStatus.MET,
    )
    assert parents.due is None
    assert parents.sendings == (Sending(ReminderStage.DUE, date(2026, 12, 4), To.WORKER),)
    quiet = Version(number=2, effective_from=DONE, rules=RuleSet(sharing_working_days=0))
    assert [each.sendings for each in rules.sharing("C1", DONE, (quiet,), HOLIDAYS)] == [(), ()]


def test_g22_g42_a_referral_to_another_borough_is_two_items_on_the_medical_file() -> None:
    assessment, letter = rules.medical_file("C1", made(), (), HOLIDAYS, {MedicalFileKind.LETTER})
    assert (assessment.about, assessment.section, assessment.standing) == ("assessment", "§3", ObligationStatus.OPEN)
    assert (letter.about, letter.section, letter.standing) == ("letter", "§7", ObligationStatus.MET)
    assert assessment.sendings == (Sending(ReminderStage.DUE, date(2026, 12, 4), To.WORKER),)


@pytest.mark.parametrize("change", [{"completed_on": None}, {"purpose": Purpose.CCDS_ONGOING}])
def test_nothing_else_goes_on_the_medical_file(change: dict[str, Any]) -> None:
    assert rules.medical_file("C1", made(**change), (), HOLIDAYS) == []


@pytest.mark.parametrize(
    ("joint", "reason", "items"),
    [
        (True, CamhsReason.OVERDOSE, ["letter"]),
        (True, CamhsReason.SELF_HARM, ["letter"]),
        (True, CamhsReason.OTHER, ["assessment", "letter"]),
        (True, None, ["assessment", "letter"]),
        (False, CamhsReason.OVERDOSE, ["assessment", "letter"]),
    ],
)
def test_g23_g24_i16_a_joint_assessment_after_an_overdose_or_self_harm_is_not_placed_and_the_letter_is(
    joint: bool, reason: CamhsReason | None, items: list[str]
) -> None:
    camhs = made(camhs_joint=joint, camhs_reason=reason)
    assert [each.about for each in rules.medical_file("C1", camhs, (), HOLIDAYS)] == items
    assert len(rules.sharing("C1", DONE, (), HOLIDAYS)) == 2


def test_g29_a_core_assessment_asks_for_a_chronology_and_g33_nothing_else_does() -> None:
    found = rules.chronology("E1", episode(made()), [], (), HOLIDAYS)
    assert found is not None
    assert (found.since, found.due, found.section, found.standing) == (DONE, None, "§5", ObligationStatus.OPEN)
    assert found.sendings == (Sending(ReminderStage.DUE, date(2026, 12, 18), To.WORKER),)
    assert rules.chronology("E1", episode(made(kind=AssessmentKind.INITIAL)), [], (), HOLIDAYS) is None
    assert rules.chronology("E1", episode(made(completed_on=None)), [], (), HOLIDAYS) is None


def test_g32_senior_management_may_ask_for_one_after_every_assessment() -> None:
    advised = Version(number=2, effective_from=OPENED, rules=RuleSet(chronology_required_for="all_assessments"))
    found = rules.chronology("E1", episode(made(kind=AssessmentKind.INITIAL)), [], (advised,), HOLIDAYS)
    assert found is not None
    assert found.version == 2


@pytest.mark.parametrize(
    ("completed", "closed", "standing", "ended_on"),
    [
        ([date(2026, 12, 1)], None, ObligationStatus.MET, date(2026, 12, 1)),
        ([date(2025, 1, 1)], None, ObligationStatus.MET, DONE),
        ([], date(2026, 12, 1), ObligationStatus.STOPPED, date(2026, 12, 1)),
        ([date(2026, 12, 2)], date(2026, 12, 1), ObligationStatus.MET, date(2026, 12, 2)),
    ],
)
def test_g31_one_chronology_of_either_kind_meets_it_also_an_earlier_one(
    completed: list[date], closed: date | None, standing: ObligationStatus, ended_on: date
) -> None:
    found = rules.chronology("E1", episode(made(), closed_on=closed), completed, (), HOLIDAYS)
    assert found is not None
    assert (found.standing, found.ended_on) == (standing, ended_on)
