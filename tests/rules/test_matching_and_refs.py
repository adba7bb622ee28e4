from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.reading import match_codes
from bot.domain.shared import references
from bot.domain.shared.errors import Refusal
from bot.domain.shared.references import RefKind

TODAY = date(2026, 12, 7)


@pytest.mark.parametrize(
    "typed",
    [
        "Okafor 3/4/2019",
        "OKAFOR, 3 April 2019",
        "okafor; 03.04.19",
        "Okafor born 3 Apr 2019",
        "Okafor dob 2019-04-03",
        "Öka-for 3/4/2019".replace("Ö", "O\u0308"),
    ],
)
def test_the_same_family_has_one_code_however_it_is_written(typed: str) -> None:
    assert match_codes.family(typed, TODAY) == "family|okafor|2019-04-03"


def test_a_name_of_two_words_and_one_with_a_hyphen_are_one() -> None:
    one, two = (match_codes.family(f"{name} 3/4/2019", TODAY) for name in ("O'Neill-Śmith", "oneill smith"))
    assert one == two == "family|oneillsmith|2019-04-03"


@pytest.mark.parametrize(
    "typed", ["Okafor", "3/4/2019", "Okafor 3 April", "Okafor 31/2/2019", "Okafor 3/4/2099", "Okafor 3/4", "12 12/12/2012"]
)
def test_what_is_no_surname_with_a_date_of_birth_is_refused_under_its_input(typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        match_codes.family(typed, TODAY)
    assert (refused.value.code, refused.value.field) == ("match_unreadable", "match_family")


def test_a_number_has_one_code_however_it_is_spaced() -> None:
    assert match_codes.number("943 476 5919") == match_codes.number("943-476.5919") == "number|9434765919"
    assert match_codes.number("h12/3456") == "number|H123456"


@pytest.mark.parametrize("typed", ["1234", "hello there", "12345!"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(Refusal, match="match_unreadable"):
        match_codes.number(typed)


def test_nothing_typed_is_no_code() -> None:
    assert match_codes.family(None, TODAY) is None
    assert match_codes.number(None) is None


@given(st.text(max_size=60))
def test_no_words_are_read_by_anything_but_the_rules(typed: str) -> None:
    for read in (lambda: match_codes.family(typed, TODAY), lambda: match_codes.number(typed), lambda: references.read(typed)):
        assert outcome(read) in ("read", "match_unreadable", "ref_unreadable", "identifier")


def outcome(read: Callable[[], object]) -> str:
    try:
        read()
    except Refusal as refused:
        return refused.code
    return "read"


@pytest.mark.parametrize(
    ("typed", "kind", "text"),
    [
        ("inq-2026-0001", RefKind.INQUIRY, "INQ-2026-0001"),
        ("FB\u20132026\u20130002", RefKind.FEEDBACK, "FB-2026-0002"),
        ("OOB-2026-0003", RefKind.CASE, "OOB-2026-0003"),
        ("R-2026-10003", RefKind.REFERRAL, "R-2026-10003"),
        ("inq-26-7", RefKind.INQUIRY, "INQ-2026-0007"),
        ("FB-2026-12", RefKind.FEEDBACK, "FB-2026-0012"),
        ("abc1234", RefKind.ICS, "ABC1234"),
        ("ICS:abc1234", RefKind.ICS, "ABC1234"),
        ("ICS 700123", RefKind.ICS, "700123"),
    ],
)
def test_a_reference_is_read_in_the_ways_people_write_it(typed: str, kind: RefKind, text: str) -> None:
    assert references.read(typed) == (kind, text)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("that one", "ref_unreadable"),
        ("AB", "ref_unreadable"),
        ("x" * 21, "ref_unreadable"),
        ("9434765919", "identifier"),
        *((word, "ref_unreadable") for word in ("INQ-26-1-2", "FB-x1", "OKAFOR-2019", "AMARA1", "2019-04-03", "7-12-2026")),
        ("Dana", "ref_unreadable"),
    ],
)
def test_what_is_no_reference_is_refused_and_an_nhs_number_is_none(typed: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        references.read(typed, field="about")
    assert (refused.value.code, refused.value.field) == (code, "about")


def test_the_words_beside_a_reference_are_what_is_left() -> None:
    assert references.without("INQ-2026-0001: logged twice") == "logged twice"
    assert references.without("logged twice, inq-26-1") == "logged twice"


def test_references_among_other_words_are_found_once_each_and_in_order() -> None:
    words = "fb-2026-0002 and FB-2026-0001, INQ-2026-0009 FB-2026-0002 OOB-2026-0001 ABC1"
    assert references.all_of(words, RefKind.FEEDBACK, RefKind.INQUIRY) == ["FB-2026-0002", "FB-2026-0001", "INQ-2026-0009"]
