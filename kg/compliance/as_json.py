"""A report for programs: JSON with one object a result."""

from __future__ import annotations

import json
from typing import Any

from kg.compliance.findings import finding
from kg.iri import Names
from kg.namespaces import SH
from kg.shacl import Report, Result


def to_json(report: Report, names: Names) -> str:
    """The report as a JSON document."""
    return json.dumps(as_object(report, names), ensure_ascii=False, indent=2) + "\n"


def as_object(report: Report, names: Names) -> dict[str, Any]:
    """The report as plain values: conforms, revision, asOf, counts, results, upcoming."""
    as_of = report.as_of
    return {
        "conforms": report.conforms,
        "revision": report.revision,
        "asOf": as_of.isoformat().replace("+00:00", "Z") if as_of else None,
        "counts": report.counts,
        "results": [_result(result, names) for result in report.results],
        "upcoming": [
            {**_result(result, names), "effectiveFrom": result.rule and result.rule.effective_from}
            for result in report.upcoming
        ],
    }


def _result(result: Result, names: Names) -> dict[str, Any]:
    words = finding(result, names)
    return {
        "focus": words.focus,
        "focusIri": words.focus_iri,
        "rule": result.rule.name if result.rule else None,
        "severity": words.level,
        "message": words.message,
        "path": words.path or None,
        "value": words.value if result.value is not None else None,
        "shape": result.shape.value,
        "component": result.component.value.removeprefix(SH.iri),
        "remedy": result.remedy or None,
        "owners": list(words.owners),
    }
