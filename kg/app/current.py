"""Whether the graph conforms now: by the live report where it can tell, else asked in full."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from kg.app.compliance import chosen_shapes
from kg.app.compliance import validate as validate_in_full
from kg.app.graph import KnowledgeGraph
from kg.app.live import bring_up
from kg.compliance.waivers import apply_waivers, read_waivers
from kg.shacl import Report, set_upcoming_apart


def validate(
    graph: KnowledgeGraph,
    *,
    as_of: datetime | None = None,
    shapes: Sequence[Path] = (),
    packs: Sequence[str] = (),
    engine: str = "compiled",
    full: bool = False,
) -> Report:
    """Validate the whole graph at an instant, now unless given.

    The shapes that are set, and packs of them, are answered from the live report, at the cost of
    what changed since it was asked last. Other shapes and packs, an instant before that of the
    report or still to come, another engine, and ``full`` are asked in full; see
    :func:`kg.app.compliance.validate`, which this agrees with and which tells what it raises.
    """
    if not (shapes or full) and engine == "compiled":
        found = from_live(graph, as_of, packs)
        if found is not None:
            return found
    return validate_in_full(graph, as_of=as_of, shapes=shapes, packs=packs, engine=engine)


def from_live(
    graph: KnowledgeGraph, as_of: datetime | None = None, packs: Sequence[str] = ()
) -> Report | None:
    """What the live report says; ``None`` where it cannot tell."""
    bring_up(graph, as_of)  # what takes long lets others write
    with graph.undisturbed():
        live = bring_up(graph, as_of)
        report = None if live is None else live.report()
    if report is None:
        return None
    if packs:
        rules = chosen_shapes(graph.data, packs).rules.keys()
        if not rules <= {rule.iri for rule in report.rules}:
            return None
        report = only(report, rules)
    return judged(graph, report)


def judged(graph: KnowledgeGraph, report: Report) -> Report | None:
    """A live report with what does not apply yet apart, and the waivers of its instant counted."""
    if report.as_of is None:
        return None
    return apply_waivers(set_upcoming_apart(report), read_waivers(graph.store), report.as_of)


def only(report: Report, rules: Collection[str]) -> Report:
    """What a report says of some rules (IRIs)."""
    return replace(
        report,
        results=tuple(r for r in report.results if r.rule is not None and r.rule.iri in rules),
        rules=tuple(rule for rule in report.rules if rule.iri in rules),
    )
