"""Reports of the whole graph or of a part of it, with what its readers steer by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from kg.app.compliance import asked_shapes, chosen_packs, structure_rules
from kg.app.current import validate
from kg.app.graph import KnowledgeGraph
from kg.compliance.context import ContextReader
from kg.compliance.evidence import EvidenceReader
from kg.compliance.overview import Overview
from kg.compliance.overview import overview as place
from kg.compliance.selection import Selection
from kg.compliance.trend import Day, trend
from kg.shacl import Report, packs_by_rule


def report(
    graph: KnowledgeGraph,
    selection: Selection | None = None,
    *,
    as_of: datetime | None = None,
    shapes: Sequence[Path] = (),
    packs: Sequence[str] = (),
) -> Overview:
    """What was found at an instant, now unless given, placed and summed up.

    Everything is validated and then narrowed; shapes and packs are chosen as
    :func:`kg.app.current.validate` does. Where a commit came in between, the report says that
    it is not complete.
    """
    asked = asked_shapes(graph.data, shapes, packs)
    found = validate(graph, as_of=as_of, shapes=shapes, packs=packs)
    placed = place(
        found,
        ContextReader(graph.store),
        EvidenceReader(graph.store, graph.lineage, graph.names),
        graph.names,
        selection or Selection(),
        packs_by_rule(asked.packs, asked.rules.keys() - structure_rules()),
    )
    names = () if shapes else chosen_packs(graph.data, packs)
    if selection in (None, Selection()) and not (shapes or packs):
        placed = replace(placed, trend=_trend(graph, found))
    if names:
        placed = replace(placed, narrowed={**placed.narrowed, "packs": ", ".join(names)})
    if graph.revision != found.revision:
        reason = f"the graph went on to revision {graph.revision} while it was judged"
        return replace(placed, reasons=(*placed.reasons, reason))
    return placed


def _trend(graph: KnowledgeGraph, report: Report) -> tuple[Day, ...]:
    """How many findings of the rules that apply were open, as far as a report was kept."""
    made = graph.findings.made
    if made is None or report.as_of is None:
        return ()
    applying = [rule.iri for rule in report.rules if rule.applies_at(report.as_of)]
    return trend(made.ledger.steps(applying), report.as_of.date().isoformat())


def read_selection(
    graph: KnowledgeGraph,
    *,
    asset: str | None = None,
    team: str | None = None,
    domain: str | None = None,
    source: str | None = None,
) -> Selection:
    """A selection from what a person types; a domain may be given by its last word.

    Raises :class:`kg.errors.NotFound` for a thing that is not known.
    """
    named = domain if domain is None or ":" in domain else f"domain:org/{domain}"
    asset_, team_, domain_ = (
        None if text is None else graph.resolve(text) for text in (asset, team, named)
    )
    return Selection(asset_, team_, domain_, source)
