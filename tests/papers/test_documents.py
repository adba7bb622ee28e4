"""Reports as documents: what a screen reader gets, and that words and numbers are shown as they are."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

import pytest

from bot.documents.layout import docx, pdf, tables
from bot.documents.layout.tables import Chart, Report, Series, Table, bars

CHART = Chart(("Health", "Police"), (Series("This month", (22, None), ("22", "<5")), Series("Last year", (0, 8), ("0", "8"))))
TABLE = Table("Who referred", ("What", "Referrals"), (("Health", "22"), ("Police", "<5")), "Groups.", chart=CHART)
MARKUP = '#eval("1+1") *bold* _x_ $y$ @ref <label> `raw` \\ // /* = no heading'


def a_report(*more: Table, title: str = "Referrals") -> Report:
    return Report(title, "From Tue 1 Dec 2026 to Thu 31 Dec 2026", (TABLE, *more))


def streams(made: bytes) -> str:
    """Everything in a PDF that can be read without its fonts."""
    found = [made.decode("latin-1")]
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made, re.DOTALL):
        try:
            found.append(zlib.decompress(packed).decode("latin-1"))
        except zlib.error:
            continue
    return "\n".join(found)


def test_a_pdf_is_tagged_for_screen_readers_with_its_language_and_what_charts_say() -> None:
    made = streams(pdf.as_pdf(a_report()))
    assert "pdfuaid" in made
    assert "en-GB" in made
    for tag in ("/Table", "/TH", "/H1", "/Figure"):
        assert tag in made
    alt = "Bar chart. Health: this month 22, last year 0; Police: this month <5, last year 8."
    assert CHART.alt == alt
    assert alt in made or alt.replace("(", "\\(") in made


@pytest.mark.parametrize("words", [MARKUP, "\u6f22 \U0001f600 \u2713", "x" * 5000, "\x00\x0b tab\t", ""])
def test_words_are_shown_as_they_were_typed_and_no_report_fails_for_them(words: str) -> None:
    typed = Table(words or "Findings", prose=(words, words), note=words)
    inside = Table("Cells", ("What", words), ((words, words),), worded=True)
    report = a_report(typed, inside, title=words or "Referrals")
    assert pdf.as_pdf(report).startswith(b"%PDF-")
    document = zipfile.ZipFile(io.BytesIO(docx.as_docx(report))).read("word/document.xml").decode()
    if words == MARKUP:
        assert "#eval(" in document


def test_a_word_document_has_headings_of_tables_and_pictures_that_say_what_they_show() -> None:
    document = zipfile.ZipFile(io.BytesIO(docx.as_docx(a_report())))
    whole = document.read("word/document.xml").decode()
    assert "w:tblHeader" in whole
    assert 'descr="Bar chart. Health: this month 22' in whole
    assert any(name.endswith(".png") for name in document.namelist())
    assert pdf.FOOT in document.read("word/footer1.xml").decode()


def test_a_chart_of_nothing_and_one_of_withheld_numbers_can_be_drawn() -> None:
    nothing, hidden = bars((), referrals=()), Chart(("a",), (Series("s", (None,), ("<5",)),))
    for chart in (nothing, hidden, bars(("a", "b"), this_month=(0, 0))):
        assert pdf.as_png(chart).startswith(b"\x89PNG")
    assert bars(("a",), this_month=(1234,)).alt == "Bar chart. a: this month 1,234."


def test_names_of_staff_stand_where_they_are_known_and_are_not_kept() -> None:
    staff = Table("Open cases", ("Who", "Cases"), (("U0DANA", "3"), ("U0ELI", "1")), of_staff=True)
    report = Report("Open cases", "Now", (TABLE, staff))
    assert report.people == ("U0DANA", "U0ELI")
    named = report.named({"U0DANA": "Dana"})
    assert [row[0] for row in named.tables[1].rows] == ["Dana", "U0ELI"]
    assert named.tables[0] is TABLE
    assert "| Dana | 3 |" in tables.as_markdown(named)
