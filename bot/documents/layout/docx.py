"""Reports as .docx documents, with the same tables and pictures as the PDF."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from bot.documents.layout import pdf
from bot.documents.layout.constants import printable, saved
from bot.documents.layout.tables import Report, Table

_WIDTH_CM = 15.8
_LONGEST_TITLE = 255
"""Characters that a document's own title may have (ECMA-376, core properties)."""


def as_docx(report: Report) -> bytes:
    """The report as a document."""
    from docx import Document  # noqa: PLC0415 - slow to import, and needed rarely

    document = Document()
    document.core_properties.title = printable(report.title)[:_LONGEST_TITLE]
    document.core_properties.author = "OOB"
    document.core_properties.language = "en-GB"
    document.add_heading(printable(report.title), level=0)
    document.add_paragraph(printable(report.period))
    for table in report.tables:
        _part(document, table)
    _page(document.sections[0])
    return saved(document)


def _page(section: Any) -> None:  # noqa: ANN401 - as below
    """A4, with who made it and the page's number at its foot."""
    from docx.oxml import OxmlElement  # noqa: PLC0415 - as above
    from docx.oxml.ns import qn  # noqa: PLC0415 - as above
    from docx.shared import Cm  # noqa: PLC0415 - as above

    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    foot = section.footer.paragraphs[0]
    foot.text = f"{pdf.FOOT} · page "
    number = OxmlElement("w:fldSimple")
    number.set(qn("w:instr"), "PAGE")
    foot._p.append(number)  # noqa: SLF001 - python-docx has no fields


def _part(document: Any, table: Table) -> None:  # noqa: ANN401 - python-docx's factory hides the class
    document.add_heading(printable(table.title), level=1)
    for paragraph in table.prose:
        document.add_paragraph(printable(paragraph))
    if table.columns:
        grid(document, table.columns, table.rows)
    if table.chart is not None:
        _picture(document, table)
    if table.note:
        document.add_paragraph().add_run(printable(table.note)).italic = True


def grid(document: Any, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:  # noqa: ANN401 - as above
    """A table whose first row is its heading, also for a screen reader and on the next page."""
    from docx.oxml import OxmlElement  # noqa: PLC0415 - as above

    made = document.add_table(rows=len(rows) + 1, cols=len(columns), style="Light Grid Accent 1")
    made.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - python-docx has no other way
    for row, cells in zip(made.rows, (columns, *rows), strict=True):
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - as above
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = printable(words)


def _picture(document: Any, table: Table) -> None:  # noqa: ANN401 - as above
    from docx.shared import Cm  # noqa: PLC0415 - as above

    if table.chart is None:
        return
    picture = document.add_picture(io.BytesIO(pdf.as_png(table.chart)), width=Cm(_WIDTH_CM))
    about = picture._inline.docPr  # noqa: SLF001 - python-docx has no other way to describe a picture
    about.set("title", printable(table.title))
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    document.add_paragraph(printable(f"Chart: {table.title}"), style="Caption")
    about.set("descr", printable(table.chart.alt))
