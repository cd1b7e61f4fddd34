"""The RDF dataset: a small protocol and the stores that implement it."""

from kg.store.base import GraphStore, Lookups, QueryTriples, StorePatch
from kg.store.embedded import DERIVED_GRAPH, ONTOLOGY_DIGEST, REPORT_GRAPH, EmbeddedStore
from kg.store.rare import RareProperties

__all__ = [
    "DERIVED_GRAPH",
    "ONTOLOGY_DIGEST",
    "REPORT_GRAPH",
    "EmbeddedStore",
    "GraphStore",
    "Lookups",
    "QueryTriples",
    "RareProperties",
    "StorePatch",
]
