"""The forms of assessments: start, end, review, sharing, exemptions, the medical file, chronologies (§3, §5, §8)."""

from __future__ import annotations

from collections.abc import Iterator

from slack_sdk.models.blocks import Block

from bot.domain.cases.codes import (
    SETTLED,
    SHORT_ROUTES,
    AssessmentKind,
    CamhsReason,
    ChronologyKind,
    ItemStatus,
    Method,
    Purpose,
    ReviewOutcome,
    SatisfactionForm,
    SharingStatus,
)
from bot.domain.cases.episode import Assessment
from bot.domain.cases.records import Review
from bot.domain.obligations.after_assessment import MedicalFileKind, With, wanted_on_file
from bot.domain.shared import authorities
from bot.domain.shared.calendar import say_date
from bot.services.cases.view import CaseView
from handlers.ui import inputs
from handlers.ui.blocks import field, section, small

JOINT, UNDER_TEN = "camhs_joint", "under_ten"
COMPLETED, ABANDONED = "completed", "abandoned"
REVIEW_MARK = "r"
"""Before the number of a review where a menu offers assessments and reviews."""


def start(look: CaseView, _number: int) -> list[Block]:
    """Why the assessment system is used, and from when."""
    home = look.case.home if look.case.home not in authorities.ELSEWHERE else None
    joint = {JOINT: "joint with CAMHS", UNDER_TEN: "joint with CAMHS although the child is under ten"}
    return [
        field("kind", "Which assessment?", inputs.codes(AssessmentKind, AssessmentKind.CORE)),
        field("purpose", "What for? (§3)", inputs.codes(Purpose)),
        inputs.day("on", "Started when?", look.today, look.today),
        field(
            "receiving_authority",
            "Which authority is it for?",
            inputs.authority(home),
            hint="Only to refer to another borough.",
            optional=True,
        ),
        field("joint", "CAMHS", inputs.ticks(joint), optional=True),
        field("camhs_reason", "Joint with CAMHS because of", inputs.codes(CamhsReason), optional=True),
    ]


def finish(look: CaseView, number: int) -> list[Block]:
    """Whether a running assessment is complete, which a manager authorises, or is not completed."""
    running = {str(each.number): named(each) for each in running_of(look)}
    chosen = str(number) if str(number) in running else next(iter(running), None)
    ends = {COMPLETED: "it is complete; ask a manager to authorise it", ABANDONED: "it is not completed"}
    return [
        field("assessment", "Which assessment?", inputs.menu(running, chosen)),
        field("end", "How did it end?", inputs.menu(ends, COMPLETED)),
        inputs.day("on", "When?", look.today, look.today),
        inputs.reason("Why was it not completed?", optional=True),
    ]


def review(look: CaseView, number: int) -> list[Block]:
    """A review that was held; a manager authorises it."""
    done = {str(each.number): named(each) for each in completed_of(look)}
    chosen = str(number) if str(number) in done else next(reversed(done), None)
    return [
        field("assessment", "Of which assessment?", inputs.menu(done, chosen)),
        inputs.day("on", "Held when?", look.today, look.today),
        field("outcome", "Outcome", inputs.codes(ReviewOutcome, ReviewOutcome.CONTINUE)),
        small("A manager is asked to authorise it; the next six months count from the day it was held (§3)."),
    ]


def share(look: CaseView, number: int) -> list[Block]:
    """What was shared with the parents and the child, what is not to be, and whether a copy went out with the form."""
    made = dict(_shareable(look))
    chosen = next((key for key in made if key.removeprefix(REVIEW_MARK) == str(number)), next(reversed(made), None))
    short = look.latest is not None and look.latest.route in SHORT_ROUTES
    forms = [each for each in SatisfactionForm if not short or each in _ON_SHORT_ROUTES]
    return [
        field("which", "What?", inputs.menu(made, chosen)),
        field("parents", "With the parents (§3)", inputs.menu(_OF_PARENTS), optional=True),
        field("child", "With the child (§3)", inputs.menu(_OF_CHILD), optional=True),
        field("method", "How?", inputs.codes(Method), optional=True),
        inputs.day("on", "When?", look.today, look.today),
        inputs.reason("If not: why?", optional=True),
        field("form", "A copy was sent to them (§8)", inputs.codes(forms), optional=True),
        inputs.reason("If without the form: why? Or which special circumstances?", optional=True, block_id="form_reason"),
    ]


def exempt(look: CaseView, _number: int) -> list[Block]:
    """What the team manager agrees not to share."""
    asked = [each for each in look.case.sharings if each.status is SharingStatus.EXEMPT_REQUESTED]
    made = dict(unshared(look))
    first = next((f"{each.of}|{each.whom}" for each in asked), None)
    return [
        *(section(f"<@{each.requested_by}> asked on {say_date(each.requested_on)}.") for each in asked[:1] if each.requested_on),
        field("which", "What is not shared, and with whom?", inputs.menu(made, first if first in made else None)),
        inputs.reason("Why? (§3)", next((each.reason for each in asked), None)),
    ]


def medical_file(look: CaseView, number: int) -> list[Block]:
    """What was placed on the medical file."""
    items = dict(on_file(look))
    chosen = next((key for key in items if key.startswith(f"{number}|")), next(iter(items), None))
    statuses = [ItemStatus.PLACED, *([ItemStatus.WAIVED] if look.is_manager else [])]
    return [
        field("item", "What?", inputs.menu(items, chosen)),
        field("status", "What became of it? (§3, §7)", inputs.codes(statuses, ItemStatus.PLACED)),
        inputs.day("on", "When?", look.today, look.today),
        inputs.reason("Why is it waived?", optional=True),
    ]


def chronology(look: CaseView, _number: int) -> list[Block]:
    """A chronology of either kind."""
    return [
        field("kind", "Which chronology? (§5)", inputs.codes(ChronologyKind, ChronologyKind.HOSPITAL_HISTORY)),
        inputs.day("on", "Completed when?", look.today, look.today),
        field(
            "obtained_from", "Obtained from", inputs.line(), hint="The home authority unless you say otherwise.", optional=True
        ),
    ]


def named(made: Assessment) -> str:
    """An assessment in words: "core assessment, complete since Fri 20 Nov 2026"."""
    when = f"complete since {say_date(made.completed_on)}" if made.completed_on else f"started {say_date(made.started_on)}"
    return f"{made.kind.words}, {when}"


def reviewed(held: Review) -> str:
    """A review in words."""
    return f"review held on {say_date(held.held_on)}"


def running_of(look: CaseView) -> list[Assessment]:
    """Assessments under way, those left running in an earlier episode, too."""
    return [each for episode in look.case.living_episodes for each in episode.assessments if each.is_running]


def completed_of(look: CaseView) -> list[Assessment]:
    """Completed assessments, the latest last."""
    return [each for episode in look.case.living_episodes for each in episode.assessments if each.completed_on]


def unshared(look: CaseView) -> Iterator[tuple[str, str]]:
    """What is not settled with the parents or the child: `number|whom` and words."""
    for key, words in _shareable(look):
        for whom in With:
            number = int(key.removeprefix(REVIEW_MARK))
            if look.case.sharing_status(number, whom) not in SETTLED:
                yield f"{number}|{whom.value}", f"{words}; {whom.words}"


def on_file(look: CaseView) -> Iterator[tuple[str, str]]:
    """What is wanted on the medical file and was not noted yet: `number|item` and words."""
    for made in look.episode.assessments if look.episode else ():
        for item in wanted_on_file(made):
            if look.case.medical_file_item(made.number, item) is None:
                words = named(made) if item is MedicalFileKind.ASSESSMENT else f"{item.words} of the {made.kind.words}"
                yield f"{made.number}|{item.value}", words


def _shareable(look: CaseView) -> Iterator[tuple[str, str]]:
    """Completed assessments and reviews; a menu takes a hundred, the latest are wanted."""
    made = [(str(each.number), named(each)) for each in completed_of(look)]
    held = [(f"{REVIEW_MARK}{each.number}", reviewed(each)) for episode in look.case.living_episodes for each in episode.reviews]
    yield from [*made, *held][-_OFFERED:]


_OFFERED = 40
_ON_SHORT_ROUTES = (SatisfactionForm.NOT_APPLICABLE, SatisfactionForm.SPECIAL_CIRCUMSTANCES)
_OF_PARENTS: dict[str, str] = {
    SharingStatus.SHARED.value: "shared",
    SharingStatus.EXEMPT_REQUESTED.value: "not to be shared: ask the team manager",
}
_OF_CHILD = _OF_PARENTS | {SharingStatus.NOT_AGE_APPROPRIATE.value: "not appropriate for the child's age"}
