"""What a shapes graph says of its blank nodes, so that a report can point at them."""

from __future__ import annotations

from collections.abc import Iterable

import rdflib

from kg.shacl.rdflib_bridge import Node, to_rdflib, triples_of
from kg.terms import BlankNode, Triple


def described(nodes: Iterable[BlankNode], graph: rdflib.Graph) -> frozenset[Triple]:
    """The triples of the nodes, and of the blank nodes that these lead to."""
    found: set[tuple[Node, Node, Node]] = set()
    todo: list[Node] = [to_rdflib(node) for node in nodes]
    seen = set(todo)
    while todo:
        for triple in graph.triples((todo.pop(), None, None)):
            found.add(triple)
            target = triple[2]
            if isinstance(target, rdflib.BNode) and target not in seen:
                seen.add(target)
                todo.append(target)
    return frozenset(triples_of(found))
