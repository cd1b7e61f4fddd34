"""The lists that a pull reads: which paths of the REST API, how they are asked, what they hold.

Every list is asked for in the order of creation where the API allows it, so that what is made
during a pull comes at the end and moves nothing across a page. Documented at
https://mlflow.org/docs/latest/api_reference/rest-api.html.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

API: Final = "/api/2.0/mlflow/"


@dataclass(frozen=True)
class Listing:
    """A paged search of the API and the kind of object that it lists."""

    kind: str
    path: str
    items: str
    post: bool
    page_size: int
    parameters: Mapping[str, object]
    # MLflow 2 has no logged models; a server without this path just lists none.
    optional: bool = False


EXPERIMENTS: Final = Listing(
    kind="experiment",
    path="experiments/search",
    items="experiments",
    post=True,
    page_size=1000,
    parameters={"view_type": "ALL", "order_by": ["creation_time ASC", "experiment_id ASC"]},
)
REGISTERED_MODELS: Final = Listing(
    kind="registered_model",
    path="registered-models/search",
    items="registered_models",
    post=False,
    page_size=1000,
    parameters={"order_by": ["name ASC"]},
)
MODEL_VERSIONS: Final = Listing(
    kind="model_version",
    path="model-versions/search",
    items="model_versions",
    post=False,
    page_size=1000,
    parameters={"order_by": ["creation_timestamp ASC"]},
)


def runs(experiment_id: str) -> Listing:
    """All runs of an experiment, deleted ones included."""
    return Listing(
        kind="run",
        path="runs/search",
        items="runs",
        post=True,
        page_size=500,
        parameters={
            "experiment_ids": [experiment_id],
            "run_view_type": "ALL",
            "order_by": ["attributes.start_time ASC"],
        },
    )


def logged_models(experiment_id: str) -> Listing:
    """All logged models of an experiment; the API does not list deleted ones."""
    return Listing(
        kind="logged_model",
        path="logged-models/search",
        items="models",
        post=True,
        page_size=100,
        parameters={
            "experiment_ids": [experiment_id],
            "order_by": [{"field_name": "creation_timestamp", "ascending": True}],
        },
        optional=True,
    )


def listings(experiment_ids: list[str]) -> list[Listing]:
    """Everything to read once the experiments are known, always in the same order."""
    per_experiment = [make(id_) for id_ in experiment_ids for make in (runs, logged_models)]
    return [REGISTERED_MODELS, MODEL_VERSIONS, *per_experiment]
