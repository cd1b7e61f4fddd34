"""How a SHACL property path (SHACL, 2.3.1) is written for people: as a SPARQL path."""

from __future__ import annotations

from typing import Final

import rdflib
from rdflib import RDF, SH

from kg.namespaces import compact
from kg.shacl.rdflib_bridge import Node

_PREFIX: Final[dict[Node, str]] = {SH.inversePath: "^"}
_SUFFIX: Final[dict[Node, str]] = {
    SH.zeroOrMorePath: "*",
    SH.oneOrMorePath: "+",
    SH.zeroOrOnePath: "?",
}


def path_text(graph: rdflib.Graph, path: Node | None) -> str:
    """The path in SPARQL's spelling with our prefixes; empty for no path."""
    if path is None:
        return ""
    if isinstance(path, rdflib.URIRef):
        return compact(str(path))
    if graph.value(path, RDF.first) is not None:
        return "/".join(_group(graph, step) for step in graph.items(path))
    alternatives = graph.value(path, SH.alternativePath)
    if alternatives is not None:
        return "|".join(_group(graph, step) for step in graph.items(alternatives))
    return _modified(graph, path)


def _modified(graph: rdflib.Graph, path: Node) -> str:
    for predicate, inner in graph.predicate_objects(path):
        if predicate in _PREFIX:
            return _PREFIX[predicate] + _group(graph, inner)
        if predicate in _SUFFIX:
            return _group(graph, inner) + _SUFFIX[predicate]
    return "?"


def _group(graph: rdflib.Graph, path: Node) -> str:
    text = path_text(graph, path)
    return text if isinstance(path, rdflib.URIRef) else f"({text})"
