"""Fixtures: a graph on disk with a chain from data to service, and servers of graphs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from beside import Serve, Server

from kg.app import KnowledgeGraph
from kg.connectors import native

ESTATE = """
- {id: 'dataset:s3://lake/users', type: Dataset, title: Users, owner: 'team:org/data'}
- {id: 'feature:store/age', type: Feature, derivedFrom: 'dataset:s3://lake/users'}
- {id: 'model-version:mlflow/churn/1', type: ModelVersion, title: Churn,
   versionOf: 'model:mlflow/churn', version: 1, usesFeature: 'feature:store/age'}
- {id: 'deployment:k8s/churn', type: Deployment, deploys: 'model-version:mlflow/churn/1',
   servedBy: 'service:k8s/churn-api', startedAt: '2026-01-05T00:00:00Z'}
- {id: 'service:k8s/churn-api', type: Service, owner: 'team:org/serving'}
- {id: 'model-version:mlflow/small/1', type: ModelVersion, version: 1,
   versionOf: 'model:mlflow/small',
   'https://example.org/terms#distilledFrom': {id: 'model-version:mlflow/churn/1'}}
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory of the test's own."""
    file = tmp_path / "estate.yaml"
    file.write_text(ESTATE, encoding="utf-8")
    with KnowledgeGraph.create(tmp_path / "graph", "https://graph.example") as graph:
        report = graph.ingest(native.batches([file], names=graph.names), merge=True)
        assert report.complete
    return tmp_path / "graph"


@pytest.fixture
def serve() -> Iterator[Serve]:
    """``serve(data)`` starts a server of a data directory."""
    started: list[Server] = []

    def start(data: Path) -> Server:
        started.append(Server(data))
        return started[-1]

    yield start
    for server in started:
        if server.process.poll() is None:
            server.stop()
