"""One object for the whole: a KnowledgeGraph, its parts wired together."""

from kg.app.graph import KnowledgeGraph
from kg.app.ingest import IngestReport

__all__ = ["IngestReport", "KnowledgeGraph"]
