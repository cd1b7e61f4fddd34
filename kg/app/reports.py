"""Reports of the whole graph or of a part of it, with what its readers steer by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import product
from pathlib import Path
from typing import Final

from kg.app.compliance import asked_shapes, chosen_packs, structure_rules
from kg.app.current import judged, only, validate
from kg.app.graph import KnowledgeGraph
from kg.app.live import ready_report
from kg.compliance.context import ContextReader
from kg.compliance.evidence import EvidenceReader
from kg.compliance.overview import Overview, plain
from kg.compliance.overview import overview as place
from kg.compliance.selection import Selection
from kg.compliance.trend import Day, trend, waived_steps
from kg.compliance.waivers import holding, read_waivers
from kg.errors import NotFound, NotReady
from kg.findings import Ledger
from kg.findings.standing import time_text
from kg.shacl import Report, Rule, Shapes, packs_by_rule
from kg.shacl.packs import rules_of

MOST_WAYS: Final = 200
"""Results whose ways are looked up where findings are listed to be looked through."""


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
    names = () if shapes else chosen_packs(graph.data, packs)
    placed = _placed(graph, found, asked, selection or Selection(), names)
    if selection in (None, Selection()) and not (shapes or packs):
        placed = replace(placed, trend=_trend(graph, found))
    return placed


def present_report(
    graph: KnowledgeGraph, selection: Selection, packs: Sequence[str] = ()
) -> Overview:
    """What is found now, placed and summed up, by the live report alone.

    For those who read while others write: writers wait while the findings are read, and no longer.
    Raises :class:`NotFound` for a pack that is not known or not asked, and what
    :func:`kg.app.live.ready_report` does.
    """
    with graph.committer.exclusive():
        live = ready_report(graph)
        found, shapes = judged(graph, live.report()), live.shapes
    if found is None:
        raise NotReady("there is no report yet", hint="ask again in some seconds")
    if packs:
        structure = structure_rules()
        asked = rules_of(shapes.packs, packs, shapes.rules.keys() - structure)
        _require_asked(graph, packs)
        found = only(found, asked | structure)
    placed = _placed(graph, found, shapes, selection, chosen_packs(graph.data, packs))
    if selection == Selection() and not packs:
        return replace(placed, trend=_trend(graph, found))
    return placed


def _require_asked(graph: KnowledgeGraph, packs: Sequence[str]) -> None:
    """Refuse to answer by packs whose rules nobody asked, as if nothing had been found."""
    configured = chosen_packs(graph.data)
    for name in packs:
        if configured and name not in configured:
            raise NotFound(f"the pack {name!r} is not asked", suggestions=configured)


def _placed(
    graph: KnowledgeGraph,
    found: Report,
    asked: Shapes,
    selection: Selection,
    packs: Sequence[str],
) -> Overview:
    placed = place(
        found,
        ContextReader(graph.store),
        EvidenceReader(graph.store, graph.lineage, graph.names),
        graph.names,
        selection,
        packs_by_rule(asked.packs, asked.rules.keys() - structure_rules()),
    )
    if packs:
        placed = replace(placed, narrowed={**placed.narrowed, "packs": ", ".join(packs)})
    if graph.revision != found.revision:
        reason = f"the graph went on to revision {graph.revision} while it was judged"
        return replace(placed, reasons=(*placed.reasons, reason))
    return placed


def with_ways(graph: KnowledgeGraph, report: Report) -> Overview:
    """A report as it is, with the ways of its first :data:`MOST_WAYS` results, the worst."""
    reader = EvidenceReader(graph.store, graph.lineage, graph.names)
    told = plain(report, graph.names)
    first = (replace(e, evidence=reader.path(e.result)) for e in told.entries[:MOST_WAYS])
    return replace(told, entries=(*first, *told.entries[MOST_WAYS:]))


def _trend(graph: KnowledgeGraph, report: Report) -> tuple[Day, ...]:
    """How many findings of the rules that apply were open, as far as a report was kept."""
    made = graph.findings.made
    if made is None or report.as_of is None:
        return ()
    applying = {rule.iri: rule for rule in report.rules if rule.applies_at(report.as_of)}
    steps = [*made.ledger.steps(applying), *_waived(graph, made.ledger, applying)]
    return trend(steps, report.as_of.date().isoformat())


def _waived(
    graph: KnowledgeGraph, ledger: Ledger, rules: Mapping[str, Rule]
) -> Iterator[tuple[str, str, int]]:
    """What waivers change in the numbers of open findings, by what is said of them now."""
    held: defaultdict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for waiver in read_waivers(graph.store):
        for rule, target in product(waiver.rules, waiver.targets):
            span = holding(waiver, rules.get(rule.value))
            if span is not None:
                held[rule.value, str(target)].append((time_text(span[0]), time_text(span[1])))
    for finding in ledger.spans({target for _, target in held}):
        spans = held.get((finding.rule, finding.node), ())
        yield from waived_steps(finding.severity, finding.opened_at, finding.closed_at, spans)


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
