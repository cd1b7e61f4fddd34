"""What rules reach: how many nodes each is asked of, and which assets none is asked of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import rdflib
from rdflib import SH

from kg.namespaces import MLG, RDF
from kg.shacl.rdflib_bridge import from_rdflib
from kg.shacl.rule import Rule, parts
from kg.shacl.shapes import Shapes
from kg.store import GraphStore
from kg.terms import NamedNode, Term, Triple

_TARGETS: Final = (SH.targetClass, SH.targetNode, SH.targetObjectsOf, SH.targetSubjectsOf)


@dataclass(frozen=True)
class Coverage:
    """The focus nodes of each rule, the assets of none, and the rules that rest on each text."""

    focus: Mapping[Rule, int]
    assets_without: tuple[NamedNode, ...]
    sources: Mapping[str, tuple[str, ...]]


def coverage(store: GraphStore, shapes: Shapes, rules: frozenset[str]) -> Coverage:
    """What the given rules (IRIs) reach in a store; linear in the number of focus nodes."""
    chosen = sorted((shapes.rules[iri] for iri in rules), key=lambda rule: rule.name)
    nodes = {rule: focus_nodes(store, shapes.graph, rule) for rule in chosen}
    reached = set().union(*nodes.values())
    assets = {quad.subject for quad in store.quads(None, RDF.type, MLG.Asset, None)}
    left = (node for node in assets - reached if isinstance(node, NamedNode))
    sources: dict[str, tuple[str, ...]] = {}
    for rule in chosen:
        for source in rule.sources:
            sources[source.title] = (*sources.get(source.title, ()), rule.name)
    return Coverage(
        focus={rule: len(found) for rule, found in nodes.items()},
        assets_without=tuple(sorted(left, key=lambda node: node.value)),
        sources=dict(sorted(sources.items())),
    )


def focus_nodes(store: GraphStore, graph: rdflib.Graph, rule: Rule) -> set[Term | Triple]:
    """The nodes that a rule is asked of (SHACL, 2.1.3), classes with what is entailed."""
    return {
        node
        for part in parts(graph, rdflib.URIRef(rule.iri))
        for predicate in _TARGETS
        for target in graph.objects(part, predicate)
        for node in _targeted(store, predicate, from_rdflib(target))
    }


def _targeted(store: GraphStore, predicate: rdflib.URIRef, target: Term) -> Iterator[Term | Triple]:
    if predicate == SH.targetNode:
        yield target
    elif isinstance(target, NamedNode) and predicate == SH.targetClass:
        yield from (quad.subject for quad in store.quads(None, RDF.type, target, None))
    elif isinstance(target, NamedNode):
        objects = predicate == SH.targetObjectsOf
        for quad in store.quads(None, target, None, None):
            yield quad.object if objects else quad.subject
