"""Training runs of the story: real models, logged and registered by the real MLflow client."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Any

import mlflow
import mlflow.sklearn
import sklearn
from mlflow import MlflowClient
from pandas import DataFrame, Series
from sklearn.metrics import log_loss, roc_auc_score

from recording.clock import Clock
from recording.pipelines import commit
from recording.server import USER
from recording.tables import Table

_REPOSITORY = "https://git.example.org/streaming"
_REQUIREMENTS = [f"scikit-learn=={sklearn.__version__}"]


@dataclass(frozen=True)
class Training:
    """What a run trains: an estimator, on which part of which tables, to predict which column."""

    model: str
    estimator: Any
    target: str
    train: Table
    test: Table | None
    note: str = ""

    @property
    def name(self) -> str:
        """The name of the run: the algorithm and the moment of its data."""
        return f"{type(self.estimator).__name__} on {self.train.digest}"


def train(training: Training, clock: Clock) -> str:
    """Carry out a training run; gives the URI of the logged model."""
    _context(training)
    mlflow.set_experiment(training.model)
    with mlflow.start_run(run_name=training.name):
        mlflow.log_params(_parameters(training.estimator))
        mlflow.log_input(training.train.dataset(), context="training")
        clock.advance(minutes=7)
        training.estimator.fit(*_columns(training, training.train))
        info = mlflow.sklearn.log_model(
            training.estimator,
            name=training.model,
            params=_parameters(training.estimator),
            pip_requirements=_REQUIREMENTS,
            serialization_format="cloudpickle",
        )
        _measure(training, training.train, "training_", info.model_id)
        if training.test:
            mlflow.log_input(training.test.dataset(), context="test")
            clock.advance(minutes=2)
            _measure(training, training.test, "", info.model_id)
        clock.advance(minutes=1)
    return str(info.model_uri)


def register(training: Training, model_uri: str, clock: Clock) -> str:
    """Register a logged model as the next version of its model; gives the version."""
    clock.advance(minutes=30)
    version = mlflow.register_model(model_uri, training.model)
    MlflowClient().update_model_version(training.model, version.version, training.note)
    return str(version.version)


def fail(training: Training, clock: Clock) -> None:
    """A run whose training ends with the error that the estimator raises, as MLflow records it."""
    try:
        train(training, clock)
    except ValueError as error:
        run = mlflow.last_active_run()
        MlflowClient().set_tag(run.info.run_id, "error", str(error).splitlines()[0])
    else:
        raise RuntimeError(f"{training.name} was meant to fail")


def _context(training: Training) -> None:
    """Tell MLflow where the code of the story comes from, instead of this script."""
    os.environ["MLFLOW_RUN_CONTEXT"] = json.dumps({
        "mlflow.user": USER,
        "mlflow.source.name": f"{training.model}/train.py",
        "mlflow.source.type": "PROJECT",
        "mlflow.source.git.commit": commit(training.model + training.name),
        "mlflow.source.git.repoURL": f"{_REPOSITORY}/{training.model}",
        "mlflow.source.git.branch": "main",
    })  # fmt: skip


def _parameters(estimator: Any) -> dict[str, str]:
    """The settings that differ from the estimator's defaults, with its name."""
    given, usual = estimator.get_params(), type(estimator)().get_params()
    settings = {key: str(value) for key, value in given.items() if value != usual.get(key)}
    return {"algorithm": type(estimator).__name__, **settings}


def _columns(training: Training, table: Table) -> tuple[DataFrame, Series]:
    """What the model sees of a table, and what it is to predict."""
    rows = table.data().drop(columns="subscriber_id", errors="ignore")
    return rows.drop(columns=training.target), rows[training.target]


def _measure(training: Training, table: Table, prefix: str, model_id: str) -> None:
    features, target = _columns(training, table)
    chance = training.estimator.predict_proba(features)[:, 1]
    metrics = {
        f"{prefix}roc_auc": roc_auc_score(target, chance),
        f"{prefix}log_loss": log_loss(target, chance),
    }
    rounded = {key: round(float(value), 4) for key, value in metrics.items()}
    mlflow.log_metrics(rounded, dataset=table.dataset(), model_id=model_id)
