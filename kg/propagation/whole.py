"""Working out all steps and facts of a graph at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from kg.namespaces import ONTOLOGY_IRI
from kg.propagation.arcs import KindArcs, MemorySteps
from kg.propagation.facts import Fact, Key, fact_triples
from kg.propagation.kinds import kinds
from kg.propagation.rules import origins, steps
from kg.propagation.spread import Spread
from kg.propagation.steps import Node, Steps, step_triples
from kg.store import EmbeddedStore, GraphStore
from kg.terms import NamedNode, Quad, Triple

Facts = Iterator[tuple[Key, dict[Node, Fact | None]]]


def derived_triples(store: GraphStore) -> Iterator[Triple]:
    """All that the derived graph of a store is to hold; some may come twice.

    Costs O(f log f) for ``f`` facts and steps, and the rules asked of the whole graph.
    """
    return _triples(steps(store, None), origins(store, None))


def _triples(found: Mapping[Node, Steps], labels: Mapping[Node, set[Key]]) -> Iterator[Triple]:
    for thing, up in found.items():
        yield from step_triples(thing, up)
    for key, carried in all_facts(found, labels):
        for thing, fact in carried.items():
            if fact is not None:
                yield from fact_triples(thing, key, fact)


def facts_of(triples: Iterable[Triple]) -> set[Triple]:
    """What follows from triples that are in no store."""
    store = EmbeddedStore.in_memory()
    graph = NamedNode(f"{ONTOLOGY_IRI}/data")
    store.load((Quad(t.subject, t.predicate, t.object, graph) for t in triples), revision=0)
    return set(derived_triples(store))


def all_facts(found: Mapping[Node, Steps], labels: Mapping[Node, set[Key]]) -> Facts:
    """How everything carries what each key names."""
    graph = MemorySteps(found)
    arcs = {concept: KindArcs(graph, kind) for concept, kind in kinds().items()}
    begun: defaultdict[Key, list[Node]] = defaultdict(list)
    for thing, keys in labels.items():
        for key in keys:
            begun[key].append(thing)
    for key, things in begun.items():
        spread = Spread(key, arcs[key.kind.concept], _unknown)
        for thing in things:
            spread.originate(thing)
        spread.settle()
        yield key, spread.changed


def _unknown(_node: Node, _key: Key) -> None:
    """Nothing was known before."""
