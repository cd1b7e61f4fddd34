"""Metrics: a value MLflow keeps of a run or a model is a DQV measurement of a metric."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from math import isfinite

from kg.connectors.mlflow.body import Body
from kg.connectors.mlflow.index import Index
from kg.connectors.mlflow.scope import Scope, unmapped
from kg.model import Description, Record
from kg.namespaces import DCT, DQV, PROV
from kg.terms import NamedNode


@dataclass(frozen=True)
class Metric:
    """One value of one metric, with the run that logged it and, where it was logged on a dataset,
    the run's id, the dataset's name and its digest."""

    key: str
    value: float | None
    step: int
    moment: datetime | None
    run_id: str | None
    logged_on: tuple[str, str, str] | None

    @classmethod
    def read(cls, body: Body) -> Metric:
        """Read an item of ``metrics``; raises InputError when the key is missing."""
        run_id, step = body.text("run_id"), body.number("step")
        name, digest = body.text("dataset_name"), body.text("dataset_digest")
        return cls(
            key=body.required("key"),
            value=body.number("value"),
            step=int(step) if step and isfinite(step) else 0,
            moment=body.moment("timestamp"),
            run_id=run_id,
            logged_on=(run_id, name, digest) if run_id and name and digest else None,
        )


def latest(metrics: Iterable[Metric]) -> list[Metric]:
    """For each key, run and dataset the value of the highest step, as runs show theirs."""
    newest: dict[tuple[object, ...], Metric] = {}
    for metric in metrics:
        series = (metric.key, metric.run_id, metric.logged_on)
        if series not in newest or _order(metric) >= _order(newest[series]):
            newest[series] = metric
    return list(newest.values())


def _order(metric: Metric) -> tuple[int, float]:
    return metric.step, metric.moment.timestamp() if metric.moment else 0.0


def metric_iri(scope: Scope, key: str) -> NamedNode:
    """The IRI of the metric that a key names, the same in all runs."""
    return scope.mint("metric", key)


def metric_records(metrics: Iterable[Metric], index: Index) -> Iterator[Record]:
    """The metrics that no object before named."""
    scope = index.scope
    for key in (metric.key for metric in metrics):
        if index.describe(iri := metric_iri(scope, key)):
            yield scope.describe(iri).a(DQV.Metric).add(DCT.title, key).record()


def add_measurement(node: Description, metric: Metric, scope: Scope, *of: NamedNode) -> None:
    """State a value in the description of its measurement, computed on the things given."""
    node.a(DQV.QualityMeasurement).add(DQV.isMeasurementOf, metric_iri(scope, metric.key))
    node.add(DQV.value, metric.value).add(DQV.computedOn, *of)
    node.add(PROV.generatedAtTime, metric.moment).add(unmapped("step"), metric.step)
