"""Findings as JSON values, for commands and for HTTP alike."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from kg.app.findings import Listed, Shown
from kg.compliance.as_json import refused_objects, waiver_object
from kg.compliance.findings import show
from kg.findings import Cause
from kg.iri import Names
from kg.journal import RevisionInfo


def finding_json(listed: Listed, names: Names) -> dict[str, Any]:
    """A finding of a list."""
    finding, rule = listed.finding, listed.rule
    return {
        "id": finding.id,
        "state": listed.state,
        "rule": finding.rule,
        "ruleName": rule.name if rule else None,
        "severity": finding.severity,
        "focus": show(listed.node, names),
        "focusIri": listed.node.value,
        "value": None if listed.value is None else show(listed.value, names),
        "message": finding.message,
        "owners": [names.short(owner) for owner in finding.owners],
        "age": listed.age,
        **_period(listed),
        "waiver": waiver_object(listed.waived, names) if listed.waived else None,
        "waiversNotCounting": refused_objects(listed.not_waived, names),
    }


def shown_json(shown: Shown, names: Names) -> dict[str, Any]:
    """A finding in full: what to do, the way that shows it, and each time it was open."""
    rule = shown.last.rule
    return {
        **finding_json(shown.last, names),
        "title": rule.title if rule else None,
        "remedy": (rule.remedy or None) if rule else None,
        "path": shown.path or None,
        "evidence": [asdict(step) for step in shown.evidence],
        "history": [_period(listed) for listed in shown.periods],
    }


def _period(listed: Listed) -> dict[str, Any]:
    finding = listed.finding
    opened = _turn(finding.opened_at, finding.opened_by, finding.opened_revision, listed.opened)
    if finding.closed_at is None:
        return {"opened": opened, "closed": None}
    closed = _turn(finding.closed_at, finding.closed_by, finding.closed_revision, listed.closed)
    return {"opened": opened, "closed": closed}


def _turn(
    at: str, by: Cause | None, revision: int | None, info: RevisionInfo | None
) -> dict[str, Any]:
    """When and by what a finding was opened or closed, and where by a change, by whose."""
    said = info if by is Cause.CHANGE else None
    return {
        "at": at,
        "by": by.value if by else None,
        "revision": revision,
        "agent": said.agent if said else None,
        "message": said.message if said else None,
    }
