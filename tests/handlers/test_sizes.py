"""Cases with nothing on them, with much, and with far too much: every view of them is one that Slack takes."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.cases.episode import Episode
from bot.domain.digests import timeline
from bot.domain.obligations import of_case
from bot.domain.obligations.caseload import line
from bot.domain.shared.bank_holidays import bank_holidays
from bot.domain.shared.rule import AgendaSection
from bot.domain.supervision.agenda import AgendaEntry
from bot.services.cases.view import CaseView
from bot.services.digests.home import Due, Mine, OpenCase, TeamMember
from bot.services.feedback.recording import Outstanding
from bot.services.supervision.agenda import Agenda
from handlers.cases import card as case_handlers
from handlers.cases import card_view, messages, notification_views
from handlers.cases.actions import REGISTERED
from handlers.digests import home_view
from handlers.reminders import due_view
from handlers.supervision import agenda_view
from simulator.blockkit import message_problems, view_problems
from storage.inquiries.inquiries import InquiryPage
from storage.reminders.obligations import Kept
from tests.support.built import MO, TODAY, a_case, a_look
from tests.support.built_supervision import SESSION, an_agenda, in_session, one_of_each

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=3000)
SIZES = st.sampled_from([0, 1, 2, 24, 25, 60, 130])


def many(words: str, size: int) -> CaseView:
    """A case with `size` of everything, every assessment shared with nobody."""
    made = a_case(words)
    episode = made.episodes[0]

    def several(records: Any, first: int = 1000) -> tuple[Any, ...]:
        return tuple(records[0].model_copy(update={"number": first + place}) for place in range(size))

    assessments = [
        *several(episode.assessments, 1000),
        *(episode.assessments[1].model_copy(update={"number": 2000 + place}) for place in range(size)),
    ]
    reviews = tuple(
        episode.reviews[0].model_copy(
            update={"number": 3000 + place, "assessment": 1000, "held_on": date(2026, 1, 1) + timedelta(days=place)}
        )
        for place in range(size)
    )
    changed = {"assessments": tuple(assessments), "reviews": reviews, "activities": several(episode.activities)}
    whole = made.model_copy(
        update={
            "episodes": (Episode.model_copy(episode, update=changed),),
            "authorisations": several(made.authorisations),
            "sharings": several(made.sharings),
            "medical_file_items": (),
        }
    )
    look = a_look(words)
    asked = tuple(of_case.obligations(whole, [], bank_holidays()))
    return CaseView(
        whole, MO, look.now, TODAY, asked, (), look.why, drifts=True, prompts=look.prompts, may_undo=True, open_cases=size
    )


@settings(max_examples=25)
@given(WORDS, SIZES)
def test_every_view_of_a_case_of_any_size_is_one_that_slack_takes(words: str, size: int) -> None:
    look = many(words, size)
    for message in (
        case_handlers.card(look).body,
        card_view.done(look, "Recorded.").to_json(),
        messages.why(look).to_json(),
        notification_views.handover(look.case, look.open, TODAY).to_json(),
    ):
        assert message_problems(message) == []
        assert message["blocks"][-1]["type"] in ("actions", "context")
    assert view_problems(card_view.timeline(look, timeline.happened(look.case)).to_dict()) == []
    for step in REGISTERED.values():
        if step.offered(look):
            view = card_view.form(step.id, step.title, step.submit, look, 0, step.inputs(look, 0))
            assert view_problems(view.to_dict()) == [], step.name


@pytest.mark.parametrize("size", [0, 1, 50, 500])
def test_lists_of_any_length_are_ones_that_slack_takes(size: int) -> None:
    look = a_look("x")
    kept = tuple(Kept(f"OOB-2026-{place:04d}", "U0DANA", "U0MO", look.open[place % len(look.open)]) for place in range(size))
    for page in (0, 1, 99):
        assert message_problems(due_view.due(Due(kept, team=True), TODAY, page).to_json()) == []
    held = OpenCase(line(look.case, look.case.episodes[0], look.asked, []), look.open[0])
    mine = Mine(
        inquiries=InquiryPage((), 0, 10, 0),
        outstanding=Outstanding((), 0),
        asked=tuple((f"OOB-2026-{place:04d}", look.case.authorisations[0]) for place in range(size)),
        exempt=tuple(f"OOB-2026-{place:04d}" for place in range(size)),
        held=(held,) * min(size, 15),
        holds=size,
        team=tuple(TeamMember(f"U{place}", place, 1, 2) for place in range(min(size, 50))),
    )
    assert message_problems(home_view.waiting(mine, TODAY).to_json()) == []
    assert (
        message_problems(messages.which_case([f"OOB-2026-{place:04d}" for place in range(min(size, 100))], "contact").to_json())
        == []
    )


@settings(max_examples=10)
@given(WORDS, st.sampled_from([0, 1, 9, 10, 11, 200]), st.sampled_from(list(AgendaSection)))
def test_e_every_page_of_an_agenda_of_any_length_and_words_is_one_that_slack_takes(
    words: str, size: int, name: AgendaSection
) -> None:
    look = in_session(many(words, 24), words)
    entries = [AgendaEntry(name, f"OOB-2026-{place:05d}", ("R5", "action"), ("dormant",), place) for place in range(size)]
    found = an_agenda(look, [*entries, *one_of_each()], under_way=SESSION)
    assert walked_through(found, look) == [entry.ref for entry in in_order(found)]


@pytest.mark.unmeasured
def test_e_an_agenda_of_ten_thousand_cases_has_each_once_and_of_none_says_so() -> None:
    look = in_session(a_look("x"), "x" * 3000)
    entries = [
        AgendaEntry(AgendaSection.AWAITING_DECISION, f"OOB-2026-{place:05d}", (), ("dormant",), 2) for place in range(9_000)
    ]
    entries += [AgendaEntry(AgendaSection.FEEDBACK, f"OOB-2026-{place:05d}") for place in range(9_000, 10_000)]
    assert walked_through(an_agenda(look, entries, under_way=SESSION), look) == [entry.ref for entry in entries]
    empty = an_agenda(look, [])
    shown = agenda_view.agenda(empty, agenda_view.page_of([], 0), {}).to_json()
    assert str(shown).count("*: none") == len(AgendaSection)


def in_order(found: Agenda) -> list[AgendaEntry]:
    """Its lines, section by section."""
    return [entry for name in AgendaSection for entry in found.gathered.entries if entry.section is name]


def walked_through(found: Agenda, look: CaseView) -> list[str]:
    """The cases of all pages in their order; each page is one that Slack takes."""
    first = agenda_view.page_of(found.gathered.entries, 0)
    assert agenda_view.page_of(found.gathered.entries, 10**6).number == first.last
    seen: list[str] = []
    for page in pages_of(found):
        message = agenda_view.agenda(found, page, dict.fromkeys(page.close, look)).to_json()
        assert message_problems(message) == []
        assert len(message["blocks"]) <= 50
        assert message["blocks"][-1]["type"] == "context"  # nothing was cut off at the end
        seen += page.refs
    return seen


def pages_of(found: Agenda) -> Iterator[agenda_view.AgendaPage]:
    """All pages of a short agenda, of a long one their beginnings only looked at once."""
    rows = agenda_view.pages(found.gathered.entries)
    for number, page in enumerate(rows):
        yield agenda_view.AgendaPage(tuple(page), number, len(rows) - 1)
