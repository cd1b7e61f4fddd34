"""A report for spreadsheets: CSV (RFC 4180), one line a result, upcoming ones last."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Final

from kg.compliance.evidence import way_text
from kg.compliance.findings import printable
from kg.compliance.overview import Entry, Overview, frameworks
from kg.iri import Names

_COLUMNS: Final = (
    *("severity", "rule", "title", "focus", "focusIri", "message", "path", "value"),
    *("owners", "domains", "riskLevels", "packs", "frameworks", "remedy"),
    *("waived", "notWaived", "upcomingFrom", "evidence"),
)
_FORMULA: Final = ("=", "+", "-", "@")


def to_csv(overview: Overview, _names: Names) -> str:
    """The results under a line of column names; lists are separated by ``; ``.

    A cell that a spreadsheet would take for a formula begins with an apostrophe.
    """
    output = StringIO()
    writer = csv.writer(output)
    writer.writerow(_COLUMNS)
    entries = (*overview.entries, *overview.upcoming)
    writer.writerows([_safe(cell) for cell in _row(entry)] for entry in entries)
    return output.getvalue()


def _row(entry: Entry) -> Iterator[str]:
    words, rule = entry.finding, entry.rule
    yield from (words.level, rule.name if rule else "", rule.title if rule else "")
    yield from (words.focus, words.focus_iri, words.message, words.path, words.value)
    for values in (words.owners, entry.domains, entry.risk_levels, entry.packs, frameworks(rule)):
        yield _joined(values)
    yield from (entry.result.remedy, words.waived, _joined(words.not_waived))
    yield entry.upcoming_from
    yield way_text((step.node, step.mark) for step in entry.evidence)


def _joined(values: Iterable[str]) -> str:
    return "; ".join(values)


def _safe(cell: str) -> str:
    text = printable(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text
