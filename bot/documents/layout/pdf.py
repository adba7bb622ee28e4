"""Reports as PDF/UA (readable by screen readers), and charts (docs/decisions/0019-audits.md).

The layout is `report.typ`; numbers and words reach it as data, never as markup.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from bot.documents.layout.constants import printable
from bot.documents.layout.tables import Chart, Report, Table

_DOTS_PER_INCH = 200.0
FOOT = "Made by OOB, which is not the record"


def as_pdf(report: Report) -> bytes:
    """The report as a PDF. Where a character has no glyph, it is not PDF/UA, and a box stands in its place."""
    import typst  # noqa: PLC0415 - 40 MB, and needed rarely

    parts = [_part(each) for each in report.tables]
    data = {"title": printable(report.title), "period": printable(report.period), "foot": FOOT, "parts": parts}
    try:
        return _compiled(data, format="pdf", pdf_standards=["ua-1"])
    except typst.TypstError:
        return _compiled(data, format="pdf")


def as_png(chart: Chart) -> bytes:
    """A chart as a picture."""
    return _compiled({"chart": _chart(chart)}, format="png", ppi=_DOTS_PER_INCH)


def _compiled(data: dict[str, Any], **how: Any) -> bytes:  # noqa: ANN401 - the compiler's options
    import typst  # noqa: PLC0415 - as above

    made = typst.compile(_layout(), sys_inputs={"data": json.dumps(data)}, ignore_system_fonts=True, **how)
    if not isinstance(made, bytes):
        raise TypeError("one document was asked for")
    return made


@cache
def _layout() -> bytes:
    return resources.files("bot.documents.layout").joinpath("report.typ").read_bytes()


def _part(table: Table) -> dict[str, Any]:
    return {
        "title": printable(table.title),
        "prose": [printable(each) for each in table.prose],
        "columns": list(table.columns),
        "rows": [[printable(cell) for cell in row] for row in table.rows],
        "words": table.worded,
        "note": printable(table.note),
        "chart": None if table.chart is None else _chart(table.chart),
    }


def _chart(chart: Chart) -> dict[str, Any]:
    series = [{"name": each.name, "values": each.values, "shown": each.shown} for each in chart.series]
    return {"labels": chart.labels, "series": series, "alt": chart.alt}
