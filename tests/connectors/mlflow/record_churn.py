"""Makes ``cases/churn/input.jsonl`` anew from a real server.

Needs ``mlflow``, ``scikit-learn`` and ``kg``. Copy it to an empty folder outside of any
repository and run it there, so that no path of the machine gets into the recording::

    mlflow server --backend-store-uri sqlite:///churn.db --port 5000
    LOGNAME=j.doe python record_churn.py http://127.0.0.1:5000 input.jsonl

Two runs train a model of customer churn, the second better than the first; each judges its model
on held-back data. The better one is registered, made champion, and copied to production.
"""

from __future__ import annotations

import sys
from pathlib import Path

import mlflow
import pandas
from mlflow.data.huggingface_dataset_source import HuggingFaceDatasetSource
from mlflow.data.meta_dataset import MetaDataset
from sklearn.linear_model import LogisticRegression

from kg.connectors.mlflow import pull

BUCKET = "s3://lake/churn"


def frame(rows: int) -> pandas.DataFrame:
    """A few customers, of whom the newest leave."""
    months = list(range(1, rows + 1))
    churned = [int(month < 4) for month in months]
    return pandas.DataFrame(
        {"months": months, "calls": [m % 3 for m in months], "churned": churned}
    )


def train(title: str, rows: int, strength: float) -> mlflow.models.model.ModelInfo:
    """One run: log the data, train, judge on the training and on the test data."""
    table, held_back = frame(rows), frame(6)
    data = mlflow.data.from_pandas(
        table, source=f"{BUCKET}/train-{rows}.parquet", name="churn_train", targets="churned"
    )
    test = mlflow.data.from_pandas(held_back, source=f"{BUCKET}/test.parquet", name="churn_test")
    with mlflow.start_run(run_name=title):
        mlflow.log_input(data, context="training")
        mlflow.log_input(test, context="test")
        mlflow.log_param("C", strength)
        model = LogisticRegression(C=strength).fit(table[["months", "calls"]], table["churned"])
        logged = mlflow.sklearn.log_model(model, name="churn")
        for dataset, rows_of in ((data, table), (test, held_back)):
            accuracy = model.score(rows_of[["months", "calls"]], rows_of["churned"])
            mlflow.log_metric("accuracy", accuracy, dataset=dataset, model_id=logged.model_id)
        with mlflow.start_run(run_name=f"{title} fold", nested=True):
            mlflow.log_metric("val/loss", float("nan"))
    return logged


def other_runs(client: mlflow.MlflowClient) -> None:
    """What else servers hold: notes, data that lie nowhere, a deleted run and experiment."""
    with mlflow.start_run(run_name="explore", description="Looks at public data"):
        hub = HuggingFaceDatasetSource(path="org/telecom", split="train", revision="abc123")
        mlflow.log_input(MetaDataset(hub, name="telecom"), context="exploration")
        mlflow.log_input(mlflow.data.from_pandas(frame(3), name="typed_in"))
    with mlflow.start_run(run_name="mistake") as mistake:
        mlflow.set_tag("why it is gone", "wrong data")
    client.delete_run(mistake.info.run_id)
    client.delete_experiment(client.create_experiment("abandoned"))


def register(client: mlflow.MlflowClient, logged: mlflow.models.model.ModelInfo) -> None:
    """Register the model, name it champion, and copy it to the registered model of production."""
    version = mlflow.register_model(logged.model_uri, "churn")
    client.update_registered_model("churn", "Tells which customers will leave")
    client.set_registered_model_alias("churn", "champion", version.version)
    client.set_model_version_tag("churn", version.version, "reviewed by", "risk")
    client.copy_model_version(f"models:/churn/{version.version}", "churn-production")


def main(url: str, recording: Path) -> None:
    """Do all of it against the server at the URL, then record it."""
    mlflow.set_tracking_uri(url)
    client = mlflow.MlflowClient()
    mlflow.set_experiment("churn")
    train("weak", 8, 0.001)
    best = train("strong", 20, 10.0)
    register(client, best)
    other_runs(client)
    pull(url, recording)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
