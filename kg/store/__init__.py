"""The RDF dataset: a small protocol and the stores that implement it."""

from kg.store.base import GraphStore, Lookups, QueryTriples, StorePatch
from kg.store.embedded import DERIVED_GRAPH, REPORT_GRAPH, EmbeddedStore

__all__ = [
    "DERIVED_GRAPH",
    "REPORT_GRAPH",
    "EmbeddedStore",
    "GraphStore",
    "Lookups",
    "QueryTriples",
    "StorePatch",
]
