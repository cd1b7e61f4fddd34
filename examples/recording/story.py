"""The story that the recordings tell, from August to November 2026."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import mlflow
import mlflow.sklearn
from mlflow import MlflowClient
from sklearn.base import ClassifierMixin
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from recording import pipelines
from recording import tables as t
from recording.clock import Clock
from recording.events import Emitter
from recording.pipelines import INGEST_BUREAU, SCORE_CHURN, Snapshot
from recording.tables import Table
from recording.training import Training, fail, register, train

CHURN, RANKING, CREDIT = "churn", "home-ranking", "device-credit"
_TARGETS = {CHURN: "churned", RANKING: "clicked", CREDIT: "defaulted"}


class Story:
    """Tells the story to an MLflow server, and its pipelines to a file of events."""

    def __init__(self, clock: Clock, emitter: Emitter) -> None:
        self._clock = clock
        self._emitter = emitter
        self._registry = MlflowClient()

    def tell(self) -> None:
        """The whole story, in the order in which it happened."""
        self._august(self._snapshot(0, "2026-08-03T02:00:00Z"))
        self._september(self._snapshot(5, "2026-09-07T02:00:00Z"))
        autumn = self._snapshot(10, "2026-10-12T02:00:00Z")
        self._october(autumn)
        self._november(autumn)

    def _august(self, data: Snapshot) -> None:
        """First versions of all three models; the credit team does not log its test data yet."""
        self._at("2026-08-04T09:00:00Z")
        self._version(_training(CHURN, data, _logistic(), "Baseline on four weeks of viewing."))
        self._version(_training(RANKING, data, _logistic(), "Baseline: position and popularity."))
        credit = _training(CREDIT, data, _logistic(), "First version, reviewed by hand.")
        self._version(replace(credit, test=None))
        self._promote("1", *_TARGETS)

    def _september(self, data: Snapshot) -> None:
        """Second versions on newer data; the forests of the same day are not registered."""
        self._at("2026-09-08T09:00:00Z")
        for model in (CHURN, CREDIT):
            train(_training(model, data, _forest()), self._clock)
        self._version(_training(CHURN, data, _boosting(40), "Boosting; beat a forest."))
        self._version(_training(RANKING, data, _boosting(60), "Boosting on the same inputs."))
        self._version(_training(CREDIT, data, _boosting(30), "Boosting; test data are logged."))
        self._at("2026-09-15T08:00:00Z")
        self._promote("2", *_TARGETS)

    def _october(self, data: Snapshot) -> None:
        """Churn is retrained and promoted; the next ranking goes to its A/B test unevaluated."""
        self._at("2026-10-13T09:00:00Z")
        self._version(_training(CHURN, data, _boosting(40), "As version 2, on data of October."))
        fail(_training(RANKING, _without_labels(data), _boosting(90, depth=4)), self._clock)
        self._clock.advance(hours=1)
        hurried = _training(
            RANKING, data, _boosting(90, depth=4), "Deeper trees, for the A/B test."
        )
        self._version(replace(hurried, test=None))
        self._at("2026-10-20T08:00:00Z")
        self._promote("3", CHURN)
        self._registry.set_registered_model_alias(CHURN, "previous", "2")
        self._registry.set_registered_model_alias(RANKING, "challenger", "3")

    def _november(self, data: Snapshot) -> None:
        """The bureau has withdrawn its old format; churn is scored every night."""
        self._clock.set("2026-11-02T04:00:00Z")
        self._emitter.failed_run(
            INGEST_BUREAU,
            self._clock.now,
            [Table(t.BUREAU_DROP)],
            "ValueError: column 'score' not found; the file has columns person, grade, as_of",
        )
        for night in ("2026-11-09", "2026-11-10", "2026-11-11"):
            self._clock.set(f"{night}T01:00:00Z")
            self._score(data.features)

    def _score(self, features: Table) -> None:
        """Score with the champion as the registry has it now."""
        champion = self._registry.get_model_version_by_alias(CHURN, "champion")
        model = mlflow.sklearn.load_model(f"models:/{CHURN}/{champion.version}")
        inputs = features.data()[list(model.feature_names_in_)]
        scores = features.data()[["subscriber_id"]].assign(
            churn_probability=model.predict_proba(inputs)[:, 1].round(4),
            scored_on=str(self._clock.now.date()),
        )
        step = replace(SCORE_CHURN, tags={"model": f"models:/{CHURN}/{champion.version}"})
        predictions = Table(t.CHURN_PREDICTIONS, scores)
        self._emitter.run(step, self._clock.now, [features], [predictions])

    def _snapshot(self, week: int, start: str) -> Snapshot:
        return pipelines.weekly(self._emitter, week, datetime.fromisoformat(start))

    def _at(self, moment: str) -> None:
        self._clock.set(moment)

    def _promote(self, version: str, *models: str) -> None:
        for model in models:
            self._registry.set_registered_model_alias(model, "champion", version)

    def _version(self, training: Training) -> None:
        register(training, train(training, self._clock), self._clock)


def _training(model: str, data: Snapshot, estimator: ClassifierMixin, note: str = "") -> Training:
    halves = {CHURN: data.churn, RANKING: data.ranking, CREDIT: data.credit}[model]
    return Training(model, estimator, _TARGETS[model], *halves, note)


def _without_labels(data: Snapshot) -> Snapshot:
    """The ranking examples before clicks have come in: no model can be fitted to them."""
    examples = data.ranking[0].data().assign(clicked=float("nan"))
    return replace(data, ranking=(Table(t.RANKING_TRAIN, examples), data.ranking[1]))


def _logistic() -> LogisticRegression:
    return LogisticRegression(max_iter=5000)


def _forest() -> RandomForestClassifier:
    return RandomForestClassifier(n_estimators=40, max_depth=12, random_state=7)


def _boosting(trees: int, depth: int = 2) -> GradientBoostingClassifier:
    return GradientBoostingClassifier(n_estimators=trees, max_depth=depth, random_state=7)
