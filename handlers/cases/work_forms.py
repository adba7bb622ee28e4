"""The forms of everyday work on a case: contacts, first response, details, who holds it, reopening, closing records."""

from __future__ import annotations

from datetime import date

from slack_sdk.models.blocks import Block

from bot.domain.cases.activation import is_offered
from bot.domain.cases.codes import ActivityKind, DecisionKind, RecordingRoute
from bot.domain.cases.records import CHANGES
from bot.domain.free_text import Done
from bot.domain.obligations.awaiting_decision import Why
from bot.domain.shared.calendar import say_moment
from bot.services.cases.view import CaseView
from handlers.ui import inputs
from handlers.ui.blocks import field, section, small
from handlers.ui.decisions import facts
from handlers.ui.obligations import WHY

SEEN, ALONE, ATTEMPTED = "seen_child", "seen_alone", "attempted"
AWAITING, RESTRICTED = "awaiting_family", "restricted"
_MONTH = "Such as Mar 2027 or 15 Mar 2027; leave empty when none is expected."


def contact(look: CaseView, _number: int, read: Done | None = None) -> list[Block]:
    """What was done, when, and whether the child was seen; `read`: what a line of text said of it."""
    attempted = read is not None and read.kind is ActivityKind.ATTEMPTED
    kinds = [kind for kind in ActivityKind if kind is not ActivityKind.ATTEMPTED]
    meant = ActivityKind.VISIT if attempted else read.kind if read is not None else None
    seen = [name for name, said in ((SEEN, read and read.seen_child), (ALONE, read and read.seen_alone)) if said]
    note = read.note if read is not None else None
    return [
        field("kind", "What was it?", inputs.codes(kinds, meant)),
        inputs.day("on", "When?", read.occurred_on if read is not None else look.today, look.today),
        field(
            "attempted",
            "Did it take place?",
            inputs.ticks({ATTEMPTED: "it did not take place: nobody in, cancelled, no answer"}, [ATTEMPTED] if attempted else []),
            optional=True,
        ),
        field("seen", "The child", inputs.ticks({SEEN: "was seen", ALONE: "was seen alone"}, seen), optional=True),
        field("note", "Note", inputs.paragraph(note), hint=f"{inputs.NO_NAMES} The full account belongs on ICS.", optional=True),
    ]


def respond(look: CaseView, _number: int) -> list[Block]:
    """When an urgent referral was first responded to."""
    referral = look.case.referral_of(look.latest.number) if look.latest else None
    came = f"It came in on {say_moment(referral.received_at)}." if referral and referral.received_at else ""
    return [*([section(came)] if came else []), inputs.moment("on", "First response", look.now)]


def details(look: CaseView, _number: int) -> list[Block]:
    """What is known of a case beside its work."""
    case, episode = look.case, look.episode
    ticked = [name for name, on in ((AWAITING, episode and episode.awaiting_family_at), (RESTRICTED, case.restricted)) if on]
    flags = {RESTRICTED: "restricted: seen by who holds it, their manager and administrators only"}
    if episode is None:
        return [field("flags", "The case", inputs.ticks(flags, ticked), optional=True), _family(case.family_group), _died(look)]
    flags = {AWAITING: "the work is done and the family is awaited", **flags}
    return [
        field("flags", "The case", inputs.ticks(flags, ticked), optional=True),
        inputs.later("next_expected_contact", "Next expected contact", episode.next_expected_contact, hint=_MONTH),
        field("moved_to", "The child lives in", inputs.authority(case.home), optional=True),
        _family(case.family_group),
        _died(look),
    ]


def reassign(look: CaseView, _number: int, to: str | None = None) -> list[Block]:
    """To whom a case goes, and why."""
    return [
        field("to", "To whom?", inputs.person(to)),
        field("reason", "Why?", inputs.menu(CHANGES, "MANAGE")),
        small(f"They are told which clocks run on it: {len(look.open)}." if look.open else "They are told."),
    ]


def reopen(look: CaseView, _number: int, route: RecordingRoute | None = None) -> list[Block]:
    """The route of a case that is opened again without a new referral."""
    routes = [each for each in RecordingRoute if is_offered(each, look.today, look.rules)]
    last = look.latest.route if look.latest else None
    chosen = route or (last if last in routes else routes[-1])
    return [
        section("A family that turns up cannot wait: it is open at once, and is on the next agenda to be ratified (§6)."),
        field("route", "Route", inputs.codes(routes, chosen)),
        inputs.day("on", "Since when?", look.today, look.today),
    ]


def propose(look: CaseView, _number: int, kind: DecisionKind | None = None, why: str | None = None) -> list[Block]:
    """A proposal for the next supervision, with the facts of the dilemma beside it (§6)."""
    kinds = [each for each in DecisionKind if each is not DecisionKind.REOPEN_RATIFIED or Why.TO_RATIFY in look.why]
    return [
        section("\n".join([*facts(look), *_awaits(look)])),
        field("decision", "What do you propose?", inputs.codes(kinds, kind)),
        field("rationale", "Why?", inputs.paragraph(why), hint=inputs.NO_NAMES, optional=True),
        small("Open or close is decided by the social worker and the manager in supervision (§6). This puts it on the agenda."),
    ]


def _awaits(look: CaseView) -> list[str]:
    return [f"• It awaits a decision because {'; '.join(WHY[each] for each in look.why)}"] if look.why else []


def _family(group: str | None) -> Block:
    hint = "A reference of your own for brothers and sisters, such as FAM-12; no name."
    return field("family_group", "Family", inputs.line(group, 20), hint=hint, optional=True)


def _died(look: CaseView) -> Block:
    known: date | None = look.case.deceased_on
    return inputs.later("deceased_on", "The child died on", known, hint="Leave empty otherwise.")
