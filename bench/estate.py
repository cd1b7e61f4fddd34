"""A seeded estate of machine learning, of any size, in the native format.

Datasets with versions, runs that read them, model versions, deployments and services; a few
datasets are read by very many runs, and one chain of derivations is long.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

SERVICES = 200
MODELS = 1000


def nodes(count: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """``count`` nodes: a quarter each of datasets, runs, model versions and deployments."""
    chosen = random.Random(seed)
    for number in range(count // 4):
        yield _dataset(number, chosen)
        yield _run(number, chosen)
        yield _version(number)
        yield _deployment(number)


def write(path: Path, count: int, seed: int = 1) -> None:
    """Write the estate as JSON Lines."""
    write_nodes(path, nodes(count, seed))


def write_nodes(path: Path, described: Iterable[dict[str, Any]]) -> None:
    """Write nodes as JSON Lines."""
    with path.open("w", encoding="utf-8") as stream:
        for node in described:
            stream.write(json.dumps(node) + "\n")


def chains(count: int, length: int = 1000) -> Iterator[dict[str, Any]]:
    """``count`` datasets in chains of derivations that all begin at one."""
    for number in range(1, count + 1):
        before = 0 if number % length == 1 else number - 1
        yield {
            "id": f"dataset:s3://lake/t{number}",
            "type": "Dataset",
            "derivedFrom": f"dataset:s3://lake/t{before}",
        }


def _dataset(number: int, chosen: random.Random) -> dict[str, Any]:
    node = {
        "id": f"dataset:s3://lake/t{number}",
        "type": "Dataset",
        "title": f"Table {number}",
        "owner": f"team:org/t{chosen.randrange(50)}",
        "keywords": ["synthetic", f"k{chosen.randrange(20)}"],
    }
    if number % 10 == 1:
        node["derivedFrom"] = f"dataset:s3://lake/t{max(0, number - 10)}"
    return node


def _run(number: int, chosen: random.Random) -> dict[str, Any]:
    hot = chosen.randrange(10)
    near = chosen.randrange(max(0, number - 500), number + 1)
    return {
        "id": f"run:airflow/{number}",
        "type": "Run",
        "uses": [f"dataset:s3://lake/t{hot}", f"dataset:s3://lake/t{near}"],
        "startedAt": "2026-01-01T00:00:00Z",
        "endedAt": "2026-01-01T01:00:00Z",
    }


def _version(number: int) -> dict[str, Any]:
    return {
        "id": f"model-version:mlflow/m{number % MODELS}/{number}",
        "type": "ModelVersion",
        "versionOf": f"model:mlflow/m{number % MODELS}",
        "version": str(number),
        "generatedBy": f"run:airflow/{number}",
        "status": "active",
    }


def _deployment(number: int) -> dict[str, Any]:
    return {
        "id": f"deployment:k8s/{number}",
        "type": "Deployment",
        "deploys": f"model-version:mlflow/m{number % MODELS}/{number}",
        "servedBy": f"service:k8s/s{number % SERVICES}",
        "startedAt": "2026-02-01T00:00:00Z",
    }
