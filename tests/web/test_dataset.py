"""What the service and the dataset say of themselves is true, and kept up by commits."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text
from writing import writer

from kg.app import KnowledgeGraph
from kg.iri import ENTAILED_SUFFIX
from kg.model import Batch, Description
from kg.namespaces import DCT, RDF, VOID, compact
from kg.sparql.executor import InProcessExecutor
from kg.terms import NamedNode, RdfFormat, Triple, parse
from kg.web import create_app

_CONTENT = """
- {id: 'team:org/risk', type: Team, title: Risk}
- {id: 'model:mlflow/churn', type: Model, title: Churn, owner: 'team:org/risk'}
- {id: 'model-version:mlflow/churn/3', type: ModelVersion, versionOf: 'model:mlflow/churn'}
"""
_SD = "http://www.w3.org/ns/sparql-service-description#"


@pytest.fixture
def filled(graph: KnowledgeGraph, load: object) -> FlaskClient:
    """An app of a graph with a few things in it."""
    load(graph, _CONTENT)  # type: ignore[operator]
    return create_app(graph, InProcessExecutor(graph.store)).test_client()


def _described(client: FlaskClient, path: str) -> set[Triple]:
    body = client.get(path, headers={"Accept": "text/turtle"}).data
    return {quad.triple for quad in parse(body, format=RdfFormat.TURTLE)}


def _counted(triples: set[Triple], part: str, term: NamedNode, number: NamedNode) -> dict[str, int]:
    parts = {t.object for t in triples if t.predicate == VOID[part]}
    terms = {t.subject: t.object.value for t in triples if t.predicate == term}
    numbers = {t.subject: int(t.object.value) for t in triples if t.predicate == number}
    return {terms[part]: numbers[part] for part in parts}


def test_the_counts_are_those_of_the_graph(filled: FlaskClient, graph: KnowledgeGraph) -> None:
    """By property and by class, what is entailed left out."""
    triples = _described(filled, "/void")
    graphs = graph.store.quads(None, None, None, None)
    asserted = [
        quad
        for quad in graphs
        if quad.graph_name.value.startswith(graph.names.graphs)
        and not quad.graph_name.value.endswith(ENTAILED_SUFFIX)
    ]
    properties = Counter(quad.predicate.value for quad in asserted)
    classes = Counter(quad.object.value for quad in asserted if quad.predicate == RDF.type)
    assert properties
    assert _counted(triples, "propertyPartition", VOID.property, VOID.triples) == properties
    assert _counted(triples, "classPartition", VOID["class"], VOID.entities) == classes


def _statistics(graph: KnowledgeGraph) -> tuple[dict[str, int], dict[str, int]]:
    found = graph.journal.statistics()
    return dict(found.properties), dict(found.classes)


def test_changes_and_withdrawals_are_counted(graph: KnowledgeGraph) -> None:
    """A property that nobody uses any more is not listed."""
    send = writer(graph)
    assert _statistics(graph) == ({}, {})
    send.put(body="<urn:a> a <urn:C> ; <urn:p> 1, 'a b' . <urn:b> a <urn:C> .")
    assert _statistics(graph) == ({RDF.type.value: 2, "urn:p": 2}, {"urn:C": 2})
    send.put(body="<urn:a> a <urn:D> ; <urn:p> 1 .")
    assert _statistics(graph) == ({RDF.type.value: 1, "urn:p": 1}, {"urn:D": 1})
    send("DELETE", "/rdf-graph-store", query_string={"graph": "http://example.org/notes"})
    assert _statistics(graph) == ({}, {})


def test_a_thing_counts_once(graph: KnowledgeGraph) -> None:
    """However many sources describe it, until the last of them no longer does."""
    names = graph.names
    one, two = names.parse("model:t/one"), names.parse("model:t/two")

    def entities() -> int:
        found = graph.journal.statistics().entities
        assert found == len(list(graph.journal.subjects()))
        return found

    def say(source: str, subject: NamedNode, title: str) -> None:
        record = Description(source, subject).add(DCT.title, title).record()
        graph.ingest([Batch([record])], source=source)

    assert entities() == 0
    say("a", one, "One")
    say("b", one, "Uno")
    assert entities() == 1
    say("b", two, "Due")
    say("b", one, "Eins")
    assert entities() == 2
    graph.withdraw([one, two], source="b", agent="test")
    assert entities() == 1
    graph.withdraw([one], source="a", agent="test")
    assert entities() == 0


def test_the_dataset_is_described_as_void_has_it(
    filled: FlaskClient, graph: KnowledgeGraph
) -> None:
    """Its numbers, names, vocabularies and the ways to its content, which lead there."""
    triples = _described(filled, "/void")
    dataset = NamedNode("http://localhost/void#dataset")
    said: dict[str, set[str]] = {}
    for triple in triples:
        if triple.subject == dataset:
            said.setdefault(compact(triple.predicate.value), set()).add(triple.object.value)
    assert said["void:entities"] == {"3"}
    assert said["void:documents"] == {"3"}
    assert said["void:sparqlEndpoint"] == {"http://localhost/sparql"}
    assert {"http://purl.org/dc/terms/", "https://w3id.org/mlg#"} <= said["void:vocabulary"]
    subjects = {subject.value for subject in graph.journal.subjects()}
    assert said["void:exampleResource"] == subjects
    (lookup,) = said["void:uriLookupEndpoint"]
    (dump,) = said["void:dataDump"]
    example = quote(min(subjects), safe="")
    turtle = {"Accept": "text/turtle"}
    assert filled.get(lookup + example, headers=turtle, buffered=True).status_code == 200
    assert b"Churn" in filled.get(dump, headers=turtle, buffered=True).data
    assert said["dct:created"] == said["dct:modified"]
    spaces = {t.object.value for t in triples if t.predicate == VOID.uriSpace}
    assert spaces == {graph.names.instances}
    topics = {t.object for t in triples if t.predicate.value.endswith("primaryTopic")}
    assert topics == {dataset}


def test_a_journal_without_counts_is_counted_when_it_is_opened(tmp_path: Path) -> None:
    """One of an older version; the counts of a rebuild are the same."""
    folder = tmp_path / "data"
    with KnowledgeGraph.create(folder) as graph:
        writer(graph).put(body="<urn:a> a <urn:C> .")
        before = _statistics(graph)
    engine = create_engine(f"sqlite:///{folder / 'journal.db'}")
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE statistic"))
    engine.dispose()
    with KnowledgeGraph.open(folder) as graph:
        assert _statistics(graph) == before
        graph.rebuild()
        assert _statistics(graph) == before


def test_the_service_description_names_what_there_is(filled: FlaskClient) -> None:
    """Both endpoints, their languages, the union graph, and the dataset with its counts."""
    triples = _described(filled, "/sparql")
    objects = {t.predicate.value.removeprefix(_SD): set[str]() for t in triples}
    for triple in triples:
        objects[triple.predicate.value.removeprefix(_SD)].add(triple.object.value.removeprefix(_SD))
    assert objects["endpoint"] == {"http://localhost/sparql", "http://localhost/update"}
    assert objects["supportedLanguage"] == {"SPARQL11Query", "SPARQL11Update"}
    assert "UnionDefaultGraph" in objects["feature"]
    assert objects["propertyFeature"] == {"https://w3id.org/mlg#dependsOn"}
    assert objects["defaultEntailmentRegime"] == {"http://www.w3.org/ns/entailment/Simple"}
    assert len(objects["resultFormat"]) == 10
    assert objects["defaultDataset"] == {"http://localhost/void#dataset"}
    assert triples == _described(filled, "/void") == _described(filled, "/.well-known/void")


def test_the_description_is_negotiated(filled: FlaskClient) -> None:
    """RDF in four formats; there is no page of it."""
    response = filled.get("/void", headers={"Accept": "application/ld+json"})
    assert response.content_type == "application/ld+json"
    assert filled.get("/void", headers={"Accept": "text/html"}).status_code == 406
