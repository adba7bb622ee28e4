"""Every citation in the code leads to a page and a heading that exist, and every private code is explained on a page."""

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CITATION = re.compile(r"docs/(?P<page>[\w/-]+?)(?:\.md)\b(?:(?: §(?P<section>\d+(?:\.\d+)*))|(?:, (?P<rest>[^\n]{0,40})))?")
BY_HEADING = {"trust"}
"""Pages whose headings have no numbers: a citation of them names a heading."""
CODE = re.compile(r"(?<![\w/-])([AGRI]\d{1,2})(?![\w.\-]|/\d)")
SOURCES = [
    ROOT / name
    for name in subprocess.check_output(
        ["git", "ls-files", "-co", "--exclude-standard", "*.py"], cwd=ROOT, text=True
    ).splitlines()
    if (ROOT / name).exists() and not name.startswith("storage/migrations/versions/")
]


@cache
def headings(page: str) -> tuple[str, ...]:
    text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    return tuple(re.findall(r"^#+ (.+)$", text, re.MULTILINE))


def citations() -> list[tuple[str, re.Match[str]]]:
    found = []
    for path in SOURCES:
        text = re.sub(r"\s+", " ", path.read_text(encoding="utf-8"))
        found += [(path.relative_to(ROOT).as_posix(), cited) for cited in CITATION.finditer(text)]
    return found


CITATIONS = citations()


def test_there_are_citations_to_follow() -> None:
    assert len(CITATIONS) > 150


@pytest.mark.parametrize(("where", "cited"), CITATIONS, ids=[f"{where}: {cited[0][:50]}" for where, cited in CITATIONS])
def test_a_citation_leads_to_a_page_and_a_heading(where: str, cited: re.Match[str]) -> None:
    page = cited["page"]
    assert (ROOT / "docs" / f"{page}.md").exists(), where
    if cited["section"]:
        assert any(re.match(rf"{re.escape(cited['section'])}(?![\d.])", heading) for heading in headings(page)), where
    elif page in BY_HEADING:
        assert cited["rest"], f"{where}: name a heading of that page"
        assert any(cited["rest"].startswith(heading) for heading in headings(page)), where


def test_every_private_code_is_explained_on_a_page() -> None:
    """A1 and G4 of the papers, R2 of the rules, I6 of the invariants; fault codes and figures, of the page on trust."""
    explained = "".join((ROOT / "docs" / page).read_text(encoding="utf-8") for page in ("domain.md", "trust.md"))
    used = {
        code
        for path in SOURCES
        if path.relative_to(ROOT).parts[0] in ("bot", "handlers", "storage")
        for code in CODE.findall(path.read_text(encoding="utf-8"))
    }
    assert len(used) > 40
    assert sorted(code for code in used if not re.search(rf"(?<!\w){code}(?!\d)", explained)) == []


def test_no_page_is_cited_that_is_not_in_the_repository() -> None:
    """A page outside `docs/` and the pages at the top cannot be followed by anybody who has only the repository."""
    top = {path.name for path in ROOT.glob("*.md")}
    for path in SOURCES:
        for name in re.findall(r"(?<![\w/.-])([a-z][a-z-]*\.md)\b", path.read_text(encoding="utf-8")):
            assert name in top or (ROOT / "docs" / name).exists() or (ROOT / "docs" / "guide" / name).exists(), f"{path}: {name}"
