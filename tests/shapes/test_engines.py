"""The shipped shapes find the same compiled, over a store, as through pySHACL on a copy."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from pathlib import Path

import pytest
from shape_cases import cases, described, shapes_for, shipped

from kg.app import KnowledgeGraph
from kg.assets import asset
from kg.connectors import mlflow, native, openlineage
from kg.namespaces import XSD
from kg.shacl import Report, Result, Shapes
from kg.shacl.engines import validate_store
from kg.store import EmbeddedStore
from kg.terms import Literal, NamedNode, Quad, Triple

AS_OF = datetime(2026, 11, 1, tzinfo=UTC)
GRAPH, OTHER = (NamedNode(f"https://example.org/{name}") for name in ("graph", "other"))

Found = list[tuple[object, ...]]


def stored(triples: AbstractSet[Triple]) -> EmbeddedStore:
    """A store with each triple in two graphs, of which the union is the data."""
    store = EmbeddedStore.in_memory()
    both = [(triple, graph) for triple in triples for graph in (GRAPH, OTHER)]
    quads = (Quad(t.subject, t.predicate, t.object, graph) for t, graph in both)
    store.load(quads, revision=1)
    return store


def found(store: EmbeddedStore, shapes: Shapes, engine: str) -> Found:
    report = validate_store(store, shapes, AS_OF, engine=engine)
    assert report.not_compiled == ()
    return [key for result in report.results for key in [comparable(report, result)]]


def comparable(report: Report, result: Result) -> tuple[object, ...]:
    """What agrees; of a floating point number the value, for engines write it in several forms."""
    names = ("focus", "path_text", "shape", "constraint", "component", "severity", "owners")
    said = (*(getattr(result, name) for name in names), report.as_of)
    value = result.value
    if isinstance(value, Literal) and value.datatype in (XSD.double, XSD.float):
        return (*said, float(value.value))
    return (*said, value, result.messages)


@pytest.mark.parametrize("file", cases("R[0-9]*"))
def test_both_engines_find_the_same_on_every_file_of_a_rule(file: Path) -> None:
    """Every part of a result agrees, message and owners too, although two graphs hold it all."""
    store, shapes = stored(described(file)), shapes_for(file.parent.name)

    assert found(store, shapes, "compiled") == found(store, shapes, "pyshacl")


def test_both_engines_find_the_same_when_everything_is_in_one_graph() -> None:
    """The files of a shape put together, so that their nodes mix, still give equal answers."""
    for name in sorted({case.values[0].parent.name for case in cases()}):
        files = [case.values[0] for case in cases(name)]
        store = stored({triple for file in files for triple in described(file)})
        shapes = shapes_for(name)

        assert found(store, shapes, "compiled") == found(store, shapes, "pyshacl"), name


@pytest.mark.slow
def test_both_engines_find_the_same_in_the_demo(graph: KnowledgeGraph) -> None:
    """All shipped shapes, on a graph that real tools have filled."""
    names = graph.names
    graph.ingest(native.batches([asset("examples", "estate.yaml")], names=names), merge=True)
    file = asset("examples", "mlflow.jsonl")
    graph.ingest(mlflow.batches(file, names=names, source="mlflow", system="mlflow", known=[]))
    events = asset("examples", "openlineage.jsonl")
    batches = openlineage.batches(events, names=names, load_states=lambda _keys: {})
    graph.ingest(batches, source="openlineage")

    compiled = found(graph.store, shipped(), "compiled")

    assert compiled == found(graph.store, shipped(), "pyshacl")
    assert len(compiled) > 5
