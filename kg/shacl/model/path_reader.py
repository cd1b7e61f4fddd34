"""Reading SHACL property paths (SHACL, 2.3.1) from a shapes graph."""

from __future__ import annotations

from typing import Final

import rdflib
from rdflib import RDF, SH

from kg.errors import InputError
from kg.shacl.model.paths import (
    Alternative,
    Inverse,
    OneOrMore,
    Path,
    Predicate,
    Sequence,
    ZeroOrMore,
    ZeroOrOne,
)
from kg.shacl.rdflib_bridge import Node
from kg.terms import NamedNode

_MODIFIED: Final[dict[Node, type[Inverse | ZeroOrMore | OneOrMore | ZeroOrOne]]] = {
    SH.inversePath: Inverse,
    SH.zeroOrMorePath: ZeroOrMore,
    SH.oneOrMorePath: OneOrMore,
    SH.zeroOrOnePath: ZeroOrOne,
}


def read_path(graph: rdflib.Graph, node: Node, seen: frozenset[Node] = frozenset()) -> Path:
    """The path of a node; a list goes before anything else that is said of it.

    Raises :class:`InputError` for a node that is no well-formed path.
    """
    if isinstance(node, rdflib.URIRef):
        return Predicate(NamedNode(str(node)))
    if node in seen:
        raise InputError("a property path contains itself")
    inside = seen | {node}
    if graph.value(node, RDF.first) is not None:
        return Sequence(_members(graph, node, inside))
    alternatives = graph.value(node, SH.alternativePath)
    if alternatives is not None:
        return Alternative(_members(graph, alternatives, inside))
    for predicate, kind in _MODIFIED.items():
        inner = graph.value(node, predicate)
        if inner is not None:
            return kind(read_path(graph, inner, inside))
    raise InputError(f"{node} is no property path", hint="see SHACL, section 2.3.1")


def _members(graph: rdflib.Graph, head: Node, seen: frozenset[Node]) -> tuple[Path, ...]:
    parts = tuple(read_path(graph, item, seen) for item in graph.items(head))
    if len(parts) < 2:
        raise InputError("a path of several parts has fewer than two")
    return parts
