"""Reading facts from the derived graph of a store as any user of SPARQL would."""

from __future__ import annotations

from dataclasses import dataclass

from kg.namespaces import MLG
from kg.store import DERIVED_GRAPH, EmbeddedStore
from kg.terms import NamedNode, Quad, Triple


@dataclass(frozen=True)
class Evidence:
    """One ``mlg:Carriage``: of what, and what it says."""

    thing: NamedNode
    label: NamedNode
    origin: NamedNode
    kind: str
    cost: tuple[int, int, int]
    """Steps that weaken, unpinned steps, steps."""
    way: tuple[NamedNode, ...]
    """From the thing to the origin, both included."""


def derived(store: EmbeddedStore) -> set[Triple]:
    return {quad.triple for quad in store.quads(None, None, None, DERIVED_GRAPH)}


def evidence(store: EmbeddedStore) -> list[Evidence]:
    """All evidence; fails where a way breaks off or a thing lacks the plain fact."""
    told: dict[NamedNode, dict[NamedNode, NamedNode]] = {}
    things: dict[NamedNode, NamedNode] = {}
    for quad in store.quads(None, None, None, DERIVED_GRAPH):
        told.setdefault(quad.subject, {})[quad.predicate] = quad.object
        if quad.predicate == MLG.qualifiedCarriage:
            assert quad.object not in things
            things[quad.object] = quad.subject
    found = [_evidence(name, things, told) for name in things]
    plain = {(q.subject, q.object) for q in store.quads(None, MLG.carries, None, DERIVED_GRAPH)}
    assert plain == {(item.thing, item.label) for item in found}
    return found


def _evidence(
    name: NamedNode,
    things: dict[NamedNode, NamedNode],
    told: dict[NamedNode, dict[NamedNode, NamedNode]],
) -> Evidence:
    says = told[name]
    numbers = (MLG.weakenedSteps, MLG.unpinnedSteps, MLG.distance)
    cost = tuple(int(says[p].value) if p in says else 0 for p in numbers)
    way, at = [things[name]], says
    while MLG.carriedVia in at:
        way.append(things[at[MLG.carriedVia]])
        at = told[at[MLG.carriedVia]]
        assert len(way) < 1000
    kind = name.value.split("/")[-2]
    return Evidence(
        things[name], says[MLG.carriedLabel], says[MLG.carriedFrom], kind, cost, tuple(way)
    )


def in_graph(triples: set[Triple], graph: NamedNode) -> list[Quad]:
    return [Quad(t.subject, t.predicate, t.object, graph) for t in triples]
