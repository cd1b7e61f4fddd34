"""A report for code scanners: SARIF 2.1.0 (OASIS), where a thing is a logical location.

A result of a rule that does not apply yet is told as ``informational``, which fails nothing.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

from kg import __version__
from kg.compliance.findings import instant_text, printable, rule_title
from kg.compliance.overview import Entry, Overview
from kg.iri import Names
from kg.shacl import Rule
from kg.terms import NamedNode

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: Final = {"Violation": "error", "Warning": "warning", "Info": "note"}


def to_sarif(overview: Overview, _names: Names) -> str:
    """The report as a SARIF log of one run."""
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(overview)]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _run(overview: Overview) -> dict[str, Any]:
    report = overview.report
    entries = (*overview.entries, *overview.upcoming)
    found = (entry.rule for entry in entries)
    rules = list(dict.fromkeys(rule for rule in (*report.rules, *found) if rule is not None))
    places = {rule: place for place, rule in enumerate(rules)}
    return {
        "tool": {
            "driver": {
                "name": "kg",
                "fullName": "Model Lifecycle Graph",
                "semanticVersion": __version__,
                "rules": [_rule(rule) for rule in rules],
            }
        },
        "invocations": [{"executionSuccessful": True}],
        "columnKind": "unicodeCodePoints",
        "results": [_result(entry, places) for entry in entries],
        "properties": {
            "revision": report.revision,
            "asOf": instant_text(report.as_of),
            "complete": overview.complete,
            "narrowedTo": dict(overview.narrowed),
        },
    }


def _rule(rule: Rule) -> dict[str, Any]:
    about: dict[str, Any] = {
        "id": rule.name,
        "name": rule.title,
        "shortDescription": {"text": rule_title(rule)},
        "defaultConfiguration": {"level": _LEVELS.get(rule.severity, "error")},
        "properties": {"iri": rule.iri, "sources": [source.title for source in rule.sources]},
    }
    if rule.definition:
        about["fullDescription"] = {"text": rule.definition}
    if rule.remedy:
        about["help"] = {"text": rule.remedy}
    return about


def _result(entry: Entry, places: dict[Rule, int]) -> dict[str, Any]:
    words, rule = entry.finding, entry.rule
    result: dict[str, Any] = {
        "level": _LEVELS.get(words.level, "warning"),
        "message": {"text": words.message or words.focus},
        "locations": [_location(words.focus, words.focus_iri)],
        "partialFingerprints": {"finding/v1": fingerprint(entry)},
        "properties": {
            "owners": list(words.owners),
            "domains": list(entry.domains),
            "riskLevels": list(entry.risk_levels),
            "packs": list(entry.packs),
            "waiversNotCounting": list(words.not_waived),
        },
    }
    if rule is not None:
        result |= {"ruleId": rule.name, "ruleIndex": places[rule]}
    if entry.upcoming:
        result |= {"kind": "informational", "level": "none"}
        result["properties"]["effectiveFrom"] = entry.upcoming_from
    if words.waived:
        held = {"kind": "external", "status": "accepted", "justification": words.waived}
        result["suppressions"] = [held]
    if entry.evidence:
        result["codeFlows"] = [_flow(entry)]
    return result


def _flow(entry: Entry) -> dict[str, Any]:
    """The way of the evidence, as SARIF tells how a program comes to a place."""
    locations = []
    for step in entry.evidence:
        location = _location(step.node, step.iri)
        says = f"says {step.source}" if step.source else ""
        said = ", ".join(word for word in (step.relation, says, step.mark) if word)
        location["message"] = {"text": said or "where it begins"}
        locations.append({"location": location})
    return {"threadFlows": [{"locations": locations}]}


def _location(name: str, iri: str) -> dict[str, Any]:
    return {
        "logicalLocations": [
            {"name": name, "fullyQualifiedName": printable(iri), "kind": "resource"}
        ]
    }


def fingerprint(entry: Entry) -> str:
    """What stays the same of a finding from report to report, as SHA-256.

    Rule, constraint, focus node, path and value; an unnamed constraint is known by its message.
    """
    result = entry.result
    named = isinstance(result.constraint, NamedNode)
    parts = (
        result.rule.iri if result.rule else result.shape.value,
        result.component.value,
        str(result.constraint) if named else result.message,
        *map(str, (result.focus, result.path_text, result.value)),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
