"""The RDF dataset: a small protocol and the stores that implement it."""

from kg.store.base import GraphStore, QueryTriples, StorePatch
from kg.store.embedded import EmbeddedStore

__all__ = ["EmbeddedStore", "GraphStore", "QueryTriples", "StorePatch"]
