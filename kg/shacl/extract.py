"""The data graph: the union of a store as a plain in-memory rdflib graph.

pySHACL over a graph backed by the engine is wrong, not just slow: it takes strings for
unequal and passes constraints it could not bind. So the quads are copied out.
"""

from __future__ import annotations

from collections.abc import Iterator

import rdflib

from kg.shacl.rdflib_bridge import to_graph
from kg.store import REPORT_GRAPH, GraphStore
from kg.terms import Triple


def extract(store: GraphStore) -> rdflib.Graph:
    """Every triple of records, entailments, ontology and derived facts, once."""
    return to_graph(_triples(store))


def _triples(store: GraphStore) -> Iterator[Triple]:
    for quad in store.quads(None, None, None, None):
        if quad.graph_name != REPORT_GRAPH:
            yield quad.triple
