"""A report for programs: JSON with one object a result, described by ``report.schema.json``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from kg.compliance.findings import instant_text, show
from kg.compliance.overview import Entry, Overview, Summary, frameworks
from kg.iri import Names
from kg.namespaces import SH
from kg.shacl import NotWaived, Waived
from kg.shacl.report import severity_name
from kg.terms import NamedNode

SCHEMA: Final = Path(__file__).with_name("report.schema.json")
"""The JSON Schema (2020-12) that every report satisfies."""


def to_json(overview: Overview, names: Names) -> str:
    """The report as a JSON document."""
    return json.dumps(as_object(overview, names), ensure_ascii=False, indent=2) + "\n"


def as_object(overview: Overview, names: Names) -> dict[str, Any]:
    """The report as plain values."""
    report = overview.report
    return {
        "conforms": report.conforms,
        "revision": report.revision,
        "asOf": instant_text(report.as_of),
        "complete": overview.complete,
        "reasons": list(overview.reasons),
        "narrowedTo": dict(overview.narrowed),
        "counts": report.counts,
        "waived": report.waived,
        "rules": len(report.rules),
        "summaries": [_summary(summary) for summary in overview.summaries],
        "trend": [
            {"day": day.day, "counts": dict(day.counts), "waived": day.waived}
            for day in overview.trend
        ],
        "results": [result_object(entry, names) for entry in overview.entries],
        "upcoming": [result_object(entry, names) for entry in overview.upcoming],
    }


def _summary(summary: Summary) -> dict[str, Any]:
    rows = [
        {"name": row.name, "counts": dict(row.counts), "waived": row.waived} for row in summary.rows
    ]
    return {"by": summary.title, "rows": rows}


def result_object(entry: Entry, names: Names) -> dict[str, Any]:
    """One finding as plain values."""
    result, words = entry.result, entry.finding
    return {
        "focus": words.focus,
        "focusIri": words.focus_iri,
        "rule": result.rule.name if result.rule else None,
        "severity": words.level,
        "message": words.message,
        "path": words.path or None,
        "value": words.value if result.value is not None else None,
        "shape": result.shape.value if isinstance(result.shape, NamedNode) else None,
        "component": result.component.value.removeprefix(SH.iri),
        "remedy": result.remedy or None,
        "owners": list(words.owners),
        "domains": list(entry.domains),
        "riskLevels": list(entry.risk_levels),
        "effectiveFrom": result.rule.effective_from if result.rule else None,
        "packs": list(entry.packs),
        "frameworks": list(frameworks(result.rule)),
        "evidence": [dict(vars(step)) for step in entry.evidence],
        "waiver": waiver_object(result.waived, names) if result.waived else None,
        "waiversNotCounting": refused_objects(result.not_waived, names),
    }


def refused_objects(refused: Iterable[NotWaived], names: Names) -> list[dict[str, str]]:
    """Waivers that do not count, as plain values."""
    return [{"id": show(r.waiver, names), "reason": r.reason} for r in refused]


def waiver_object(waived: Waived, names: Names) -> dict[str, Any]:
    """The waiver that holds, as plain values."""
    waiver = waived.waiver
    return {
        "id": show(waiver.iri, names),
        "requestedBy": sorted(show(agent, names) for agent in waiver.requesters),
        "approvedBy": sorted(show(agent, names) for agent in waiver.approvers),
        "until": min(waiver.ends),
        "reason": " ".join(sorted(waiver.reasons)),
        "severity": severity_name(waived.severity),
    }
