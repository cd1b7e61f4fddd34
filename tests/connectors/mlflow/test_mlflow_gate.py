"""The example that asks the gate before it sets an alias, against a real MLflow server."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any

import pytest
from mlflow_harness import MlflowServer
from werkzeug.serving import make_server

from kg.app import KnowledgeGraph
from kg.app.sources import ingest_mlflow
from kg.sparql.executor import InProcessExecutor
from kg.web import create_app

EXAMPLES = Path(__file__).parent.parent.parent.parent / "examples"
NAME = "gated"


@pytest.fixture(scope="module")
def example() -> Iterator[ModuleType]:
    """The example as a module; it finds its neighbour by the path."""
    sys.path.insert(0, str(EXAMPLES))
    spec = importlib.util.spec_from_file_location("mlflow_gate", EXAMPLES / "mlflow_gate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    sys.path.remove(str(EXAMPLES))


@pytest.fixture
def url(graph: KnowledgeGraph) -> Iterator[str]:
    """The graph, served."""
    server = make_server("127.0.0.1", 0, create_app(graph, InProcessExecutor(graph.store)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def _aliases(client: Any) -> dict[str, str]:
    aliases: dict[str, str] = client.get_registered_model(NAME).aliases
    return aliases


def test_an_alias_is_set_only_where_the_gate_allows_it(
    mlflow_server: MlflowServer, graph: KnowledgeGraph, load: Any, url: str, example: ModuleType
) -> None:
    """Refused, the alias stays; mended, it is set; and a gate that is gone refuses too."""
    pytest.importorskip("mlflow")
    from mlflow import MlflowClient

    mlflow_server.post("registered-models/create", name=NAME, description="Why it is there.")
    mlflow_server.post("model-versions/create", name=NAME, source="s3://models/gated")
    ingest_mlflow(graph, mlflow_server.url)
    client = MlflowClient(mlflow_server.url)
    with pytest.raises(example.RefusedError, match="R17"):
        example.promote(client, NAME, "1", "champion", url=url)
    assert _aliases(client) == {}
    before = datetime.now(UTC) - timedelta(days=3)
    load(graph, _mended(before.strftime("%Y-%m-%dT%H:%M:%SZ")))
    verdict = example.promote(client, NAME, "1", "champion", url=url)
    assert verdict["allowed"]
    assert _aliases(client) == {"champion": "1"}
    with pytest.raises(example.GateError):
        example.promote(client, NAME, "1", "other", url="http://127.0.0.1:9")
    assert _aliases(client) == {"champion": "1"}


def _mended(day: str) -> str:
    return f"""
- {{ id: person:o/dev, type: Person, name: Dev }}
- id: model:mlflow/{NAME}
  owner: person:o/dev
  domain: shop
  purpose: ServicePersonalisation
- id: evaluation:ci/1
  type: Evaluation
  runType: evaluation
  evaluates: model-version:mlflow/{NAME}/1
  startedAt: {day}
  endedAt: {day}
  measurements: measurement:ci/1
- id: measurement:ci/1
  type: Measurement
  metric: accuracy
  value: 0.9
  computedOn: model-version:mlflow/{NAME}/1
"""
