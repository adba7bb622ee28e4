"""S4: Slack's own language typed by people, through every builder of messages and views: none of it comes alive (trust.md)."""

import inspect
import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from slack_sdk.models.views import View

from bot.casework.access import Holding
from bot.casework.inquiries import Logged
from bot.casework.keeping import Due
from bot.casework.overview import LogPage, Status
from bot.casework.recording import Noted, Outstanding, Waiting
from bot.rules.feedback import Feedback, FeedbackFacts, Target
from bot.rules.inquiry import AskedBy, Inquiry, InquiryFacts, Outcome, Result
from bot.rules.inquiry import Status as Stage
from bot.rules.keeping import TeamSettings
from bot.rules.people import Actor, Person, Role
from bot.rules.searching import Wanted
from handlers import grammar
from handlers.views import admin, feedback, help, inquiry, inquiry_form, inquiry_list, people, recording, waiting  # noqa: A004
from handlers.views.parts import Message
from simulator.blockkit import message_problems, view_problems
from storage.inquiries import Page
from storage.keeping import Hold

TODAY = date(2026, 12, 7)
NOW = datetime(2026, 12, 7, 9, 5, tzinfo=UTC)
MO = Actor(workspace_id="T", user_id="U0MO", roles=frozenset({Role.TEAM_MANAGER}))
MARK = "zq7"
_CORES = (
    *(
        "<!channel>",
        "<!here>",
        "<!everyone>",
        "<@U0ELI>",
        "<@U0ELI|eli>",
        "<#C0TEAM>",
        "<#C0TEAM|x>",
        "<!subteam^S1>",
        "<!date^0^x|y>",
    ),
    *(
        "<https://evil.example|Sign in>",
        "<mailto:a@example.org|x>",
        "<tel:1|x>",
        "*bold*",
        "_it_",
        "~gone~",
        "`code`",
        "```block```",
    ),
    *("&lt;!channel&gt;", "&amp;lt;!here&amp;gt;", ">quote", "• list", ":tada:", "<", "<>", "<!", "<<!channel>>", "<\n!channel>"),
)
_AROUND = ("{}", "{} and more", "see {}", "a\n{}", "*{}*", "`{}`", "> {}", "{}{}")
INJECTIONS = [MARK + frame.replace("{}", core) + MARK for core, frame in itertools.product(_CORES, _AROUND)]


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
    page, several = Page((one,), 0, 8, 1), Page((one, one), 1, 8, 30)
    shown, noted = Outstanding((said,), 1), Noted(("FB-2026-0001",), ("FB-2026-0002",), TeamSettings())
    yield inquiry.logged, inquiry.logged(Logged(open_, (one,) * 4, TODAY), NOW, from_words=True)
    yield inquiry.changed, inquiry.changed(one, NOW, MO, files_itself=True)
    yield inquiry.answered_by, inquiry.answered_by(one.ref, "U0ELI")
    yield inquiry.closed, inquiry.closed(one)
    yield inquiry.voided, inquiry.voided(one)
    yield inquiry.undone, inquiry.undone(one.ref)
    yield inquiry.said_before, inquiry.said_before(one.ref)
    yield inquiry_list.page, inquiry_list.page(page, Wanted(words=words), words, "d", MO, NOW)
    yield inquiry_list.page, inquiry_list.page(several, Wanted(authority="E09000009", first=TODAY), words, "d", MO, NOW)
    yield inquiry_list.page, inquiry_list.page(Page((), 0, 8, 0), Wanted(words=words), words, "d", MO, NOW)
    yield inquiry_list.on_its_way, inquiry_list.on_its_way(several)
    yield inquiry_form.form, inquiry_form.form(one.facts, "A warning of ours.")
    yield inquiry_form.edit_form, inquiry_form.edit_form(one)
    yield inquiry_form.answer_form, inquiry_form.answer_form(TODAY, one)
    yield feedback.form, feedback.form(TODAY, said)
    yield feedback.given, feedback.given(said, NOW, from_words=True)
    yield feedback.changed, feedback.changed(said, NOW, MO)
    yield feedback.shown, feedback.shown(said, NOW, MO)
    yield feedback.said_before, feedback.said_before(said.ref)
    yield feedback.listing, feedback.listing(shown, TODAY, everybodys=True)
    yield recording.form, recording.form(shown, said.ref)
    yield recording.noted, recording.noted(noted)
    yield waiting.waiting, waiting.waiting(Waiting(Page((open_, other), 0, 10, 12), shown), TODAY)
    yield from of_the_administrator(words)


def of_the_administrator(words: str) -> Iterator[tuple[Callable[..., Any], Message | View]]:
    """The builders of the administrator's and the managers' side, and of help."""
    team = TeamSettings()
    person = Person(user_id="U0DANA", role=Role.SOCIAL_WORKER, manager_id="U0MO", away_from=TODAY)
    status = Status({"admin": 1}, 2, NOW, {"channel_not_found": 1}, 1, "No space", 5, "abc", "k", 1, 0)
    hold = Hold("INQ-2026-0001", "U0SAM", NOW, words)
    due = [Due("INQ-2026-0001", "inquiry", TODAY)]
    yield admin.status, admin.status(status, NOW, files_itself=True)
    yield admin.log, admin.log(LogPage((), 0, more=False), "d")
    yield admin.settings, admin.settings(team, "text_kept_days")
    yield admin.holds, admin.holds([hold])
    yield admin.held, admin.held(hold, 3)
    yield admin.released, admin.released("*")
    yield admin.subject_access, admin.subject_access(Holding("ABC1", (), (), ()))
    yield admin.disposal, admin.disposal(due, "d")
    yield admin.disposed, admin.disposed(1)
    yield admin.disposal_due, admin.disposal_due()
    yield people.roster, people.roster([person], TODAY)
    yield people.named, people.named(person, TODAY)
    yield people.removed, people.removed("U0DANA")
    yield people.form, people.form()
    yield people.greeting, people.greeting()
    yield people.role_given, people.role_given(Role.ADMIN)
    yield help.overview, help.overview(frozenset(Role))
    yield help.verb, help.verb(grammar.VERBS[0])
    yield help.privacy, help.privacy()
    yield help.unknown, help.unknown(grammar.VERBS[0], "d")


def mrkdwn(holder: object) -> Iterator[str]:
    """Every text that Slack would format, and the one that notifications show."""
    if isinstance(holder, dict):
        if holder.get("type") == "mrkdwn":
            yield holder["text"]
        if isinstance(holder.get("text"), str) and "blocks" in holder:
            yield holder["text"]
        for value in holder.values():
            yield from mrkdwn(value)
    elif isinstance(holder, list):
        for value in holder:
            yield from mrkdwn(value)


def as_json(made: Message | View) -> dict[str, Any]:
    return made.to_json() if isinstance(made, Message) else made.to_dict()


def test_s4_no_injection_comes_alive_in_any_builder(figure: Callable[..., None]) -> None:
    live, tried, carried = [], 0, 0
    for words in INJECTIONS:
        for builder, made in built(words):
            shown = as_json(made)
            tried += 1
            carried += MARK in str(shown)
            live += [(builder.__name__, text) for text in mrkdwn(shown) if MARK in text]
    builders = {builder for builder, _ in built("x")}
    figure("S4", f"injections alive in {len(builders)} builders", len(live), tried)
    assert live == []
    assert len(INJECTIONS) >= 200
    assert carried > 10 * len(INJECTIONS)


def test_s4_every_builder_is_tried() -> None:
    modules = (admin, feedback, help, inquiry, inquiry_form, inquiry_list, people, recording, waiting)
    public = {
        function
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
        if inspect.signature(function).return_annotation in ("Message", "View")
    }
    assert public == {builder for builder, _ in built("x")}


@pytest.mark.parametrize("words", ["x" * 3000, "<" * 3000, "&" * 3000, "\n" * 1500 + "x", "🦄" * 1500, "x"])
def test_every_builder_keeps_within_slacks_limits(words: str) -> None:
    for builder, made in built(words):
        shown = as_json(made)
        problems = message_problems(shown) if isinstance(made, Message) else view_problems(shown)
        assert problems == [], builder.__name__
        assert isinstance(made, View) or MARK not in made.text
