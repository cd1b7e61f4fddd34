"""What is upstream and downstream of what: each relation, versions, diamonds, cycles, chains."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from kg.app import IngestReport, KnowledgeGraph
from kg.lineage import Direction, LineageAnswer
from kg.model import Batch, Description
from kg.namespaces import PROV

Load = Callable[[KnowledgeGraph, str], IngestReport]

CHAIN = """
- {id: dataset:s3://lake/users, type: Dataset, owner: team:org/data}
- {id: feature:store/age, type: Feature, derivedFrom: dataset:s3://lake/users}
- {id: model-version:mlflow/churn/1, type: ModelVersion, usesFeature: feature:store/age}
- {id: deployment:k8s/churn, type: Deployment, deploys: model-version:mlflow/churn/1,
   servedBy: service:k8s/churn-api}
- {id: service:k8s/churn-api, type: Service, owner: team:org/serving}
"""


def ask(
    graph: KnowledgeGraph, asset: str, direction: str, depth: int | None = None
) -> LineageAnswer:
    """A lineage question by short form."""
    return graph.lineage.lineage(graph.resolve(asset), Direction(direction), depth)


def found(graph: KnowledgeGraph, asset: str, direction: str) -> dict[str, int]:
    """The answer as distances by short form."""
    answer = ask(graph, asset, direction)
    assert answer.complete
    return {graph.names.short(node.iri): node.distance for node in answer.nodes}


def test_down_from_a_dataset_reaches_feature_model_deployment_and_service(
    graph: KnowledgeGraph, load: Load
) -> None:
    """The whole chain from data to what is served, and the same chain back up."""
    load(graph, CHAIN)
    assert found(graph, "dataset:s3://lake/users", "down") == {
        "feature:store/age": 1,
        "model-version:mlflow/churn/1": 2,
        "deployment:k8s/churn": 3,
        "service:k8s/churn-api": 4,
    }
    up = found(graph, "service:k8s/churn-api", "up")
    assert up["dataset:s3://lake/users"] == 4


# Each statement alone makes the first depend on the second.
RELATIONS = """
run:t/r uses dataset:t/d
run:t/r uses dataset-version:t/d/1
dataset:t/d generatedBy run:t/r
dataset:t/a derivedFrom dataset:t/b
model-version:t/m/1 trainedOn dataset:t/d
model-version:t/m/1 evaluatedOn dataset:t/d
model-version:t/m/1 usesFeature feature:t/f
evaluation:t/e evaluates model-version:t/m/1
deployment:t/d deploys model-version:t/m/1
cell:t/c exposes model-version:t/m/1
approval:t/a approves model-version:t/m/1
run:t/r executes pipeline:t/p
run:t/r informedBy run:t/q
pipeline:t/p reads dataset:t/d
"""
# Each statement alone makes the second depend on the first.
INVERSES = """
run:t/r generates dataset:t/d
model-version:t/m/1 generates dataset:t/predictions
deployment:t/d servedBy service:t/s
cell:t/c cellOf experiment:t/e
pipeline:t/p writes dataset:t/d
"""
# None of these is lineage.
NEITHER = """
model-version:t/m/2 replaces model-version:t/m/1
dataset:t/d owner team:t/x
run:t/r partOf run:t/q
"""


def _table(text: str) -> list[tuple[str, str, str]]:
    return [tuple(line.split()) for line in text.strip().splitlines()]  # type: ignore[misc]


@pytest.mark.parametrize(("subject", "key", "object_"), _table(RELATIONS))
def test_a_single_statement_makes_the_subject_depend(
    graph: KnowledgeGraph, load: Load, subject: str, key: str, object_: str
) -> None:
    """No dummy job, no second statement: one asserted triple is an edge."""
    load(graph, f"- {{id: {subject!r}, {key}: {object_!r}}}")
    assert found(graph, subject, "up") == {object_: 1}
    assert found(graph, object_, "down") == {subject: 1}


@pytest.mark.parametrize(("subject", "key", "object_"), _table(INVERSES))
def test_a_single_statement_makes_the_object_depend(
    graph: KnowledgeGraph, load: Load, subject: str, key: str, object_: str
) -> None:
    """Relations that sources state the other way about are read by their inverse."""
    load(graph, f"- {{id: {subject!r}, {key}: {object_!r}}}")
    assert found(graph, object_, "up") == {subject: 1}
    assert found(graph, subject, "down") == {object_: 1}


@pytest.mark.parametrize(("subject", "key", "object_"), _table(NEITHER))
def test_succession_ownership_and_membership_are_not_lineage(
    graph: KnowledgeGraph, load: Load, subject: str, key: str, object_: str
) -> None:
    """They link, but nothing is made of anything by them."""
    load(graph, f"- {{id: {subject!r}, {key}: {object_!r}}}")
    assert found(graph, subject, "both") == {}


def test_an_edge_names_its_relation_and_the_graph_that_asserts_it(
    graph: KnowledgeGraph, load: Load
) -> None:
    """Two sources that state the same dependency give two edges."""
    load(graph, "- {id: 'run:t/r', type: Run, uses: 'dataset:t/d'}")
    run, data = graph.names.parse("run:t/r"), graph.names.parse("dataset:t/d")
    graph.ingest([Batch([Description("other", run).add(PROV.used, data).record()])])
    edges = [e.to_json(graph.names) for e in ask(graph, "run:t/r", "up").edges]
    assert [(e["from"], e["to"], e["relation"]) for e in edges] == [
        ("run:t/r", "dataset:t/d", "prov:used")
    ] * 2
    base = graph.names.base
    assert [e["graph"] for e in edges] == [
        f"{base}/graph/{s}/run/t/r" for s in ("curated", "other")
    ]


def test_a_relation_stated_by_its_inverse_is_told_in_the_direction_of_lineage(
    graph: KnowledgeGraph, load: Load
) -> None:
    """The edge runs from what depends to what it depends on."""
    load(graph, "- {id: 'run:t/r', generates: 'dataset:t/d'}")
    (edge,) = ask(graph, "dataset:t/d", "up").edges
    assert edge.relation == PROV.wasGeneratedBy
    assert graph.names.short(edge.source) == "dataset:t/d"


def test_a_diamond_gives_both_ways(graph: KnowledgeGraph, load: Load) -> None:
    """All edges are told, not only those of a shortest path."""
    load(
        graph,
        """
        - {id: 'dataset:t/b', derivedFrom: 'dataset:t/a'}
        - {id: 'dataset:t/c', derivedFrom: 'dataset:t/a'}
        - {id: 'dataset:t/d', derivedFrom: ['dataset:t/b', 'dataset:t/c']}
        """,
    )
    answer = ask(graph, "dataset:t/a", "down")
    pairs = {
        (graph.names.short(e.source)[-1], graph.names.short(e.target)[-1]) for e in answer.edges
    }
    assert pairs == {("b", "a"), ("c", "a"), ("d", "b"), ("d", "c")}
    assert len(answer.nodes) == 3


def test_a_cycle_ends(graph: KnowledgeGraph, load: Load) -> None:
    """Everything on the cycle is found once; the asset itself is not listed."""
    load(
        graph,
        """
        - {id: 'dataset:t/a', derivedFrom: 'dataset:t/c'}
        - {id: 'dataset:t/b', derivedFrom: 'dataset:t/a'}
        - {id: 'dataset:t/c', derivedFrom: 'dataset:t/b'}
        """,
    )
    for direction in ("up", "down", "both"):
        assert set(found(graph, "dataset:t/a", direction)) == {"dataset:t/b", "dataset:t/c"}
    assert len(ask(graph, "dataset:t/a", "up").edges) == 3


def test_a_chain_of_5000_steps_is_returned_whole(graph: KnowledgeGraph) -> None:
    """No hop limit, no recursion limit."""
    nodes = [graph.names.mint("dataset", "t", str(n)) for n in range(5001)]
    records = [
        Description("curated", node).add(PROV.wasDerivedFrom, before).record()
        for before, node in itertools.pairwise(nodes)
    ]
    graph.ingest([Batch(records)])
    answer = ask(graph, "dataset:t/0", "down")
    assert (len(answer.nodes), len(answer.edges), answer.complete) == (5000, 5000, True)
    path = graph.lineage.path(nodes[0], nodes[-1])
    assert [node.iri for node in path.nodes] == nodes


def test_a_depth_limit_says_that_there_is_more(graph: KnowledgeGraph, load: Load) -> None:
    """Cut answers say so and why; a limit that cuts nothing leaves the answer complete."""
    load(graph, CHAIN)
    cut = ask(graph, "dataset:s3://lake/users", "down", depth=2).to_json(graph.names)
    assert (cut["total"], cut["complete"]) == (2, False)
    assert cut["reason"] == "stopped at depth 2; there is more beyond"
    whole = ask(graph, "dataset:s3://lake/users", "down", depth=4).to_json(graph.names)
    assert (whole["total"], whole["complete"]) == (4, True)
    assert "reason" not in whole


def test_what_is_only_referred_to_is_a_node_marked_so(graph: KnowledgeGraph, load: Load) -> None:
    """A reference is not a description; the type is then what the identifier says."""
    load(graph, "- {id: 'run:t/r', type: Run, uses: 'dataset:t/d'}")
    (node,) = ask(graph, "run:t/r", "up").nodes
    assert (node.described, node.type, node.title) == (False, "Dataset", None)


VERSIONS = """
- {id: 'dataset-version:t/d/1', type: DatasetVersion, versionOf: 'dataset:t/d', version: 1}
- {id: 'dataset-version:t/d/2', type: DatasetVersion, versionOf: 'dataset:t/d', version: 2,
   replaces: 'dataset-version:t/d/1'}
- {id: 'run:t/pinned', type: Run, uses: 'dataset-version:t/d/1'}
- {id: 'run:t/unpinned', type: Run, uses: 'dataset:t/d'}
- {id: 'run:t/maker', type: Run, generates: 'dataset-version:t/d/2'}
"""


def test_down_from_an_asset_covers_its_versions(graph: KnowledgeGraph, load: Load) -> None:
    """What reads any version of a dataset is downstream of the dataset."""
    load(graph, VERSIONS)
    assert found(graph, "dataset:t/d", "down") == {
        "dataset-version:t/d/1": 0,
        "dataset-version:t/d/2": 0,
        "run:t/pinned": 1,
        "run:t/unpinned": 1,
    }


def test_a_pinned_reference_never_leaks_to_another_version(
    graph: KnowledgeGraph, load: Load
) -> None:
    """A run that read version 1 does not depend on version 2 nor on what made it."""
    load(graph, VERSIONS)
    assert found(graph, "run:t/pinned", "up") == {"dataset-version:t/d/1": 1}
    assert "run:t/pinned" not in found(graph, "dataset-version:t/d/2", "down")
    assert "run:t/pinned" not in found(graph, "run:t/maker", "down")


def test_an_unpinned_reference_may_mean_any_version(graph: KnowledgeGraph, load: Load) -> None:
    """It is downstream of each version, by way of the asset, and upstream reaches all of them."""
    load(graph, VERSIONS)
    down = found(graph, "dataset-version:t/d/1", "down")
    assert down == {"run:t/pinned": 1, "dataset:t/d": 0, "run:t/unpinned": 1}
    assert found(graph, "run:t/unpinned", "up") == {
        "dataset:t/d": 1,
        "dataset-version:t/d/1": 1,
        "dataset-version:t/d/2": 1,
        "run:t/maker": 2,
    }


def test_lineage_is_directed(graph: KnowledgeGraph, load: Load) -> None:
    """Two outputs of two jobs over one input are not upstream or downstream of each other."""
    load(
        graph,
        """
        - {id: 'run:t/j1', uses: 'dataset:t/a', generates: 'dataset:t/b'}
        - {id: 'run:t/j2', uses: 'dataset:t/a', generates: 'dataset:t/c'}
        """,
    )
    assert set(found(graph, "dataset:t/b", "both")) == {"run:t/j1", "dataset:t/a"}
    assert (
        graph.lineage.path(graph.resolve("dataset:t/b"), graph.resolve("dataset:t/c")).nodes == []
    )


def test_impact_puts_what_is_served_first_and_names_the_owners(
    graph: KnowledgeGraph, load: Load
) -> None:
    """Service, deployment, model version, feature; each with a path; owners by way of assets."""
    load(graph, CHAIN)
    load(
        graph,
        """
        - {id: 'model-version:mlflow/churn/1', type: ModelVersion, versionOf: 'model:mlflow/churn',
           usesFeature: 'feature:store/age'}
        - {id: 'model:mlflow/churn', type: Model, owner: 'team:org/churn'}
        """,
    )
    answer = graph.lineage.impact(graph.resolve("dataset:s3://lake/users")).to_json(graph.names)
    assert [i["type"] for i in answer["impacted"]] == [
        "Service",
        "Deployment",
        "ModelVersion",
        "Feature",
    ]
    service = answer["impacted"][0]
    assert service["owners"] == ["team:org/serving"]
    assert service["path"] == [
        "dataset:s3://lake/users",
        "feature:store/age",
        "model-version:mlflow/churn/1",
        "deployment:k8s/churn",
        "service:k8s/churn-api",
    ]
    assert answer["impacted"][2]["owners"] == ["team:org/churn"]
    assert answer["owners"] == ["team:org/churn", "team:org/serving"]
    assert (answer["total"], answer["byType"]["Service"]) == (4, 1)


def test_a_path_is_told_whichever_end_is_named_first(graph: KnowledgeGraph, load: Load) -> None:
    """The direction says which end depends on the other."""
    load(graph, CHAIN)
    data, service = (graph.resolve(t) for t in ("dataset:s3://lake/users", "service:k8s/churn-api"))
    down, up = graph.lineage.path(data, service), graph.lineage.path(service, data)
    assert (down.direction, up.direction) == ("down", "up")
    assert [n.iri for n in down.nodes] == [n.iri for n in reversed(up.nodes)]
    assert len(down.edges) == 4
