"""A real MLflow server, filled over its REST API: pulls, and a gate before its aliases."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any

import pytest
from mlflow_harness import NAMES, Body, Mapped, MlflowServer
from werkzeug.serving import make_server

from kg.app import KnowledgeGraph
from kg.app.sources import ingest_mlflow
from kg.connectors import mlflow
from kg.model import Record
from kg.sparql.executor import InProcessExecutor
from kg.web import create_app

START = 1767225600000
EXAMPLES = Path(__file__).parent.parent.parent.parent / "examples"
GATED = "gated"


def log_run(server: MlflowServer, experiment: str, name: str, **inputs: str) -> str:
    """A finished run with the datasets named as inputs; their values are the contexts."""
    made = server.post(
        "runs/create", experiment_id=experiment, run_name=name, start_time=START, user_id="j.doe"
    )
    run_id: str = made["run"]["info"]["run_id"]
    datasets = [dataset(title, context) for title, context in inputs.items()]
    server.post("runs/log-inputs", run_id=run_id, datasets=datasets)
    server.post(
        "runs/log-batch",
        run_id=run_id,
        params=[{"key": "lr", "value": "0.1"}],
        tags=[{"key": "stage of work", "value": "draft"}],
        metrics=[{"key": "loss", "value": 0.25, "timestamp": START + 5, "step": 3}],
    )
    server.post("runs/update", run_id=run_id, status="FINISHED", end_time=START + 1000)
    return run_id


def dataset(name: str, context: str) -> Body:
    source = json.dumps({"uri": f"s3://lake/{name}.parquet"})
    return {
        "tags": [{"key": "mlflow.data.context", "value": context}],
        "dataset": {"name": name, "digest": f"{name}1", "source_type": "s3", "source": source},
    }


def log_model(server: MlflowServer, experiment: str, run_id: str) -> str:
    """A logged model of the run, ready, with one metric on the run's test data."""
    made = server.post("logged-models", experiment_id=experiment, name="m", source_run_id=run_id)
    model_id: str = made["model"]["info"]["model_id"]
    server.post("runs/outputs", run_id=run_id, models=[{"model_id": model_id, "step": 0}])
    metric = {"key": "auc", "value": 0.75, "timestamp": START + 900, "step": 0, "run_id": run_id}
    of = {"model_id": model_id, "dataset_name": "test", "dataset_digest": "test1"}
    server.post("runs/log-batch", run_id=run_id, metrics=[{**metric, **of}])
    return model_id


def register(server: MlflowServer, name: str, model_id: str, run_id: str) -> str:
    """A version of a registered model made of a logged one."""
    source = {"source": f"models:/{model_id}", "run_id": run_id, "model_id": model_id}
    made = server.post("model-versions/create", name=name, **source)
    version: str = made["model_version"]["version"]
    return version


def pulled(server: MlflowServer, folder: Path, **options: Any) -> Mapped:
    """The server as it is now, read in pages of two."""
    mlflow.pull(server.url, folder / "r.jsonl", page_size=2, environ={})
    return Mapped(folder / "r.jsonl", **options)


def differences(before: dict[str, Record], after: dict[str, Record]) -> set[str]:
    """The subjects whose record appeared, changed or went."""
    everything = before.keys() | after.keys()
    return {subject for subject in everything if before.get(subject) != after.get(subject)}


class Story:
    """One experiment with two trained, registered models, of which the first is champion."""

    def __init__(self, server: MlflowServer, title: str) -> None:
        self.title = title
        self.experiment: str = server.post("experiments/create", name=title)["experiment_id"]
        server.post("registered-models/create", name=title)
        self.runs = [
            log_run(server, self.experiment, f"try {n}", train="training", test="test")
            for n in range(2)
        ]
        self.models = [log_model(server, self.experiment, run) for run in self.runs]
        for model, run in zip(self.models, self.runs, strict=True):
            register(server, title, model, run)
        server.post("registered-models/alias", name=title, alias="champion", version="1")

    def version(self, number: int) -> str:
        """The short name of a version."""
        return f"model-version:mlflow/{self.title}/{number}"


@pytest.fixture
def story(mlflow_server: MlflowServer, request: pytest.FixtureRequest) -> Story:
    """A story under the name of the test that asks for it."""
    return Story(mlflow_server, request.node.name)


def test_everything_on_many_pages_is_read_once(
    mlflow_server: MlflowServer, story: Story, tmp_path: Path
) -> None:
    extra = [log_run(mlflow_server, story.experiment, f"more {n}") for n in range(5)]
    mlflow_server.post("runs/delete", run_id=extra[0])
    mapped = pulled(mlflow_server, tmp_path)
    lines = (tmp_path / "r.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(set(lines)) == len(lines)
    assert mapped.rejections == mapped.warnings == []
    assert {f"run:mlflow/{run_id}" for run_id in [*story.runs, *extra]} <= mapped.records.keys()
    retired = {"https://w3id.org/mlg/status/retired"}
    assert mapped.values(f"run:mlflow/{extra[0]}", "adms#status") == retired
    assert mapped.values(f"run:mlflow/{extra[1]}", "adms#status") == set()


def test_a_model_leads_back_to_its_data_and_forward_to_its_evaluation(
    mlflow_server: MlflowServer, story: Story, tmp_path: Path
) -> None:
    mapped = pulled(mlflow_server, tmp_path)
    run_id, model_id = story.runs[0], story.models[0]
    run, model = f"run:mlflow/{run_id}", f"model-artifact:mlflow/{model_id}"
    evaluation = f"evaluation:mlflow/{run_id}/test1/{model_id}"
    assert mapped.values(story.version(1), "#wasGeneratedBy") == {run}
    assert mapped.values(story.version(1), "#wasDerivedFrom") == {model}
    assert mapped.values(story.version(1), "#contentId") == {model_id}
    assert mapped.values(story.version(1), "#alias") == {"champion"}
    assert mapped.values(run, "#wasAssociatedWith") == {"person:mlflow/j.doe"}
    assert mapped.values(run, "#used") == {
        "dataset-version:s3://lake/train.parquet/train1",
        "dataset-version:s3://lake/test.parquet/test1",
    }
    assert mapped.values(run, "mlflow.tag.stage%20of%20work") == {"draft"}
    assert mapped.values(evaluation, "#evaluates") == {model, story.version(1)}
    assert mapped.values(evaluation, "#endedAtTime") == {"2026-01-01T00:00:00.900000Z"}


def test_pulling_again_changes_nothing(
    mlflow_server: MlflowServer, story: Story, tmp_path: Path
) -> None:
    before = pulled(mlflow_server, tmp_path)
    assert differences(before.records, pulled(mlflow_server, tmp_path).records) == set()


def test_an_alias_that_moves_changes_the_two_versions_only(
    mlflow_server: MlflowServer, story: Story, tmp_path: Path
) -> None:
    before = pulled(mlflow_server, tmp_path)
    mlflow_server.post("registered-models/alias", name=story.title, alias="champion", version="2")
    after = pulled(mlflow_server, tmp_path)
    assert differences(before.records, after.records) == {story.version(1), story.version(2)}
    assert after.values(story.version(1), "#alias") == set()
    assert after.values(story.version(2), "#alias") == {"champion"}


def test_a_deleted_version_is_withdrawn(
    mlflow_server: MlflowServer, story: Story, tmp_path: Path
) -> None:
    before = pulled(mlflow_server, tmp_path)
    known = [record.subject for record in before.records.values()]
    mlflow_server.delete("model-versions/delete", name=story.title, version="2")
    after = pulled(mlflow_server, tmp_path, known=known)
    assert after.withdrawn == {story.version(2)}


def test_a_deleted_experiment_is_retired_with_its_runs(
    mlflow_server: MlflowServer, story: Story, tmp_path: Path
) -> None:
    mlflow_server.post("experiments/delete", experiment_id=story.experiment)
    mapped = pulled(mlflow_server, tmp_path)
    for subject in (f"experiment:mlflow/{story.experiment}", f"run:mlflow/{story.runs[0]}"):
        assert mapped.values(subject, "adms#status") == {"https://w3id.org/mlg/status/retired"}


def test_the_graph_takes_all_records_and_a_second_pull_adds_no_revision(
    mlflow_server: MlflowServer, story: Story, graph: KnowledgeGraph, tmp_path: Path
) -> None:
    assert graph.names == NAMES
    mlflow.pull(mlflow_server.url, tmp_path / "r.jsonl", environ={})
    first = graph.ingest(mlflow.batches(tmp_path / "r.jsonl", names=NAMES), source="mlflow")
    assert first.rejections == []
    revision = graph.revision
    again = graph.ingest(mlflow.batches(tmp_path / "r.jsonl", names=NAMES), source="mlflow")
    assert (again.changed, graph.revision) == (0, revision)


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
    aliases: dict[str, str] = client.get_registered_model(GATED).aliases
    return aliases


def test_an_alias_is_set_only_where_the_gate_allows_it(
    mlflow_server: MlflowServer, graph: KnowledgeGraph, load: Any, url: str, example: ModuleType
) -> None:
    """Refused, the alias stays; mended, it is set; and a gate that is gone refuses too."""
    pytest.importorskip("mlflow")
    from mlflow import MlflowClient

    mlflow_server.post("registered-models/create", name=GATED, description="Why it is there.")
    mlflow_server.post("model-versions/create", name=GATED, source="s3://models/gated")
    ingest_mlflow(graph, mlflow_server.url)
    client = MlflowClient(mlflow_server.url)
    with pytest.raises(example.RefusedError, match="R17"):
        example.promote(client, GATED, "1", "champion", url=url)
    assert _aliases(client) == {}
    before = datetime.now(UTC) - timedelta(days=3)
    load(graph, _mended(before.strftime("%Y-%m-%dT%H:%M:%SZ")))
    verdict = example.promote(client, GATED, "1", "champion", url=url)
    assert verdict["allowed"]
    assert _aliases(client) == {"champion": "1"}
    with pytest.raises(example.GateError):
        example.promote(client, GATED, "1", "other", url="http://127.0.0.1:9")
    assert _aliases(client) == {"champion": "1"}


def _mended(day: str) -> str:
    return f"""
- {{ id: person:o/dev, type: Person, name: Dev }}
- id: model:mlflow/{GATED}
  owner: person:o/dev
  domain: shop
  purpose: ServicePersonalisation
- id: evaluation:ci/1
  type: Evaluation
  runType: evaluation
  evaluates: model-version:mlflow/{GATED}/1
  startedAt: {day}
  endedAt: {day}
  measurements: measurement:ci/1
- id: measurement:ci/1
  type: Measurement
  metric: accuracy
  value: 0.9
  computedOn: model-version:mlflow/{GATED}/1
"""
