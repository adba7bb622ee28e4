import pytest

from bot.domain.shared import authorities


def test_there_are_153_english_and_22_welsh_authorities_london_first() -> None:
    codes = list(authorities.names())
    assert sum(code.startswith("E") for code in codes) == 153
    assert sum(code.startswith("W") for code in codes) == 22
    assert all(code.startswith("E09") for code in codes[:33])
    assert codes[-3:] == ["unknown", "no_fixed_abode", "outside_england"]


def test_abolished_counties_are_gone_and_their_successors_there() -> None:
    assert "E10000006" not in authorities.names()
    assert authorities.name_of("E06000063") == "Cumberland"


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("K&C", "E09000020"),
        ("kensington & chelsea", "E09000020"),
        ("Royal Borough of Greenwich", "E09000011"),
        ("eal", "E09000009"),
        ("Ham", "E09000013"),
        ("e09000033", "E09000033"),
        ("angles", "W06000001"),
        ("", "E09000002"),
    ],
)
def test_typing_finds_the_authority_first(typed: str, first: str) -> None:
    assert authorities.search(typed)[0][0] == first


def test_a_menu_never_has_more_than_a_hundred_options() -> None:
    assert len(authorities.search("")) == 100
    assert authorities.search("zzz") == []


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("is the family known to Ealing?", ["E09000009"]),
        ("City of London and Westminster", ["E09000001", "E09000033"]),
        ("asked H&F about twins", ["E09000013"]),
        ("the mother is reading; bath time on Chelsea ward", []),
        ("nothing here", []),
        ("Chelsea and Westminster Hospital asks Ealing", ["E09000009"]),
        ("Croydon University Hospital", []),
        ("Ealing, ealing, EALING", ["E09000009"]),
        ("RBKC, that is Kensington and Chelsea", ["E09000020"]),
    ],
)
def test_authorities_are_recognised_inside_a_sentence(words: str, codes: list[str]) -> None:
    assert sorted(authorities.mentioned(words)) == sorted(codes)


@pytest.mark.parametrize(
    ("typed", "code"), [("Ealing Council", "E09000009"), ("rbkc", "E09000020"), ("twins from Ealing", None), ("", None)]
)
def test_a_whole_name_in_any_spelling_is_told_from_words(typed: str, code: str | None) -> None:
    assert authorities.named(typed) == code


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert authorities.name_of("X1") == "X1"
    assert authorities.name_of(None) == "not given"
