"""The catalog of the demo: three real sources in one graph, as the command line exports it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from kg.app import KnowledgeGraph
from kg.assets import asset
from kg.connectors import mlflow, native, openlineage
from kg.exports.dcat_ap import CatalogInfo, DcatCatalog, export
from kg.namespaces import DCAT, PROV
from kg.terms import NamedNode

INFO = CatalogInfo("ML assets", "What our models are made of.", "Data platform")


@pytest.fixture(scope="module")
def demo() -> Iterator[KnowledgeGraph]:
    with KnowledgeGraph.in_memory() as graph:
        examples, names = asset("examples"), graph.names
        graph.ingest(mlflow.batches(examples / "mlflow.jsonl", names=names), source="mlflow")
        events = openlineage.batches(
            examples / "openlineage.jsonl", names=names, load_states=lambda _: {}
        )
        graph.ingest(events, source="openlineage")
        graph.ingest(native.batches([examples / "estate.yaml"], names=names), merge=True)
        yield graph


@pytest.fixture(scope="module")
def catalog(demo: KnowledgeGraph) -> DcatCatalog:
    return export(demo.store, demo.names, INFO)


def test_the_catalog_of_the_demo_conforms(
    catalog: DcatCatalog, violations: Callable[[object], list[str]]
) -> None:
    assert violations(catalog.triples) == []


def test_every_dataset_model_and_service_of_the_demo_is_listed_once(
    demo: KnowledgeGraph, catalog: DcatCatalog
) -> None:
    lists = (DCAT.dataset, DCAT.resource, DCAT.service)
    listed = [t.object for t in catalog.triples if t.predicate in lists]
    described = demo.store.query(
        "PREFIX dcat: <http://www.w3.org/ns/dcat#> SELECT DISTINCT ?x WHERE { ?x a dcat:Resource }"
    )
    assert len(listed) == len(set(listed))
    assert set(listed) == {row["x"] for row in described}


def test_the_lineage_of_a_model_can_be_followed_in_the_catalog_alone(
    demo: KnowledgeGraph, catalog: DcatCatalog
) -> None:
    up = (PROV.wasDerivedFrom, PROV.wasGeneratedBy, PROV.used, DCAT.isVersionOf)
    reached, todo = set(), [demo.names.parse("model-version:mlflow/churn/3")]
    while todo:
        node = todo.pop()
        reached.add(node)
        todo += [
            t.object
            for t in catalog.triples
            if t.subject == node
            and t.predicate in up
            and isinstance(t.object, NamedNode)
            and t.object not in reached
        ]
    assert demo.names.parse("dataset:s3://lake/raw/subscribers") in reached
