"""Fixtures: a graph on disk, and servers of it in processes of their own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from served import Serve, Served

import kg
from kg.app import KnowledgeGraph
from kg.connectors import native

_PACKAGES = str(Path(kg.__file__).parent.parent)
_SERVING = Path(__file__).with_name("serving.py")

CONTENT = """
id: team:org/risk
type: Team
title: Risk
---
id: model:mlflow/churn
type: Model
title: Churn
description: Predicts <b>churn</b> & "loss"
owner: team:org/risk
---
id: model-version:mlflow/churn/3
type: ModelVersion
versionOf: model:mlflow/churn
version: 3
trainedOn: dataset-version:s3:%2F%2Flake/customers/7
---
id: dataset-version:s3:%2F%2Flake/customers/7
type: DatasetVersion
versionOf: dataset:s3:%2F%2Flake/customers
version: 7
title: Kundendaten Größe
"""


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a graph of a few things; not to be changed by tests."""
    folder = tmp_path_factory.mktemp("graph") / "data"
    file = folder.parent / "content.yaml"
    file.write_text(CONTENT, encoding="utf-8")
    with KnowledgeGraph.create(folder) as graph:
        report = graph.ingest(native.batches([file], names=graph.names), merge=True)
        assert report.complete
    return folder


@pytest.fixture(scope="session")
def serve(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Starts servers, each of its own copy of the graph, and ends them with the session."""
    started: list[Served] = []

    def start(seconds: float = 60, **limits: object) -> Served:
        folder = tmp_path_factory.mktemp("served") / "data"
        shutil.copytree(data, folder)
        given = json.dumps({"seconds": seconds, **limits})
        command = [sys.executable, str(_SERVING), str(folder), given]
        environment = {**os.environ, "PYTHONPATH": _PACKAGES}
        log = folder.parent / "log"
        with log.open("w") as errors:
            process = subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env=environment,
                cwd=folder.parent,
            )
        assert process.stdout is not None
        started.append(Served(process.stdout.readline().strip(), process, folder, log))
        return started[-1]

    yield start
    for served in started:
        served.process.terminate()
        served.process.wait(20)


@pytest.fixture(scope="session")
def server(serve: Serve) -> Served:
    """One server that all tests may ask, and none may end."""
    return serve()


@pytest.fixture
def client(server: Served) -> Iterator[httpx.Client]:
    """A client of the shared server."""
    with server.client() as opened:
        yield opened
