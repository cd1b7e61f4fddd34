"""What a planned change does to record graphs, and from there to the quads of a store."""

from __future__ import annotations

from collections.abc import Iterable

from kg.commit.plan import Plan
from kg.commit.views import GraphChange, Statements
from kg.journal import to_quads
from kg.ontology import Ontology
from kg.store import StorePatch
from kg.terms import Literal, Quad


def graph_changes(planned: Plan, ontology: Ontology) -> list[GraphChange]:
    """What a plan does to each record graph, entailments by an ontology with it."""
    changes = []
    for entry in planned.entries:
        record = entry.record
        found = planned.before.get(record.graph.value)
        before = Statements(found.triples if found else (), record.graph, ontology)
        after = Statements(record.triples, record.graph, ontology)
        changes.append(GraphChange(record.source, record.subject, entry.patch, before, after))
    return changes


def store_patch(changes: Iterable[GraphChange], revision: int) -> StorePatch:
    """The quads that changes add to and remove from a store; linear in the records changed."""
    patch = StorePatch(revision)
    for change in changes:
        _diff(patch, change)
    return patch


def _diff(patch: StorePatch, change: GraphChange) -> None:
    before, after, graph = change.before, change.after, change.graph
    if not before.triples:
        patch.added += [*after.asserted, *after.entailed]
        return
    removed = to_quads(change.patch.removed, graph)
    patch.removed += [*removed, *(before.entailed - after.entailed)]
    patch.added += to_quads(change.patch.added, graph)
    patch.added += [*_at_risk(removed, after.asserted), *(after.entailed - before.entailed)]


def _at_risk(removed: list[Quad], kept: list[Quad]) -> list[Quad]:
    """What stays but may be lost with what goes: the store sees ``"01"`` and ``"1"`` as one."""
    typed = {(q.subject, q.predicate) for q in removed if isinstance(q.object, Literal)}
    return [q for q in kept if isinstance(q.object, Literal) and (q.subject, q.predicate) in typed]
