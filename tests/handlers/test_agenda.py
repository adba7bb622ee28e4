"""What a case shows on the agenda of the two who decide about it (§6)."""

import json
from dataclasses import replace

from bot.domain.people import Actor, Role
from bot.domain.shared.rule import AgendaSection
from bot.domain.supervision.agenda import AgendaEntry
from tests.support.built import MO, a_look
from tests.support.built_supervision import SESSION, an_agenda, in_session, shown

WORDS = "Ring the ward before the discharge."


def told(actor: Actor) -> str:
    """The page with the one case that awaits a decision, as `actor` sees it."""
    look = replace(in_session(a_look(WORDS), WORDS), actor=actor)
    entries = [AgendaEntry(AgendaSection.AWAITING_DECISION, look.case.ref, (), ("dormant",), 0)]
    return json.dumps(shown(an_agenda(look, entries, under_way=SESSION), look).to_json(), ensure_ascii=False)


def test_a_case_that_awaits_a_decision_shows_what_the_other_one_chose_and_why_and_what_was_agreed() -> None:
    page = told(MO)
    assert "<@U0DANA> chose *close*" in page
    assert f"Why: {WORDS}" in page
    assert "Agreed: <@U0DANA>, by Mon 30 Nov 2026" in page
    assert f"By Mon 30 Nov 2026: {WORDS}" in page


def test_who_may_not_read_what_was_typed_sees_on_the_agenda_that_it_was_agreed_and_not_what() -> None:
    page = told(Actor(workspace_id=MO.workspace_id, user_id="U0ADA", roles=frozenset({Role.ADMIN})))
    assert "Agreed: <@U0DANA>, by Mon 30 Nov 2026" in page
    assert WORDS not in page
