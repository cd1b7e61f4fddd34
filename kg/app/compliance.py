"""Asking whether the graph conforms: the shipped shapes, with those of its owner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from kg.app.graph import KnowledgeGraph
from kg.assets import asset
from kg.compliance.waivers import apply_waivers, read_waivers
from kg.shacl import Report, load_shapes, validate_store


def shape_paths(graph: KnowledgeGraph) -> list[Path]:
    """Where the shapes of a graph lie: the shipped ones, and its owner's."""
    paths = [asset("shapes", "structure"), asset("shapes", "governance")]
    if graph.data and graph.data.shapes.is_dir():
        paths.append(graph.data.shapes)
    return paths


def validate(
    graph: KnowledgeGraph, *, as_of: datetime | None = None, shapes: Sequence[Path] = ()
) -> Report:
    """Validate the whole graph at an instant, now unless given; waivers that hold then count.

    Against ``shapes`` where given, else against the shipped structure and governance shapes and
    those in the data directory. Linear in the graph: pySHACL over a copy in memory.
    """
    chosen = list(shapes) or shape_paths(graph)
    moment = as_of or datetime.now(UTC).replace(microsecond=0)
    report = validate_store(graph.store, load_shapes(*chosen), moment, graph.revision)
    return apply_waivers(report, read_waivers(graph.store), moment)
