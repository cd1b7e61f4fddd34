"""A seeded estate of machine learning, of any size, in the native format.

What makes a real one hard is there: a few datasets that very many runs read, chains of a thousand
derivations, pipelines with very many runs, services with very many deployments, models with very
many versions. The same seed gives the same estate, and a smaller one is how a larger one begins.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import chain, count, islice
from pathlib import Path
from typing import Any

Node = dict[str, Any]

HOT = 10
"""``dataset:s3://lake/t0`` to ``t9`` are each read by a tenth of all runs."""

CHAIN = 1000
"""Every tenth dataset is derived from the one ten before it, in chains of this many."""

MODELS = 1000
PIPELINES = 300
SERVICES = 200
TEAMS = 50

TRIPLES_PER_NODE = 10.05
"""Quads that a record puts into the store, entailments included."""

_NEAR = 500
_EPOCH = datetime(2025, 1, 1)


def records(triples: int) -> int:
    """How many nodes make about so many triples."""
    return round(triples / TRIPLES_PER_NODE)


def nodes(number: int, seed: int = 1) -> Iterator[Node]:
    """The first ``number`` nodes."""
    chosen = random.Random(seed)
    return islice(chain.from_iterable(_step(step, chosen) for step in count()), number)


def write(path: Path, number: int, seed: int = 1) -> None:
    """Write the estate as JSON Lines."""
    write_nodes(path, nodes(number, seed))


def write_nodes(path: Path, described: Iterable[Node]) -> None:
    """Write nodes as JSON Lines."""
    with path.open("w", encoding="utf-8") as stream:
        for node in described:
            stream.write(json.dumps(node) + "\n")


def chains(number: int, length: int = CHAIN) -> Iterator[Node]:
    """``number`` datasets in chains of derivations that all begin at one."""
    for step in range(1, number + 1):
        before = 0 if step % length == 1 else step - 1
        yield {
            "id": f"dataset:s3://lake/t{step}",
            "type": "Dataset",
            "derivedFrom": f"dataset:s3://lake/t{before}",
        }


def _step(number: int, chosen: random.Random) -> Iterable[Node]:
    """What comes at once: a dataset, a run over others, its model version, its deployment.

    The first steps bring the long-lived things too, every fourth an evaluation, every fifth a
    feature, every twentieth an A/B test.
    """
    yield from _long_lived(number)
    yield _dataset(number, chosen)
    yield _run(number, chosen)
    yield _version(number)
    yield _deployment(number)
    if number % 4 == 0:
        yield _evaluation(number, chosen)
    if number % 5 == 0:
        yield from _feature(number, chosen)
    if number % 20 == 0:
        yield from _experiment(number)


def _long_lived(number: int) -> Iterator[Node]:
    owner = f"team:org/t{number % TEAMS}"
    if number < TEAMS:
        yield {"id": owner, "type": "Team", "name": f"Team {number}"}
    if number < SERVICES:
        yield _named(f"service:k8s/s{number}", "Service", f"Service {number}", owner)
    if number < PIPELINES:
        yield _named(f"pipeline:airflow/p{number}", "Pipeline", f"Pipeline {number}", owner)
    if number < MODELS:
        yield _named(f"model:mlflow/m{number}", "Model", f"Model {number}", owner)


def _named(identifier: str, kind: str, title: str, owner: str) -> Node:
    return {"id": identifier, "type": kind, "title": title, "owner": owner}


def _dataset(number: int, chosen: random.Random) -> Node:
    node = {
        "id": f"dataset:s3://lake/t{number}",
        "type": "Dataset",
        "title": f"Table {number}",
        "owner": f"team:org/t{chosen.randrange(TEAMS)}",
        "keywords": ["synthetic", f"k{chosen.randrange(20)}"],
    }
    if number % 10 == 1 and number // 10 % CHAIN:
        node["derivedFrom"] = f"dataset:s3://lake/t{number - 10}"
    elif number == 1:
        node["derivedFrom"] = "dataset:s3://lake/t0"
    elif number % 10 == 5:
        node["generatedBy"] = f"run:airflow/{number - 5}"
    if number % 25 == 0:
        node["personalData"] = ["EmailAddress"]
    return node


def _near(number: int, chosen: random.Random) -> str:
    return f"dataset:s3://lake/t{chosen.randrange(max(0, number - _NEAR), number + 1)}"


def _run(number: int, chosen: random.Random) -> Node:
    return {
        "id": f"run:airflow/{number}",
        "type": "Run",
        "executes": f"pipeline:airflow/p{number % PIPELINES}",
        "uses": [f"dataset:s3://lake/t{chosen.randrange(HOT)}", _near(number, chosen)],
        "startedAt": _instant(number),
        "endedAt": _instant(number + 1),
    }


def _version(number: int) -> Node:
    node: Node = {
        "id": f"model-version:mlflow/m{number % MODELS}/{number}",
        "type": "ModelVersion",
        "versionOf": f"model:mlflow/m{number % MODELS}",
        "version": str(number),
        "generatedBy": f"run:airflow/{number}",
        "status": ("active", "candidate", "deprecated")[number % 3],
    }
    if number % 5 == 0:
        node["usesFeature"] = f"feature-version:feast/f{number}/1"
    return node


def _deployment(number: int) -> Node:
    """A deployment; two of three have ended."""
    node = {
        "id": f"deployment:k8s/{number}",
        "type": "Deployment",
        "deploys": f"model-version:mlflow/m{number % MODELS}/{number}",
        "servedBy": f"service:k8s/s{number % SERVICES}",
        "startedAt": _instant(number + 2),
    }
    if number % 3:
        node["endedAt"] = _instant(number + 9)
    return node


def _evaluation(number: int, chosen: random.Random) -> Node:
    return {
        "id": f"evaluation:ci/{number}",
        "type": "Evaluation",
        "evaluates": f"model-version:mlflow/m{number % MODELS}/{number}",
        "uses": _near(number, chosen),
        "startedAt": _instant(number + 1),
        "endedAt": _instant(number + 2),
    }


def _feature(number: int, chosen: random.Random) -> Iterator[Node]:
    feature = f"feature:feast/f{number}"
    yield _named(feature, "Feature", f"Feature {number}", f"team:org/t{number % TEAMS}")
    yield {
        "id": f"feature-version:feast/f{number}/1",
        "type": "FeatureVersion",
        "versionOf": feature,
        "version": "1",
        "derivedFrom": _near(number, chosen),
    }


def _experiment(number: int) -> Iterator[Node]:
    experiment = f"experiment:ab/e{number}"
    owner = f"team:org/t{number % TEAMS}"
    yield _named(experiment, "Experiment", f"Experiment {number}", owner)
    for cell, deployment in (("control", max(0, number - 10)), ("treatment", number)):
        yield {
            "id": f"cell:ab/e{number}/{cell}",
            "type": "Cell",
            "cellOf": experiment,
            "exposes": f"deployment:k8s/{deployment}",
        }


def _instant(number: int) -> str:
    """Something starts every ten minutes."""
    return (_EPOCH + timedelta(minutes=10 * number)).isoformat() + "Z"
