import time
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.shared import privacy
from bot.domain.shared.errors import Refusal

REFUSED = [
    ("nhs_number", "NHS no 943 476 5919"),
    ("nhs_number", "9434765919"),
    ("nhs_number", "943-476-5919"),
    ("nhs_number", "(943) 476.5919"),
    ("nhs_number", "943 476 5919"),  # full-width digits
    ("nhs_number", "943 476 5919, 7 years, bed 12"),
    ("nhs_number", "bed 12 9434765919 7"),
    ("nhs_number", "9 4 3 4 7 6 5 9 1 9"),
    ("nhs_number", "943\u200b476\u200b5919"),
    ("nhs_number", "943/476/5919"),
    ("nhs_number", "943:476:5919"),
    ("nhs_number", "943    476 5919"),
    ("nhs_number", "943\u2061476\ufe0f5919"),
    ("nhs_number", "on 7/12/2026 943 476 5919"),
    ("postcode", "SW1A/1AA"),
    ("postcode", "SW1A,1AA"),
    ("postcode", "SW1A (1AA)"),
    ("postcode", "SE1 2th"),
    ("postcode", "lives at SW10 9NH"),
    ("postcode", "sw109nh"),
    ("postcode", "near W1A 1AA please"),
    ("postcode", "EC1A-1BB"),
    ("email", "write to mum.x+y@example.nhs.uk"),
    ("email", "mum (at) example.org"),
    ("phone", "call 020 7946 0958"),
    ("email", "dana[@]example.org"),
    ("email", "dana at example.org"),
    ("email", "dana @ example.org"),
    ("phone", "mum/07700 900123"),
    ("phone", "07700/900123"),
    ("phone", "07700   900123"),
    ("phone", "7700 900123"),
    ("phone", "+353 87 123 4567"),
    ("phone", "(020) 7946 0958"),
    ("phone", "07700 900123"),
    ("phone", "020 7946 0958 29"),
    ("phone", "+44 (0)20 7946 0958"),
    ("date_of_birth", "dob 3/4/2019"),
    ("date_of_birth", "D.O.B. 3 April 2019"),
    ("date_of_birth", "DOB (3/4/2015)"),
    ("date_of_birth", "DOB, 3/4/2015"),
    ("date_of_birth", "DOB 03042015"),
    ("date_of_birth", "DOB 2015/04/03"),
    ("date_of_birth", "born April 3, 2015"),
    ("date_of_birth", "d/o/b 3/4/15"),
    ("date_of_birth", "(b 3/4/15)"),
    ("date_of_birth", "DOB is '3.4.2015'"),
    ("date_of_birth", "3/4/2015 is her DOB"),
    ("date_of_birth", "born on 3rd Apr 19"),
    ("date_of_birth", "2019-04-03 (DOB)"),
]
ALLOWED = [
    "Ward staff ask whether the family is known to Ealing",
    "9434765918",  # wrong check digit: not an NHS number
    "0000000000",
    "INQ-2026-0001 and OOB-2026-0042, ICS-1001",
    "asked on 7/12/2026, 14:30, bed 12, ext. 4021",
    "twins, 3 years, ward B12 3rd floor",
    "HV and GP informed; see C:/shared/oob/2026/12",
    "Call with Ealing @ 10.30",
    "please ask @dana.okafor about it",
    "visited 07.12.2026 10:30 and 2026-12-07 14:30",
    "s47 2yr old, s17 1st visit, ward b12 3rd floor, bed W2 4hr obs",
    "rang at 10:30, 11:15 and 12:45 on 3/4/2026 and 4.5.26",
    "section 20 since 2019, 3 siblings aged 4, 7 and 11",
    "born abroad, birthday party on the ward",
    "budget 1000000000 pounds",
    "",
]


@pytest.mark.parametrize(("kind", "words"), REFUSED)
def test_an_identifier_is_found(kind: str, words: str) -> None:
    assert privacy.found_in(words) == kind


@pytest.mark.parametrize("words", ALLOWED)
def test_everyday_words_pass(words: str) -> None:
    assert privacy.found_in(words) is None


def nhs_number(nine: str) -> str:
    check = (11 - sum(int(d) * w for d, w in zip(nine, range(10, 1, -1), strict=True)) % 11) % 11
    return nine + str(check) if check < 10 else ""


@given(st.text("0123456789", min_size=9, max_size=9), st.sampled_from(["{}", "{0[0]} {0[1]}", "{0[0]}-{0[1]}"]))
def test_i21_every_valid_nhs_number_is_refused_however_it_is_spaced(nine: str, shape: str) -> None:
    number = nhs_number(nine)
    if not number or len(set(number)) == 1:
        assert not privacy.is_nhs_number(number)
        return
    shown = number if shape == "{}" else shape.format((number[:3], number[3:]))
    assert privacy.is_nhs_number(number)
    assert privacy.found_in(f"please see {shown} today") is not None


@given(st.text("0123456789", min_size=10, max_size=10))
def test_a_number_with_a_wrong_check_digit_is_no_nhs_number(digits: str) -> None:
    assert privacy.is_nhs_number(digits) == (nhs_number(digits[:9]) == digits and len(set(digits)) > 1)


def test_the_refusal_names_the_kind_and_never_what_was_typed() -> None:
    with pytest.raises(Refusal) as refused:
        privacy.guard("943 476 5919", field="note")
    assert refused.value.code == "identifier"
    assert refused.value.field == "note"
    assert "NHS number" in refused.value.sentence
    assert "943" not in refused.value.sentence
    privacy.guard(None)


@pytest.mark.parametrize(
    ("words", "warned"),
    [
        ("mother is Anna Kowalska, ward 3", True),
        ("known to Ealing", False),
        (None, False),
        ("of the Westminster Hospital and Tower Hamlets", False),
    ],
)
def test_two_capitalised_words_together_are_only_warned_about(words: str | None, warned: bool) -> None:
    assert privacy.name_like(words) is warned


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2029, 12, 31)),
    st.sampled_from(["%d.%m.%Y %H:%M", "%Y-%m-%d %H:%M", "%d/%m/%y, %H.%M"]),
)
def test_a_date_with_a_time_is_no_identifier(moment: datetime, shape: str) -> None:
    assert privacy.found_in(f"seen {moment.strftime(shape)} on the ward") is None


HOSTILE = (
    *("0" * 3000, "1 " * 1500, "a." * 1500, "b1" * 1500, "d.o.b." * 500, "(((" * 1000, "+4 4 " * 600, "@" * 3000, "dob " * 750),
    *(
        "a" + " " * 3000 + "b",
        "a" + "\n" * 3000 + "b",
        "a" * 64 + "@" + "\u33c2" * 2900,
        "\ufdfa" * 3000,
        ("a@" + "\u33c2" * 20) * 130,
    ),
    *(
        "born " + "a " * 1400,
        "1," * 1500,
        "(0" * 1500,
        "dot " * 750,
        "a at " * 600,
        "jan " * 750,
        "b " * 1500,
        "W 1 1 " * 500,
        "tel " * 750,
    ),
)


def test_no_text_makes_the_guard_slow() -> None:
    """A guard against runaway patterns, not a measurement: they would take many seconds, these take milliseconds."""
    for hostile in HOSTILE:
        begun = time.process_time()
        privacy.found_in(hostile)
        assert time.process_time() - begun < 1, hostile[:6]


def test_every_kind_of_identifier_has_words() -> None:
    assert {privacy.all_said(words) for _, words in REFUSED} >= {"an NHS number", "a UK postcode", "a date of birth"}
    several = "W5 2BY, 07700 900123 and mum@example.org"
    assert privacy.all_said(several) == "an e-mail address, a telephone number and a UK postcode"
    assert privacy.all_said("nothing of the kind") == ""
