from datetime import date

import pytest

from bot.domain.people import Person, Role
from bot.domain.shared.errors import Refusal
from bot.services import people
from tests.support.offices import Office, letters_waiting

NEW = Person(user_id="U0NEW", role=Role.SOCIAL_WORKER)


async def code_of(office: Office, fn: object, *args: object) -> str:
    with pytest.raises(Refusal) as refused:
        await office.does("U0SAM", fn, *args)  # type: ignore[arg-type]
    return refused.value.code


async def test_a_person_who_is_given_a_role_is_told_once(office: Office) -> None:
    before = await office.ctx("U0SAM").read(letters_waiting)
    await office.does("U0SAM", people.name_person, NEW)
    await office.does("U0SAM", people.name_person, NEW.model_copy(update={"manager_id": "U0MO"}))
    assert await office.ctx("U0SAM").read(letters_waiting) == before + 1


async def test_a_manager_must_be_one_and_not_oneself(office: Office) -> None:
    for manager, code in (("U0ELI", "no_such_manager"), ("U0NOBODY", "no_such_manager"), ("U0NEW", "own_manager")):
        assert await code_of(office, people.name_person, NEW.model_copy(update={"manager_id": manager})) == code
    assert await code_of(office, people.name_person, NEW.model_copy(update={"deputy_id": "U0NEW"})) == "own_manager"


async def test_f2_an_absence_with_a_deputy_is_noted_and_ended(office: Office) -> None:
    away = await office.does("U0SAM", people.set_absence, "U0MO", date(2026, 12, 24), date(2027, 1, 2), "U0ELI")
    assert away.is_away(date(2026, 12, 31))
    back = await office.does("U0SAM", people.set_absence, "U0MO", None, None, None)
    assert (back.is_away(date(2026, 12, 31)), back.deputy_id) == (False, "U0ELI")
    assert await code_of(office, people.set_absence, "U0MO", date(2027, 1, 2), date(2026, 12, 24), None) == "dates_reversed"
    assert await code_of(office, people.set_absence, "U0NEW", None, None, None) == "not_listed"


async def test_f1_who_is_removed_is_off_the_list(office: Office) -> None:
    await office.does("U0SAM", people.remove_person, "U0ELI")
    assert "U0ELI" not in [person.user_id for person in await office.ctx("U0SAM").read(people.everyone)]
    assert await code_of(office, people.remove_person, "U0ELI") == "not_listed"


async def test_administrators_are_welcomed_once_ever(office: Office) -> None:
    assert await office.does("system", people.welcome_admins, ("U0SAM", "U0MO")) == 2
    assert await office.does("system", people.welcome_admins, ("U0SAM", "U0MO")) == 0


async def test_administrators_by_role_are_known(office: Office) -> None:
    await office.does("U0SAM", people.name_person, Person(user_id="U0IG", role=Role.ADMIN))
    assert await office.ctx("U0SAM").read(people.administrators) == ["U0IG"]
