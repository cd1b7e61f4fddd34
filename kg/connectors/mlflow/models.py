"""Logged models and their evaluations: what a run stored, and how it was judged on which data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kg.connectors.mlflow.body import Body
from kg.connectors.mlflow.datasets import is_evaluating, role_iri
from kg.connectors.mlflow.index import Index
from kg.connectors.mlflow.measurements import Metric, add_measurement, latest, metric_records
from kg.connectors.mlflow.scope import Scope, keep_rest, keep_tags, unmapped
from kg.model import Description, Record
from kg.namespaces import DCT, DQV, MLG, PROV, RUN_TYPE_BASE
from kg.terms import NamedNode


@dataclass
class _Evaluation:
    """What one run measured of a model on data of one digest that was not for training."""

    run_id: str
    digest: str
    metrics: list[Metric] = field(default_factory=list)
    used: dict[NamedNode, str] = field(default_factory=dict)


def map_logged_model(body: Body, index: Index) -> Iterator[Record]:
    """A logged model, then its evaluations and the metrics that nothing before it named."""
    info, data = body.body("info"), body.body("data")
    metrics = latest(Metric.read(item) for item in data.bodies("metrics"))
    others, evaluations = _sort(metrics, index)
    yield _model_record(info, data, others, index.scope)
    for evaluation in evaluations:
        yield _evaluation_record(evaluation, info, index)
    yield from metric_records(metrics, index)


def _sort(metrics: list[Metric], index: Index) -> tuple[list[Metric], list[_Evaluation]]:
    """Tell metrics on data that a run had as test or validation input from all others."""
    others: list[Metric] = []
    evaluations: dict[tuple[str, str], _Evaluation] = {}
    for metric in metrics:
        found = index.input(*metric.logged_on) if metric.logged_on else None
        if metric.logged_on and found and found[1] and is_evaluating(found[1]):
            run_id, _, digest = metric.logged_on
            group = evaluations.setdefault((run_id, digest), _Evaluation(run_id, digest))
            group.metrics.append(metric)
            group.used[found[0]] = found[1]
        else:
            others.append(metric)
    return others, list(evaluations.values())


def _model_record(info: Body, data: Body, metrics: list[Metric], scope: Scope) -> Record:
    model_id = info.required("model_id")
    model = scope.describe(scope.mint("model-artifact", model_id)).a(MLG.ModelArtifact)
    model.add(DCT.title, info.text("name"))
    if run_id := info.text("source_run_id"):
        model.add(PROV.wasGeneratedBy, scope.mint("run", run_id))
    model.add(DCT.created, info.moment("creation_timestamp_ms"))
    model.add(DCT.modified, info.moment("last_updated_timestamp_ms"))
    for key, value in data.pairs("params").items():
        model.add(unmapped(f"param.{key}"), value)
    keep_tags(model, info.pairs("tags"))
    keep_rest(model, info)
    for metric in metrics:
        node = model.node(DQV.hasQualityMeasurement, _measurement(scope, model_id, metric))
        add_measurement(node, metric, scope, model.subject)
        if metric.logged_on:
            node.add(unmapped("dataset_name"), metric.logged_on[1])
            node.add(unmapped("dataset_digest"), metric.logged_on[2])
    return model.record()


def _measurement(scope: Scope, model_id: str, metric: Metric) -> NamedNode:
    """The IRI of a value of the model, told apart by the run and the dataset it is of."""
    if metric.logged_on:
        return scope.mint("measurement", *metric.logged_on, model_id, metric.key)
    return scope.mint("measurement", metric.run_id or model_id, model_id, metric.key)


def _evaluation_record(evaluation: _Evaluation, info: Body, index: Index) -> Record:
    """The evaluation of a model and of every version that was registered of it."""
    scope, model_id = index.scope, info.required("model_id")
    versions = [scope.mint("model-version", *pair) for pair in index.versions_of(model_id)]
    judged = [scope.mint("model-artifact", model_id), *versions]
    key = (evaluation.run_id, evaluation.digest, model_id)
    activity = scope.describe(scope.mint("evaluation", *key)).a(MLG.Evaluation)
    datasets = sorted({metric.logged_on[1] for metric in evaluation.metrics if metric.logged_on})
    activity.add(DCT.title, f"{info.text('name') or model_id} on {', '.join(datasets)}")
    activity.add(DCT.type, NamedNode(RUN_TYPE_BASE + "evaluation"))
    activity.add(DCT.isPartOf, scope.mint("run", evaluation.run_id))
    activity.add(MLG.evaluates, *judged)
    _add_period(activity, evaluation.metrics)
    for dataset, role in evaluation.used.items():
        usage = scope.nested(activity, PROV.qualifiedUsage, dataset.value)
        usage.a(PROV.Usage).add(PROV.entity, dataset).add(PROV.hadRole, role_iri(role))
        activity.add(PROV.used, dataset)
    for metric in evaluation.metrics:
        node = activity.node(PROV.generated, _measurement(scope, model_id, metric))
        add_measurement(node, metric, scope, *judged)
    return activity.record()


def _add_period(activity: Description, metrics: list[Metric]) -> None:
    """An evaluation lasts from its first value to its last; MLflow notes no other times."""
    moments = [metric.moment for metric in metrics if metric.moment]
    if moments:
        activity.add(PROV.startedAtTime, min(moments)).add(PROV.endedAtTime, max(moments))
