"""Experiments and runs: what was tried, with which data and parameters, and how it came out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kg.connectors.mlflow.body import Body
from kg.connectors.mlflow.datasets import DatasetInput, role_iri, role_of
from kg.connectors.mlflow.index import Index
from kg.connectors.mlflow.measurements import Metric, add_measurement, latest, metric_records
from kg.connectors.mlflow.scope import Scope, keep_rest, keep_stage, keep_tags, unmapped
from kg.model import Description, Record
from kg.namespaces import DCT, DQV, FOAF, MLG, MLS, PROV, RUN_TYPE_BASE
from kg.terms import NamedNode

_PARENT: Final = "mlflow.parentRunId"


def map_experiment(body: Body, index: Index) -> Iterator[Record]:
    """An experiment of MLflow: a group of runs."""
    scope = index.scope
    experiment = scope.describe(scope.mint("experiment", body.required("experiment_id")))
    experiment.a(MLG.Experiment).add(DCT.title, body.text("name"))
    experiment.add(DCT.created, body.moment("creation_time"))
    experiment.add(DCT.modified, body.moment("last_update_time"))
    keep_stage(experiment, body)
    keep_tags(experiment, body.pairs("tags"))
    keep_rest(experiment, body)
    yield experiment.record()


def map_run(body: Body, index: Index) -> Iterator[Record]:
    """A run, then the user, the datasets and the metrics that no run before it named."""
    scope, info, data = index.scope, body.body("info"), body.body("data")
    run = scope.describe(scope.mint("run", info.required("run_id"))).a(MLG.Run)
    inputs = [DatasetInput.read(i, scope) for i in body.body("inputs").bodies("dataset_inputs")]
    metrics = latest(Metric.read(item) for item in data.bodies("metrics"))
    user = info.text("user_id")
    _add_tags(run, data.pairs("tags"), scope)
    _add_parameters(run, data.pairs("params"), scope)
    _add_models(run, body, index)
    for item in inputs:
        _add_usage(run, item, scope)
    for metric in metrics:
        value = scope.mint("measurement", info.required("run_id"), metric.key)
        add_measurement(run.node(DQV.hasQualityMeasurement, value), metric, scope, run.subject)
    _add_info(run, info, scope)
    yield run.record()
    yield from _shared(user, inputs, metrics, index)


def _add_info(run: Description, info: Body, scope: Scope) -> None:
    run.add(DCT.title, info.text("run_name"))
    run.add(DCT.isPartOf, scope.mint("experiment", info.required("experiment_id")))
    run.add(PROV.startedAtTime, info.moment("start_time"))
    run.add(PROV.endedAtTime, info.moment("end_time"))
    if user := info.text("user_id"):
        run.add(PROV.wasAssociatedWith, scope.mint("person", user))
    keep_stage(run, info)
    info.ignore("run_uuid")
    keep_rest(run, info)


def _add_tags(run: Description, tags: dict[str, str], scope: Scope) -> None:
    if parent := tags.pop(_PARENT, None):
        run.add(DCT.isPartOf, scope.mint("run", parent))
    keep_tags(run, tags)


def _add_parameters(run: Description, parameters: dict[str, str], scope: Scope) -> None:
    for key, value in parameters.items():
        setting = scope.nested(run, MLG.parameter, key).a(MLS.HyperParameterSetting)
        setting.add(DCT.identifier, key).add(MLS.hasValue, value)


def _add_models(run: Description, body: Body, index: Index) -> None:
    """State the logged models that went in and out; a run that made one was a training."""
    scope = index.scope
    for item in body.body("inputs").bodies("model_inputs"):
        run.add(PROV.used, scope.mint("model-artifact", item.required("model_id")))
    outputs = body.body("outputs").bodies("model_outputs")
    for item in outputs:
        run.add(PROV.generated, scope.mint("model-artifact", item.required("model_id")))
    if outputs or index.has_version(body.body("info").required("run_id")):
        run.add(DCT.type, NamedNode(RUN_TYPE_BASE + "training"))


def _add_usage(run: Description, item: DatasetInput, scope: Scope) -> None:
    run.add(PROV.used, item.version)
    usage = scope.nested(run, PROV.qualifiedUsage, item.version.value, item.context or "")
    usage.a(PROV.Usage).add(PROV.entity, item.version)
    if role := role_of(item.context):
        usage.add(PROV.hadRole, role_iri(role))
    else:
        usage.add(unmapped("data.context"), item.context)
    keep_tags(usage, item.tags)


def _shared(
    user: str | None, inputs: list[DatasetInput], metrics: list[Metric], index: Index
) -> Iterator[Record]:
    """What many runs name: it is described in the words of the first of them."""
    scope = index.scope
    if user and index.describe(person := scope.mint("person", user)):
        yield scope.describe(person).a(PROV.Person).add(FOAF.name, user).record()
    for item in inputs:
        if index.describe(item.dataset):
            yield item.dataset_record(scope)
        if index.describe(item.version):
            yield item.version_record(scope)
    yield from metric_records(metrics, index)
