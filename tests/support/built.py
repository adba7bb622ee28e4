"""Every builder of messages and views, once or more, with `words` wherever it takes words of people.

Golden files, the injections of S4, Slack's limits and the rules of accessibility take their rows from here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from slack_sdk.models.views import View

from bot.domain.admin.retention import TeamSettings
from bot.domain.cases.case import Case
from bot.domain.cases.codes import (
    ActivityKind,
    AssessmentKind,
    AuthorisationKind,
    Channel,
    ChronologyKind,
    DecisionKind,
    ItemStatus,
    Purpose,
    RecordingRoute,
    ReferralForm,
    ReviewOutcome,
    SatisfactionForm,
    SharingStatus,
)
from bot.domain.cases.episode import Assessment, Episode
from bot.domain.cases.records import (
    Activity,
    Authorisation,
    Chronology,
    Decision,
    HomeAuthority,
    MedicalFileItem,
    Referral,
    Review,
    Sharing,
)
from bot.domain.digests import digest, timeline
from bot.domain.feedback.feedback import Feedback, FeedbackFacts, Target
from bot.domain.free_text import FeedbackLine, InquiryLine
from bot.domain.inquiries.inquiry import AskedBy, Inquiry, InquiryFacts, Outcome, Result
from bot.domain.inquiries.inquiry import InquiryStatus as Stage
from bot.domain.inquiries.search import InquiryQuery as Sought
from bot.domain.obligations import of_case
from bot.domain.obligations.awaiting_decision import Why
from bot.domain.obligations.caseload import line
from bot.domain.people import Actor, Person, Role
from bot.domain.shared.bank_holidays import bank_holidays
from bot.domain.shared.obligation import ObligationStatus
from bot.domain.shared.obligation import ReminderStage as Sending
from bot.domain.shared.ruleset import FIRST, RuleSet, Version
from bot.domain.supervision.agenda import Asked
from bot.services.admin.retention import DisposalDue as Disposal
from bot.services.admin.rule_settings import Change
from bot.services.admin.status import BotStatus, LogPage
from bot.services.admin.subject_access import Holding
from bot.services.cases.view import CaseView
from bot.services.digests.digests import Briefing, Worklist
from bot.services.digests.home import Due, Mine, OpenCase, TeamMember
from bot.services.feedback.recording import Noted, Outstanding
from bot.services.inquiries.lifecycle import Logged
from bot.services.reminders.contents import Reminded
from bot.services.supervision.agenda import Next
from handlers import late_form_views
from handlers.admin import help_view, people_views, rules_views, views
from handlers.cases import card as case_handlers
from handlers.cases import card_view, messages, notification_views, referral_forms
from handlers.cases.actions import REGISTERED
from handlers.core import commands
from handlers.digests import digest_view as digest_views
from handlers.digests import home_view
from handlers.feedback import recording_views
from handlers.feedback import views as feedback_views
from handlers.inquiries import forms, list_view
from handlers.inquiries import messages as inquiry_messages
from handlers.reminders import due_view as due
from handlers.reminders import views as reminder_views
from handlers.ui.blocks import Message
from handlers.ui.button_state import ButtonState
from storage.digests.weekly import Late, Week
from storage.inquiries.inquiries import InquiryPage
from storage.notifications.outbox import Counts
from storage.reminders.obligations import Kept
from storage.settings.team import Hold
from tests.support import built_audits, built_people, built_reports, built_supervision

TODAY = date(2026, 12, 7)
NOW = datetime(2026, 12, 7, 9, 5, tzinfo=UTC)
MO = Actor(workspace_id="T", user_id="U0MO", roles=frozenset({Role.TEAM_MANAGER}))

MODULES = (
    *(
        views,
        card_view,
        messages,
        due,
        feedback_views,
        help_view,
        inquiry_messages,
        forms,
        list_view,
        notification_views,
        people_views,
        recording_views,
        referral_forms,
        rules_views,
    ),
    *(late_form_views, home_view, reminder_views, digest_views),
    *built_supervision.MODULES,
    *built_reports.MODULES,
    *built_audits.MODULES,
)
"""The modules whose builders are all here."""


def entries(words: str) -> tuple[Inquiry, Feedback]:
    facts = InquiryFacts(
        asked_by_role=AskedBy.CCDS,
        asked_on=TODAY,
        authority_asked="E09000009",
        home_authority="E09000020",
        result=Result.KNOWN_OPEN,
        answered_on=TODAY,
        outcome=Outcome.SIGNPOSTED,
        note=words,
        directory_ref=words[:300],
        signposted_to=words[:300],
        store_in_directory=True,
        restricted=True,
        age_years=3,
        ics_ref="ABC1",
    )
    made = Inquiry(ref="INQ-2026-0001", facts=facts, status=Stage.ANSWERED, logged_by="U0DANA", logged_at=NOW, void_reason=words)
    said = FeedbackFacts(
        about="ABC1",
        target=Target.INDIVIDUAL_PROFESSIONAL,
        target_role=words[:80],
        given_on=TODAY,
        summary=words,
        emailed_on=TODAY,
    )
    return made, Feedback(ref="FB-2026-0001", facts=said, logged_by="U0DANA", logged_at=NOW)


def built(words: str) -> Iterator[tuple[Callable[..., Any], Message | View]]:
    """Every builder with `words` wherever it takes words of people."""
    one, said = entries(words)
    open_ = one.model_copy(update={"facts": one.facts.model_copy(update={"result": Result.AWAITING, "directory_ref": None})})
    other = one.model_copy(update={"ref": "INQ-2026-0002"})
    page, several = InquiryPage((one,), 0, 8, 1), InquiryPage((one, one), 1, 8, 30)
    shown, noted = Outstanding((said,), 1), Noted(("FB-2026-0001",), ("FB-2026-0002",), TeamSettings())
    yield inquiry_messages.logged, inquiry_messages.logged(Logged(open_, (one,) * 4, TODAY), NOW, from_words=True)
    read = InquiryLine(
        open_.facts, ("E09000009", "E09000018"), (TODAY - timedelta(days=3),), doubtful=True, problem="31/11 is none."
    )
    yield inquiry_messages.logged, inquiry_messages.logged(Logged(open_, line=read), NOW, from_words=True)
    yield inquiry_messages.changed, inquiry_messages.changed(one, NOW, MO, files_itself=True)
    yield inquiry_messages.answered_by, inquiry_messages.answered_by(one.ref, "U0ELI")
    yield inquiry_messages.closed, inquiry_messages.closed(one)
    yield inquiry_messages.voided, inquiry_messages.voided(one)
    yield inquiry_messages.undone, inquiry_messages.undone(one.ref)
    yield inquiry_messages.said_before, inquiry_messages.said_before(one.ref)
    yield list_view.page, list_view.page(page, Sought(words=words), words, "d", MO, NOW)
    yield list_view.page, list_view.page(several, Sought(authority="E09000009", first=TODAY), words, "d", MO, NOW)
    yield list_view.page, list_view.page(InquiryPage((), 0, 8, 0), Sought(words=words), words, "d", MO, NOW)
    yield list_view.nothing_near, list_view.nothing_near(Sought(words=words), [("Hackney", "d"), ("Harrow", "e")])
    yield list_view.on_its_way, list_view.on_its_way(several)
    yield forms.form, forms.form(one.facts, "A warning of ours.")
    yield forms.edit_form, forms.edit_form(one)
    yield forms.answer_form, forms.answer_form(TODAY, one)
    yield feedback_views.form, feedback_views.form(TODAY, said)
    yield feedback_views.form, feedback_views.form(TODAY, facts=said.facts, problem=feedback_views.WHICH_DAY)
    yield feedback_views.given, feedback_views.given(said, NOW, read=FeedbackLine(said.facts, (TODAY - timedelta(days=2),)))
    yield feedback_views.changed, feedback_views.changed(said, NOW, MO)
    yield feedback_views.shown, feedback_views.shown(said, NOW, MO)
    yield feedback_views.said_before, feedback_views.said_before(said.ref)
    yield feedback_views.listing, feedback_views.listing(shown, TODAY, everybodys=True)
    yield recording_views.form, recording_views.form(shown, said.ref)
    yield recording_views.noted, recording_views.noted(noted)
    yield from of_cases(words, InquiryPage((open_, other), 0, 10, 12), shown)
    yield from built_audits.of_audits(words, a_case(words))
    yield from of_the_administrator(words)


def of_the_administrator(words: str) -> Iterator[tuple[Callable[..., Any], Message | View]]:
    """The builders of the administrator's and the managers' side, and of help."""
    team = TeamSettings()
    person = Person(user_id="U0DANA", role=Role.SOCIAL_WORKER, manager_id="U0MO", away_from=TODAY)
    status = BotStatus(
        *({"admin": 1}, Counts(2, 40, 1, 3), NOW, ("U0ELI",), {"channel_not_found": 1}, 1, "No space"),
        *(5, "abc", "k", 1, 0),
    )
    hold = Hold("INQ-2026-0001", "U0SAM", NOW, words)
    due = [Disposal("INQ-2026-0001", "inquiry", TODAY)]
    yield views.status, views.status(status, NOW, files_itself=True)
    yield views.log, views.log(LogPage((), 0, more=False), "d")
    yield views.settings, views.settings(team, "text_kept_days")
    yield views.holds, views.holds([hold])
    yield views.held, views.held(hold, 3)
    yield views.released, views.released("*")
    yield views.subject_access, views.subject_access(Holding("ABC1", (), (), ()))
    yield views.disposal, views.disposal(due, "d")
    yield views.disposed, views.disposed(1)
    yield views.disposal_due, views.disposal_due()
    yield from built_people.of_people(person, TODAY)
    yield help_view.overview, help_view.overview(frozenset(Role))
    yield help_view.verb, help_view.verb(commands.VERBS[0])
    yield help_view.privacy, help_view.privacy()
    yield help_view.unknown, help_view.unknown(commands.VERBS[0], "d")


def a_case(words: str) -> Case:
    """A case with something of everything on it."""
    home = "E09000009"
    episode = Episode(
        number=1,
        opened_on=date(2026, 6, 1),
        opened_at=NOW,
        clock_start=date(2026, 6, 1),
        routes=(RecordingRoute.SHORT_TERM,),
        worker_id="U0DANA",
        manager_id="U0MO",
        long_term=True,
        next_expected_contact=date(2027, 3, 31),
        awaiting_family_at=NOW,
        proposed_kind=DecisionKind.CLOSE,
        proposed_at=NOW,
        proposed_by="U0DANA",
        proposed_reason=words,
        assessments=(
            Assessment(
                number=2,
                kind=AssessmentKind.CORE,
                purpose=Purpose.REFER_TO_OTHER_BOROUGH,
                receiving_authority=home,
                started_on=date(2026, 6, 2),
                completed_on=date(2026, 6, 20),
                authorised_by="U0MO",
                form=SatisfactionForm.NOT_INCLUDED,
                form_reason=words,
            ),
            Assessment(
                number=3, kind=AssessmentKind.INITIAL, purpose=Purpose.OTHER, started_on=date(2026, 11, 2), abandon_reason=words
            ),
        ),
        reviews=(
            Review(
                number=4,
                episode=1,
                assessment=2,
                held_on=date(2026, 10, 1),
                authorised_by="U0MO",
                outcome=ReviewOutcome.RECOMMEND_CLOSE,
                recorded_at=NOW,
            ),
        ),
        activities=(
            Activity(
                number=5,
                episode=1,
                kind=ActivityKind.VISIT,
                occurred_on=date(2026, 6, 3),
                seen_child=True,
                seen_alone=True,
                recorded_at=NOW,
                recorded_by="U0DANA",
                note=words,
            ),
        ),
        decisions=(
            Decision(
                number=6,
                episode=1,
                kind=DecisionKind.KEEP_OPEN,
                session="SUP-2026-0001",
                worker_by="U0DANA",
                worker_at=datetime(2026, 7, 1, 9, tzinfo=UTC),
                manager_by="U0MO",
                manager_at=datetime(2026, 7, 1, 9, tzinfo=UTC),
                rationale=words,
                next_decision_on=date(2026, 12, 1),
            ),
        ),
    )
    referral = Referral(
        number=7,
        ref="R-2026-0001",
        episode=1,
        activated_by="U0DANA",
        recorded_at=NOW,
        received_on=date(2026, 6, 1),
        received_at=datetime(2026, 6, 1, 9, tzinfo=UTC),
        activated_on=date(2026, 6, 1),
        channel=Channel.WARD_STAFF,
        form=ReferralForm.VERBAL,
        source_code="3F",
        referrer_role=words[:80],
        activity_summary=words,
        threshold_level=3,
        home_authority=home,
        age_years=7,
        urgent=True,
    )
    return Case(
        ref="OOB-2026-0001",
        ics_ref="ICS-1001",
        created_by="U0DANA",
        created_at=NOW,
        restricted=True,
        family_group="FAM-1",
        episodes=(episode,),
        referrals=(referral,),
        home_authorities=(HomeAuthority(number=8, gss=home, from_on=date(2026, 6, 1)),),
        sharings=(
            Sharing(
                number=9,
                of=2,
                whom="parents",
                status=SharingStatus.EXEMPT_REQUESTED,
                requested_on=TODAY,
                requested_by="U0ELI",
                reason=words,
            ),
            Sharing(number=10, of=2, whom="child", status=SharingStatus.NOT_AGE_APPROPRIATE, on=TODAY, reason=words),
        ),
        authorisations=(
            Authorisation(
                number=11,
                episode=1,
                wanted=AuthorisationKind.REVIEW,
                of=2,
                on=TODAY,
                requested_by="U0DANA",
                requested_at=NOW,
                note=words,
            ),
        ),
        medical_file_items=(
            MedicalFileItem(number=12, of=2, about="letter", status=ItemStatus.WAIVED, placed_on=TODAY, by="U0MO", reason=words),
        ),
        chronologies=(
            Chronology(number=13, episode=1, kind=ChronologyKind.HOME_AUTHORITY, completed_on=TODAY, obtained_from=words[:80]),
        ),
    )


def a_look(words: str, actor: Actor = MO, *, closed: bool = False) -> CaseView:
    """A look at it, while it is open or after it closed."""
    made = a_case(words)
    episode = made.episodes[0]
    if closed:
        made = made.model_copy(update={"episodes": (episode.model_copy(update={"closed_on": TODAY, "rc_code": "RC7"}),)})
    asked = tuple(of_case.obligations(made, [], bank_holidays()))
    return CaseView(
        case=made,
        actor=actor,
        now=NOW,
        today=TODAY,
        asked=asked,
        versions=(),
        why=() if closed else tuple(Why),
        drifts=not closed,
        prompts=("core_missing", "ccds_assessment", "chronology_update"),
        family=("OOB-2026-0002",),
        may_undo=True,
        open_cases=12,
    )


def of_cases(words: str, page: InquiryPage, shown: Outstanding) -> Iterator[tuple[Callable[..., Any], Message | View]]:
    """The builders about cases, for a manager, for who holds it, and for somebody who only reads."""
    dana = Actor(workspace_id="T", user_id="U0DANA", roles=frozenset({Role.SOCIAL_WORKER}))
    viewer = Actor(workspace_id="T", user_id="U0VI", roles=frozenset({Role.VIEWER}))
    open_, mine = a_look(words), a_look(words, dana)
    closed, read_only = a_look(words, closed=True), a_look(words, viewer)
    asked, shared = open_.case.authorisations[0], open_.case.sharings[0]
    for look in (open_, mine, closed, read_only):
        kept = case_handlers.card(look).body
        yield card_view.card, _Kept(kept)
        yield card_view.done, card_view.done(look, "Visit on *Mon 7 Dec 2026* is recorded.")
        yield card_view.timeline, card_view.timeline(look, timeline.happened(look.case))
        yield messages.why, messages.why(look)
        for step in REGISTERED.values():
            if look.actor.may(step.roles) and (step.offered(look) or step.name == "decline") and step.inputs(look, 11):
                yield card_view.form, card_view.form(step.id, step.title, step.submit, look, 11, step.inputs(look, 11))
    yield from built_supervision.of_supervision(words, open_, mine)
    yield from built_reports.of_reports()
    yield messages.which_case, messages.which_case(["OOB-2026-0001", "OOB-2026-0002"], "contact")
    yield messages.which_case, messages.which_case([], "open")
    yield messages.open_already, messages.open_already(open_)
    yield messages.why_entry, messages.why_entry("INQ-2026-0001", open_.open[:2], TODAY)
    yield messages.said_before, messages.said_before("OOB-2026-0001")
    yield messages.convert_instead, messages.convert_instead("INQ-2026-0001")
    yield messages.undone, messages.undone("OOB-2026-0001", "contact.logged")
    yield notification_views.handover, notification_views.handover(open_.case, open_.open, TODAY)
    yield from built_people.of_responsibility()
    yield from built_people.of_authorisations(open_.case, asked, shared, NOW)
    kept_ = tuple(Kept("OOB-2026-0001", "U0DANA", "U0MO", each) for each in open_.asked if each.standing is ObligationStatus.OPEN)
    yield from of_the_morning(open_, kept_, words)
    yield due.due, due.due(Due(kept_ * 15, team=True), TODAY)
    yield due.due, due.due(Due(kept_ * 15, team=True), TODAY, 1)
    yield due.due, due.due(Due((), team=False), TODAY)
    held = OpenCase(line(open_.case, open_.case.episodes[0], open_.asked, []), open_.open[0])
    mine_ = Mine(
        inquiries=page,
        outstanding=shown,
        asked=(("OOB-2026-0001", asked),),
        exempt=("OOB-2026-0001",),
        held=(held,),
        holds=3,
        team=(TeamMember("U0DANA", 3, 1, 2, built_supervision.SESSION),),
        next=Next("U0MO", built_supervision.SESSION, 2),
    )
    yield home_view.waiting, home_view.waiting(mine_, TODAY)
    yield home_view.waiting, home_view.waiting(Mine(InquiryPage((), 0, 10, 0), Outstanding((), 0)), TODAY)
    later = Version(number=2, effective_from=date(2027, 2, 1), rules=RuleSet(threshold_months=4))
    yield rules_views.rules, rules_views.rules(RuleSet(threshold_months=0))
    yield rules_views.settings, rules_views.settings([FIRST, later], TODAY)
    open_asked = tuple(("OOB-2026-0001", each) for each in open_.open)
    moved = tuple(("OOB-2026-0001", each, TODAY) for each in open_.open)
    yield (
        rules_views.preview,
        rules_views.preview(Change("threshold_months", 3, 4, TODAY, moved, open_asked[:1], open_asked[:2], 2), "d"),
    )
    yield rules_views.was_set, rules_views.was_set(later, "threshold_months")
    yield late_form_views.not_saved, late_form_views.not_saved("OOB-2026-0001 is closed.", [words], "d")
    yield referral_forms.first, referral_forms.first(NOW, about="ICS-1001", inquiry="INQ-2026-0001", home="E09000009")
    yield referral_forms.first, referral_forms.first(NOW, channel=Channel.CCDS)
    known = referral_forms.Known("d", Channel.WARD_STAFF, "ICS-1001", 7, 3, "U0DANA", ["It is opened again by this."])
    yield referral_forms.second, referral_forms.second(known, RuleSet(), NOW)


def of_the_morning(open_: CaseView, kept: tuple[Kept, ...], words: str) -> Iterator[tuple[Callable[..., Any], Message | View]]:
    """Reminders, digests, and the letters that they can come with."""
    over = open_.open[0].model_copy(update={"standing": ObligationStatus.MET, "ended_on": TODAY})
    lines = [Reminded(each.ref, each.asked, Sending.OVER, "U0DANA") for each in kept]
    theirs = [Reminded("OOB-2026-0002", each.asked, Sending.DUE, "U0ELI") for each in kept] * 9
    done = Reminded("OOB-2026-0003", over, Sending.DUE, "U0DANA")
    yield reminder_views.reminder, reminder_views.reminder([*lines, *theirs, done], "U0DANA", TODAY)
    yield reminder_views.reminder, reminder_views.reminder(theirs[:1], "U0MO", TODAY)
    yield reminder_views.reminder, reminder_views.reminder([done], "U0DANA", TODAY)
    yield reminder_views.snooze, reminder_views.snooze("OOB-2026-0001", "R1", ButtonState(id="OOB-2026-0001", step="r1"), TODAY)
    yield reminder_views.snoozed, reminder_views.snoozed("OOB-2026-0001", "R1", date(2026, 12, 10))
    yield reminder_views.not_mine, reminder_views.not_mine("OOB-2026-0001", "U0MO")
    asked = tuple(Asked(each.ref, each.asked) for each in kept)
    row = line(open_.case, open_.case.episodes[0], open_.asked, open_.versions)
    named = {name: ["OOB-2026-0001", *(f"OOB-2026-{number:04d}" for number in range(2, 14))] for name in digest.LISTS}
    counts = dict.fromkeys(digest.COUNTS, 3)
    told = digest.Digest("2026-W50", counts, named, ["U0ELI"], ["INQ-2026-0001"], [], counts, asked, (row,))
    happened = Week(
        ("OOB-2026-0001",),
        (("OOB-2026-0001", "R6"),),
        (("OOB-2026-0001", "U0ELI", TODAY),),
        (Late("FB-2026-0001", "feedback", TODAY),),
    )
    nothing = digest.Digest("2026-W50", dict.fromkeys(digest.COUNTS, 0), {name: [] for name in digest.LISTS})
    sessions = (built_supervision.SESSION,)
    full = Briefing(
        told,
        {"U0DANA": 12, "U0ELI": 1},
        happened,
        {"U0ELI": 2},
        (1204, "ab12"),
        booked={"U0ELI": "Tue 2 Feb 2027, 10:00"},
        unfinished=sessions,
        not_on_ics=sessions,
    )
    yield digest_views.digest, digest_views.digest(full, TODAY)
    yield digest_views.digest, digest_views.digest(Briefing(nothing, {}, Week(), {}, (1, "ab12")), TODAY)
    yield digest_views.opened_list, digest_views.opened_list(told, TODAY, 1)
    yield digest_views.opened_list, digest_views.opened_list(nothing, TODAY, 0)
    yield digest_views.put_on_agenda, digest_views.put_on_agenda("OOB-2026-0001")
    monday = digest_views.worklist(Worklist(named, asked, (row,)), TODAY)
    yield digest_views.worklist, monday
    pending = Decision(
        number=9, episode=1, kind=DecisionKind.CLOSE, session="SUP-1", worker_by="U0DANA", worker_at=NOW, rationale=words
    )
    yield notification_views.decision_waits, notification_views.decision_waits("OOB-2026-0001", pending)
    yield notification_views.not_mine, notification_views.not_mine("OOB-2026-0001", "U0DANA")
    yield notification_views.answered, notification_views.answered("OOB-2026-0001")
    yield notification_views.settled, notification_views.settled()
    yield notification_views.for_another, notification_views.for_another("U0ELI", monday)
    yield notification_views.perhaps_again, notification_views.perhaps_again(monday)
    yield (
        notification_views.together,
        notification_views.together(
            [monday, digest_views.digest(full, TODAY), notification_views.not_mine("OOB-2026-0001", "U0DANA")] * 3
        ),
    )


class _Kept(Message):
    """A message that was made into JSON already."""

    def __init__(self, kept: dict[str, Any]) -> None:
        super().__init__(kept["text"], ())
        object.__setattr__(self, "_kept", kept)

    def to_json(self) -> dict[str, Any]:
        return dict(self._kept)  # type: ignore[attr-defined]  # set above


def as_json(made: Message | View) -> dict[str, Any]:
    """As Slack takes it."""
    return made.to_json() if isinstance(made, Message) else dict(made.to_dict())
