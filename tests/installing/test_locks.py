"""The lock files against what is installed: every requirement is pinned, and nothing else is."""

import re
import tomllib
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
GROUPS = PROJECT["dependency-groups"]
ASKED = {
    "runtime": PROJECT["project"]["dependencies"],
    "build": GROUPS["build"],
    "dev": [
        *PROJECT["project"]["dependencies"],
        *(line for line in GROUPS["dev"] if isinstance(line, str)),
        *GROUPS["build"],
    ],
}


def locked(name: str) -> list[str]:
    return re.findall(r"^(\S[^\\\n]+?) \\$", (ROOT / f"requirements/{name}.txt").read_text("utf-8"), re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    """Package → version, of the lines that apply here."""
    lines = [Requirement(line) for line in locked(name)]
    applying = [line for line in lines if line.marker is None or line.marker.evaluate()]
    return {canonicalize_name(line.name): str(line.specifier).removeprefix("==") for line in applying}


def applies(needed: Requirement, extras: set[str]) -> bool:
    here = {key: str(value) for key, value in default_environment().items()}
    return needed.marker is None or any(needed.marker.evaluate(here | {"extra": extra}) for extra in extras | {""})


def wanted(asked: list[str]) -> dict[str, set[str]]:
    """Every package that is needed here, with the extras that are asked of it, from the metadata of what is installed."""
    found: dict[str, set[str]] = {}
    waiting = [Requirement(line) for line in asked]
    while waiting:
        needed = waiting.pop()
        name = canonicalize_name(needed.name)
        if not applies(needed, set()) or (name in found and needed.extras <= found[name]):
            continue
        extras = found.setdefault(name, set())
        extras |= needed.extras
        more = [Requirement(line) for line in distribution(name).requires or []]
        waiting += [Requirement(str(one).split(";")[0]) for one in more if applies(one, extras)]
    return found


@pytest.mark.parametrize("name", list(ASKED))
def test_every_requirement_with_its_extras_is_pinned_and_nothing_else_is(name: str) -> None:
    assert len(ASKED[name]) > 1
    assert set(pins(name)) == set(wanted(ASKED[name]))


@pytest.mark.parametrize("name", list(ASKED))
def test_what_is_installed_is_what_is_pinned_and_satisfies_every_requirement(name: str) -> None:
    pinned = pins(name)
    assert {package: distribution(package).version for package in pinned} == pinned
    for package, extras in wanted(ASKED[name]).items():
        for line in distribution(package).requires or []:
            needed = Requirement(line)
            if applies(needed, extras):
                assert needed.specifier.contains(pinned[canonicalize_name(needed.name)], prereleases=True), f"{package}: {line}"


@pytest.mark.parametrize("name", list(ASKED))
def test_every_pin_has_hashes_and_no_file_names_a_registry(name: str) -> None:
    text = (ROOT / f"requirements/{name}.txt").read_text("utf-8")
    assert all("==" in line for line in locked(name))
    assert len(re.findall(r"^\S", text, re.MULTILINE)) == len(locked(name)), "a line without a hash"
    assert "://" not in text
    assert "--index" not in text
