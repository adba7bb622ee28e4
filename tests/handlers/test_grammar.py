import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.core import command_parser, commands
from handlers.core.command_parser import Command, Unknown


@pytest.mark.parametrize(
    ("line", "verb", "words"),
    [
        ("", "mine", ""),
        ("   ", "mine", ""),
        ("inquiry", "inquiry", ""),
        ("enquiry ward asks", "inquiry", "ward asks"),
        ("INQUIRY: ward asks", "inquiry", "ward asks"),
        ("“inquiry” ward asks “now”", "inquiry", "ward asks “now”"),
        ("'inquiries' Ealing", "inquiries", "Ealing"),
        ("inquiry\nfirst line\nsecond", "inquiry", "first line\nsecond"),
        ("find  twins", "inquiries", "twins"),
        ("roles <@U1> viewer", "admin", "roles <@U1> viewer"),
        ("admin roles", "admin", "roles"),
        ("in\x00quiry x", "inquiry", "x"),
        ("inquiry\ta tab", "inquiry", "a tab"),
        ("inquiry\u00a0a hard space", "inquiry", "a hard space"),
    ],
)
def test_a_line_is_understood(line: str, verb: str, words: str) -> None:
    assert command_parser.parse(line) == Command(command_parser.verb(verb), words)


@pytest.mark.parametrize(
    ("line", "nearest", "words"),
    [
        ("enqury twins", "inquiry", "twins"),
        ("hepl", "help", ""),
        ("undoo", "undo", ""),
        ("xyzzy a b", None, "a b"),
        ("“” x", None, "x"),
    ],
)
def test_a_wrong_word_gets_the_nearest_right_one_and_keeps_what_was_typed(line: str, nearest: str | None, words: str) -> None:
    parsed = command_parser.parse(line)
    assert isinstance(parsed, Unknown)
    assert (parsed.nearest.name if parsed.nearest else None) == nearest
    assert parsed.words == words


@given(st.text(st.characters(), max_size=300))
def test_b10_any_line_at_all_is_understood_or_not_but_never_an_error(line: str) -> None:
    assert isinstance(command_parser.parse(line), Command | Unknown)


def test_no_word_means_two_things() -> None:
    words = [word for verb in commands.VERBS for word in (verb.name, *verb.aliases)]
    assert len(words) == len(set(words))


@pytest.mark.parametrize(("words", "name"), [("inquiry", "inquiry"), (" Enquiry? ", "inquiry"), ("nonsense", None)])
def test_help_is_found_under_every_name(words: str, name: str | None) -> None:
    found = command_parser.topic(words)
    assert (found.name if found else None) == name
