"""Asking whether the graph conforms: the shipped shapes, with those of its owner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from kg.app.graph import KnowledgeGraph
from kg.assets import asset
from kg.shacl import Report, load_shapes, validate_store


def validate(
    graph: KnowledgeGraph, *, as_of: datetime | None = None, shapes: Sequence[Path] = ()
) -> Report:
    """Validate the whole graph at an instant, now unless given.

    Against ``shapes`` where given, else against the shipped structure and governance shapes and
    those in the data directory. Linear in the graph: pySHACL over a copy in memory.
    """
    chosen = list(shapes) or [asset("shapes", "structure"), asset("shapes", "governance")]
    if not shapes and graph.data and graph.data.shapes.is_dir():
        chosen.append(graph.data.shapes)
    moment = as_of or datetime.now(UTC).replace(microsecond=0)
    return validate_store(graph.store, load_shapes(*chosen), moment, graph.revision)
