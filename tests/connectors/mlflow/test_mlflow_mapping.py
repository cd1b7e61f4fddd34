"""What recordings say in the graph's terms, rule by rule."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mlflow_harness import NAMES, Mapped

from kg.connectors.mlflow import described
from kg.errors import InputError

Record = Callable[..., Path]
CHURN = Path(__file__).parent / "cases" / "churn" / "input.jsonl"


def test_bodies_recorded_from_mlflow_3_17_are_mapped(fixtures_dir: Path, record: Record) -> None:
    file = fixtures_dir / "mlflow" / "rest_recorded_3.17.2.json"
    answers = json.loads(file.read_text(encoding="utf-8"))
    mapped = Mapped(
        record(
            ("experiment", answers["GET experiments/get-by-name"]["experiment"]),
            ("run", answers["GET runs/get"]["run"]),
            ("logged_model", answers["GET logged-models/{id}"]["model"]),
            ("registered_model", answers["GET registered-models/get"]["registered_model"]),
            ("model_version", answers["GET model-versions/get"]["model_version"]),
            ("model_version", answers["GET model-versions/search"]["model_versions"][0]),
        )
    )
    run = "run:mlflow/86e3c72666b14e9b8c635ea0de271569"
    train = "dataset-version:s3://bkt/churn/train.parquet/15b4ff74"
    assert mapped.rejections == []
    assert mapped.values(run, "#used") == {train}
    assert mapped.values(run, "terms/type") == {"https://w3id.org/mlg/run-type/training"}
    assert mapped.values(run, "mlflow.tag.mlflow.source.git.commit") == {"deadbeef"}
    assert mapped.values("model-version:mlflow/churn_model/1", "#alias") == {"champion"}
    assert mapped.values("model-version:mlflow/churn_model/2", "#alias") == set()
    assert mapped.values("model-version:mlflow/churn_model/2", "#wasDerivedFrom") == {
        "model-artifact:mlflow/m-01bec1ed313f41bca833a7a42bfc10dc"
    }
    assert not any(subject.startswith("evaluation:") for subject in mapped.records)


def test_metrics_on_test_data_are_an_evaluation_of_the_model_and_all_versions_made_of_it() -> None:
    mapped = Mapped(CHURN)
    evaluations = [subject for subject in mapped.records if subject.startswith("evaluation:")]
    judged = [mapped.values(subject, "#evaluates") for subject in evaluations]
    registered = {"model-version:mlflow/churn/1", "model-version:mlflow/churn-production/1"}
    assert len(evaluations) == 2
    assert [found & registered for found in judged] == [set(), registered]
    for subject in evaluations:
        assert mapped.values(subject, "#used") == {
            "dataset-version:s3://lake/churn/test.parquet/10d96d88"
        }
        (measurement,) = mapped.values(subject, "#generated")
        assert mapped.values(measurement, "#computedOn") == mapped.values(subject, "#evaluates")


def test_metrics_on_training_data_stay_with_the_model() -> None:
    mapped = Mapped(CHURN)
    (model,) = [
        subject
        for subject in mapped.records
        if mapped.values(subject, "mlflow.tag.mlflow.modelVersions")
    ]
    (measurement,) = mapped.values(model, "#hasQualityMeasurement")
    assert mapped.values(measurement, "mlflow.dataset_name") == {"churn_train"}
    assert mapped.values(measurement, "#computedOn") == {model}


def test_a_copy_of_a_version_is_derived_from_it_and_has_the_content_of_its_model() -> None:
    mapped = Mapped(CHURN)
    copy, version = "model-version:mlflow/churn-production/1", "model-version:mlflow/churn/1"
    assert mapped.values(copy, "#wasDerivedFrom") == {version}
    assert mapped.values(copy, "#contentId") == mapped.values(version, "#contentId") != set()


def logged(run_id: str, *metrics: tuple[str, float, int]) -> dict[str, Any]:
    """A logged model with values of one metric on data, given as name, value and step."""
    return {
        "info": {"model_id": "m-1", "name": "model"},
        "data": {
            "metrics": [
                {
                    "key": "auc",
                    "value": value,
                    "step": step,
                    "timestamp": 1000 + step,
                    "run_id": run_id,
                    "dataset_name": name,
                    "dataset_digest": "same",
                }
                for name, value, step in metrics
            ]
        },
    }


def run_on(run_id: str, context: str, *names: str) -> dict[str, Any]:
    """A run with datasets of the same digest as input."""
    tags = [{"key": "mlflow.data.context", "value": context}]
    datasets = [{"name": name, "digest": "same", "source": "{}"} for name in names]
    return {
        "info": {"run_id": run_id, "experiment_id": "1"},
        "inputs": {"dataset_inputs": [{"tags": tags, "dataset": d} for d in datasets]},
    }


@pytest.mark.parametrize(
    ("context", "evaluations"),
    [("test", 1), ("validation", 1), ("EVAL", 1), ("training", 0), ("reference", 0), ("odd", 0)],
)
def test_only_data_logged_for_test_or_validation_make_an_evaluation(
    context: str, evaluations: int, record: Record
) -> None:
    mapped = Mapped(
        record(("run", run_on("r", context, "d")), ("logged_model", logged("r", ("d", 0.5, 0))))
    )
    assert sum(subject.startswith("evaluation:") for subject in mapped.records) == evaluations


def test_two_datasets_of_one_digest_keep_their_values_apart(record: Record) -> None:
    mapped = Mapped(
        record(
            ("run", run_on("r", "test", "a", "b")),
            ("logged_model", logged("r", ("a", 0.5, 0), ("b", 0.6, 0))),
        )
    )
    measurements = mapped.values("evaluation:mlflow/r/same/m-1", "#generated")
    assert {v for m in measurements for v in mapped.values(m, "dqv#value")} == {"0.5", "0.6"}


def test_of_a_metric_logged_in_steps_the_last_step_stands(record: Record) -> None:
    steps = (("d", 0.5, 0), ("d", 0.9, 2), ("d", 0.7, 1))
    mapped = Mapped(
        record(("run", run_on("r", "test", "d")), ("logged_model", logged("r", *steps)))
    )
    (measurement,) = mapped.values("evaluation:mlflow/r/same/m-1", "#generated")
    assert mapped.values(measurement, "dqv#value") == {"0.9"}


def test_a_later_run_that_judges_a_model_evaluates_it_without_being_its_training(
    record: Record,
) -> None:
    judging = run_on("later", "test", "d")
    judging["inputs"]["model_inputs"] = [{"model_id": "m-1"}]
    mapped = Mapped(record(("run", judging), ("logged_model", logged("later", ("d", 0.5, 0)))))
    evaluation = "evaluation:mlflow/later/same/m-1"
    assert mapped.values(evaluation, "isPartOf") == {"run:mlflow/later"}
    assert "model-artifact:mlflow/m-1" in mapped.values("run:mlflow/later", "#used")
    assert mapped.values("run:mlflow/later", "terms/type") == set()


def test_two_servers_stand_side_by_side_under_a_system_and_source_each(record: Record) -> None:
    recording = record(("experiment", {"experiment_id": "1", "name": "one"}))
    mapped = Mapped(recording, source="mlflow-eu", system="eu")
    (found,) = mapped.records.values()
    assert NAMES.short(found.subject) == "experiment:eu/1"
    assert found.source == "mlflow-eu"


def test_what_a_complete_recording_no_longer_has_is_withdrawn(record: Record) -> None:
    one, two = ({"experiment_id": id_, "name": id_} for id_ in "12")
    before = list(described(record(("experiment", one), ("experiment", two)), names=NAMES))
    mapped = Mapped(record(("experiment", one)), known=before)
    assert mapped.withdrawn == {"experiment:mlflow/2"}
    assert mapped.warnings == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: text.rindex("\n", 0, -1) + 1],
        lambda text: text.replace('"experiment": 1', '"experiment": 2'),
        lambda text: text + text.partition("\n")[0] + "\n",
    ],
    ids=["no end", "other counts", "lines after the end"],
)
def test_an_incomplete_recording_withdraws_nothing_and_says_so(
    damage: Callable[[str], str], record: Record
) -> None:
    recording = record(("experiment", {"experiment_id": "1", "name": "one"}))
    recording.write_text(damage(recording.read_text(encoding="utf-8")), encoding="utf-8")
    mapped = Mapped(recording, known=[NAMES.parse("experiment:mlflow/2")])
    assert mapped.withdrawn == set()
    assert mapped.warnings == ["the recording is incomplete: nothing was withdrawn"]
    assert set(mapped.records) == {"experiment:mlflow/1"}


def test_an_object_that_cannot_be_read_is_not_taken_for_gone(record: Record) -> None:
    mapped = Mapped(
        record(("run", {"info": {"run_id": "r"}}), ("experiment", {"experiment_id": "1"})),
        known=[NAMES.parse("run:mlflow/r"), NAMES.parse("run:mlflow/gone")],
    )
    assert [where for where, _ in mapped.rejections] == ["run r (line 1)"]
    assert mapped.withdrawn == set()
    assert mapped.warnings == ["some objects could not be read: nothing was withdrawn"]


def test_credentials_in_what_users_logged_do_not_reach_the_graph(record: Record) -> None:
    body = {"info": {"run_id": "r", "experiment_id": "1"}, "data": {"tags": [
        {"key": "repo", "value": "https://u:s3cret@git.example.org/x"},
        {"key": "data", "value": '{"uri": "https://x/y?token=s3cret"}'},
    ]}}  # fmt: skip
    assert "s3cret" not in str(Mapped(record(("run", body))).triples)


@pytest.mark.parametrize("content", [b"", b"\x00\xff\n", b'{"a": 1}\n', b"id,name\n1,a\n"])
def test_a_file_that_is_no_recording_is_refused(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "other"
    file.write_bytes(content)
    with pytest.raises(InputError, match="holds no objects of MLflow"):
        Mapped(file)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"absent\.jsonl: cannot be read"):
        Mapped(tmp_path / "absent.jsonl")
