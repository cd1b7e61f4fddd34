"""What real tools deliver passes the structure shapes, record by record and all together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from shape_cases import HERE, ontology, structure

from kg.connectors import mlflow, openlineage
from kg.iri import Names
from kg.model import Batch, Record
from kg.namespaces import MLG, RDF
from kg.shacl import Report
from kg.shacl.rdflib_bridge import to_graph
from kg.shacl.reference import validate
from kg.terms import Triple

NAMES = Names("http://localhost:7077")
CONNECTORS = HERE.parent / "connectors"
RECORDINGS = sorted(CONNECTORS.glob("mlflow/cases/*/input.jsonl"))
EVENTS = sorted(CONNECTORS.glob("openlineage/stories/*/input.jsonl"))


def records(file: Path) -> list[Record]:
    return [record for batch in read(file) for record in batch.records]


def read(file: Path) -> Iterator[Batch]:
    if file in RECORDINGS:
        return mlflow.batches(file, names=NAMES, source="mlflow", system="mlflow", known=[])
    return openlineage.batches(file, names=NAMES, load_states=lambda _keys: {})


def report_on(found: list[Record]) -> Report:
    triples: set[Triple] = set()
    for record in found:
        triples |= record.triples | ontology().entail(record.triples)
    return validate(to_graph(triples), structure())


@pytest.mark.parametrize("file", RECORDINGS + EVENTS, ids=lambda file: file.parent.name)
def test_what_a_connector_reads_is_a_sane_description(file: Path) -> None:
    """No shape refuses what MLflow and OpenLineage really say."""
    found = records(file)

    assert report_on(found).results == ()
    assert [r.subject.value for r in found if not report_on([r]).conforms] == []


def test_the_recordings_hold_what_the_shapes_are_about() -> None:
    """The test above is not empty: versions, runs, measurements and their parts are there."""
    triples = {t for file in RECORDINGS + EVENTS for r in records(file) for t in r.triples}
    types = {t.object for t in triples if t.predicate == RDF.type}

    assert {MLG.ModelVersion, MLG.DatasetVersion, MLG.Run, MLG.Evaluation} <= types
    assert {MLG.parameter, MLG.field} <= {t.predicate for t in triples}
