"""A seeded estate as governance would like it: nearly everything conforms to the shipped rules.

Teams have people, data has licences and an origin, models have a purpose and an assessed risk
level, versions are evaluated before they go into use. About one thing in a hundred has a fault
(:data:`FAULTY`), each kind of which some rule finds. Lineage goes in four layers, from raw data
over clean data and features to training data, and is as deep as that, not as the estate is old;
a tenth of all clean data reads one of ten reference tables. The same seed gives the same estate.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import chain, count, islice
from typing import Final

from bench.estate import Node

FAULTY: Final = 0.01
"""How many things of each kind lack something."""

TRIPLES_PER_NODE: Final = 11.4
"""Quads that a record puts into the store, entailments included."""

_TEAMS, _SERVICES, _PIPELINES, _MODELS = 50, 200, 300, 1000
_REFERENCE = 10
_NEAR = 40
_EPOCH = datetime(2026, 1, 1)
_RAW, _CLEAN, _FEATURES, _TRAINING = range(4)


def records(triples: int) -> int:
    """How many nodes make about so many triples."""
    return round(triples / TRIPLES_PER_NODE)


def nodes(number: int, seed: int = 1) -> Iterator[Node]:
    """The first ``number`` nodes."""
    made = _Company(seed)
    return islice(chain.from_iterable(made.step(step) for step in count()), number)


class _Company:
    """What is made one after the other; remembers which data is about persons."""

    def __init__(self, seed: int) -> None:
        self._chosen = random.Random(seed)
        self._personal = bytearray()

    def step(self, number: int) -> Iterable[Node]:
        """A dataset with what made it; with training data also a model version in use."""
        yield from self._long_lived(number)
        yield from self._dataset(number)
        if number % 4 == _TRAINING:
            yield from self._version(number)

    def _faulty(self) -> bool:
        return self._chosen.random() < FAULTY

    def _long_lived(self, number: int) -> Iterator[Node]:
        owner = _team(number)
        if number < _TEAMS:
            yield {"id": owner, "type": "Team", "name": f"Team {number}"}
            for person in range(3):
                name = f"t{number}-{person}"
                member = {"type": "Person", "name": f"Person {name}", "memberOf": owner}
                yield {"id": f"person:org/{name}", **member}
        if number < _SERVICES:
            yield _asset(f"service:k8s/s{number}", "Service", owner)
        if number < _PIPELINES:
            yield _asset(f"pipeline:airflow/p{number}", "Pipeline", owner)
        if number < _MODELS:
            yield from self._model(number)

    def _model(self, number: int) -> Iterator[Node]:
        node = _asset(f"model:mlflow/m{number}", "Model", _team(number))
        node |= {
            "purpose": "ServicePersonalisation",
            "domain": f"d{number % 20}",
            "riskLevel": "RiskLevelMinimal",
            "documents": f"document:org/assessment-m{number}",
        }
        for key in ("purpose", "riskLevel", "documents"):
            if self._faulty():
                del node[key]
        yield node
        yield {
            "id": f"document:org/assessment-m{number}",
            "type": ["Document", "eu-aiact:HighRiskAIAssessment"],
            "title": f"Assessment of model {number}",
            "attributedTo": _person(number),
            "generatedAt": "2025-12-01T00:00:00Z",
        }
        yield _raw(f"dataset:s3://lake/holdout/m{number}", _team(number))

    def _dataset(self, number: int) -> Iterator[Node]:
        layer = number % 4
        if layer == _RAW:
            yield self._raw_data(number)
            return
        sources = self._sources(number, layer)
        self._personal.append(any(self._personal[source] for source in sources))
        node = _asset(_table(number), "Dataset", _team(number))
        node |= {"license": "CC-BY-4.0", "generatedBy": f"run:airflow/{number}"}
        if self._personal[number]:
            node |= {"personalData": ["EmailAddress"], "legalBasis": "Contract"}
        if self._faulty():
            node["owner"] = f"team:org/gone-{number}"
        yield node
        yield {
            "id": f"run:airflow/{number}",
            "type": "Run",
            "executes": f"pipeline:airflow/p{number % _PIPELINES}",
            "uses": [_table(source) for source in sources],
            "startedAt": _instant(number),
            "endedAt": _instant(number + (-1 if self._faulty() else 1)),
        }

    def _raw_data(self, number: int) -> Node:
        node = _raw(_table(number), _team(number))
        self._personal.append(number % 100 == 0)
        if self._personal[number]:
            node |= {"personalData": ["EmailAddress"], "legalBasis": "Contract"}
        if number >= 4 * _REFERENCE:
            for key in ("license", "collectionMethod", "publisher"):
                if self._faulty():
                    del node[key]
        return node

    def _sources(self, number: int, layer: int) -> list[int]:
        """What data of a layer is made from: one or two of the layer below, lately made."""
        below = number - 1
        lately = range(max(layer - 1, below - 4 * _NEAR), below + 1, 4)
        found = [below, self._chosen.choice(lately)]
        if layer == _CLEAN and self._chosen.random() < 0.1:
            found.append(min(below, 4 * self._chosen.randrange(_REFERENCE)))
        return sorted(set(found))

    def _version(self, number: int) -> Iterator[Node]:
        model = number % _MODELS
        version = f"model-version:mlflow/m{model}/{number}"
        test = {"entity": f"dataset:s3://lake/holdout/m{model}", "role": "test"}
        yield {
            "id": f"run:mlflow/{number}",
            "type": "Run",
            "runType": "training",
            "executes": f"pipeline:airflow/p{number % _PIPELINES}",
            "usage": {"entity": _table(number), "role": "training"},
            "startedAt": _instant(number + 1),
            "endedAt": _instant(number + 2),
        }
        node: Node = {
            "id": version,
            "type": "ModelVersion",
            "versionOf": f"model:mlflow/m{model}",
            "version": f"{number}.0.0",
            "contentId": f"sha256:{number:064x}",
            "generatedBy": f"run:mlflow/{number}",
            "generatedAt": _instant(number + 2),
            "status": "active",
        }
        if self._personal[number]:
            node["personalData"] = [] if self._faulty() else ["EmailAddress"]
        yield node
        yield {
            "id": f"evaluation:ci/{number}",
            "type": "Evaluation",
            "evaluates": version,
            "usage": test,
            "startedAt": _instant(number + 2),
            "endedAt": _instant(number + (9 if self._faulty() else 3)),
            "measurements": f"measurement:ci/{number}",
            "generates": f"measurement:ci/{number}",
        }
        yield {
            "id": f"measurement:ci/{number}",
            "type": "Measurement",
            "metric": "https://example.org/metric/auc",
            "value": round(0.8 + self._chosen.random() / 10, 4),
            "computedOn": version,
        }
        yield self._deployment(number, version)

    def _deployment(self, number: int, version: str) -> Node:
        """A deployment; three of four have ended."""
        node: Node = {
            "id": f"deployment:k8s/{number}",
            "type": "Deployment",
            "deploys": version,
            "servedBy": f"service:k8s/s{number % _SERVICES}",
            "startedAt": _instant(number + 4),
        }
        if number % 16 != _TRAINING:
            node["endedAt"] = _instant(number + 9)
        return node


def _asset(identifier: str, kind: str, owner: str) -> Node:
    name = identifier.partition(":")[2]
    described = {"title": name, "description": f"What {name} is for."}
    return {"id": identifier, "type": kind, **described, "owner": owner}


def _raw(identifier: str, owner: str) -> Node:
    return _asset(identifier, "Dataset", owner) | {
        "license": "CC-BY-4.0",
        "publisher": owner,
        "collectionDate": "2025-11-01",
        "collectionMethod": "exported from the system of record",
        "purpose": "ServicePersonalisation",
    }


def _table(number: int) -> str:
    return f"dataset:s3://lake/t{number}"


def _team(number: int) -> str:
    return f"team:org/t{number % _TEAMS}"


def _person(number: int) -> str:
    return f"person:org/t{number % _TEAMS}-{number % 3}"


def _instant(number: int) -> str:
    """Something starts every thirty seconds."""
    return (_EPOCH + timedelta(seconds=30 * number)).isoformat() + "Z"
