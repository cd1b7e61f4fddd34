"""A verdict as people read it, from its plain values alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from kg.compliance.evidence import way_text
from kg.compliance.findings import printable, tally

Document = Mapping[str, Any]


def to_text(verdict: Document) -> str:
    """The verdict, why, whom to tell, and what does not decide."""
    lines = [
        _head(verdict),
        *_findings(verdict),
        *_others(verdict),
        *_end(verdict),
    ]
    return "".join(f"{printable(line)}\n" for line in lines)


def _head(verdict: Document) -> str:
    answer = "allowed" if verdict["allowed"] else "refused"
    about = verdict["asset"] or "the change"
    return (
        f"{answer}: {about} for {verdict['purpose']}, "
        f"revision {verdict['revision']}, as of {verdict['asOf']}"
    )


def _findings(verdict: Document) -> Iterator[str]:
    remedies: dict[str, str] = {}
    for found in sorted(verdict["findings"], key=lambda found: not found["refuses"]):
        word = "waived" if found["waiver"] else found["severity"].lower()
        yield f"  {word:9} {found['rule'] or 'shape'} {found['focus']}"
        yield f"            {found['message']}"
        yield from (f"            {line}" for line in _details(found))
        if found["refuses"] and found["remedy"]:
            remedies[found["rule"] or ""] = found["remedy"]
    yield from (f"  what to do, {rule}: {remedy}" for rule, remedy in sorted(remedies.items()))
    if verdict["tell"]:
        yield f"  to tell: {', '.join(verdict['tell'])}"


def _details(found: Document) -> Iterator[str]:
    if found["evidence"]:
        way = way_text((step["node"], step.get("mark", "")) for step in found["evidence"])
        yield f"by way of: {way}"
    if found["owners"]:
        yield f"owner: {', '.join(found['owners'])}"
    waiver = found["waiver"]
    if waiver:
        approved = ", ".join(waiver["approvedBy"])
        yield f"waived by {waiver['id']} until {waiver['until']}, approved by {approved}"
    yield from (f"{w['id']} does not count: {w['reason']}" for w in found["waiversNotCounting"])


def _others(verdict: Document) -> Iterator[str]:
    yield from _summary("closes", verdict["closed"])
    yield from _summary("as before", verdict["standing"])
    upcoming = verdict["upcoming"]
    if upcoming:
        days = sorted({f"{f['rule']} from {f['effectiveFrom']}" for f in upcoming})
        yield f"  upcoming: {len(upcoming)} by rules that do not apply yet: {', '.join(days)}"


def _summary(title: str, findings: Sequence[Document]) -> Iterator[str]:
    if findings:
        rules = ", ".join(sorted({found["rule"] or "shape" for found in findings}))
        yield f"  {title}: {tally(_levels(findings))} ({rules})"


def _levels(findings: Iterable[Document]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for found in findings:
        counts[found["severity"]] = counts.get(found["severity"], 0) + 1
    return counts


def _end(verdict: Document) -> Iterator[str]:
    if verdict["supposed"]:
        yield f"  statements supposed, told by --format json: {len(verdict['supposed'])}"
    nodes = sum(rule["nodes"] for rule in verdict["rules"])
    found = tally(dict(verdict["counts"]), verdict["waived"])
    yield from (f"  not complete: {reason}" for reason in verdict["reasons"])
    yield f"rules asked: {len(verdict['rules'])}, of nodes: {nodes}; {found}"
    yield str(verdict["digest"])
