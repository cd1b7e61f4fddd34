"""Datasets: what a run logged as its input, named so that other tools' words for it meet it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kg.connectors import naming
from kg.connectors.mlflow.body import Body, parse
from kg.connectors.mlflow.scope import Scope, keep_rest, unmapped
from kg.connectors.naming import DatasetName
from kg.errors import InputError
from kg.model import Description, Record
from kg.namespaces import DATA_ROLE_BASE, DCAT, DCT, MLG
from kg.terms import NamedNode

CONTEXT_TAG: Final = "mlflow.data.context"

# MLflow leaves the word to its users (mlflow.log_input(context=...)); these are in common use.
_ROLES: Final = {
    "train": "training",
    "training": "training",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "dev": "validation",
    "test": "test",
    "testing": "test",
    "eval": "test",
    "evaluation": "test",
    "holdout": "test",
    "calibration": "calibration",
    "reference": "reference",
    "baseline": "reference",
}
_EVALUATING: Final = ("validation", "test")


def role_of(context: str | None) -> str | None:
    """The data role that a context tag stands for, or ``None`` where it is not a known word."""
    return _ROLES.get((context or "").strip().lower())


def role_iri(role: str) -> NamedNode:
    """The concept of a data role."""
    return NamedNode(DATA_ROLE_BASE + role)


def is_evaluating(role: str | None) -> bool:
    """Whether metrics on a dataset in this role judge a model, unlike those of its training."""
    return role in _EVALUATING


@dataclass(frozen=True)
class DatasetInput:
    """A dataset version as the input of a run, with the words of the run about it."""

    dataset: NamedNode
    version: NamedNode
    title: str
    digest: str
    context: str | None
    tags: dict[str, str]
    body: Body

    @classmethod
    def read(cls, body: Body, scope: Scope) -> DatasetInput:
        """Read an item of a run's ``dataset_inputs``; raises InputError when it lacks a key."""
        described = body.body("dataset")
        title, digest = described.required("name"), described.required("digest")
        tags = body.pairs("tags")
        name = _name(described.text("source"), described.text("source_type"))
        name = name or DatasetName(scope.system, title)
        return cls(
            dataset=name.dataset(scope.names),
            version=name.version(scope.names, digest),
            title=title,
            digest=digest,
            context=tags.pop(CONTEXT_TAG, None),
            tags=tags,
            body=described,
        )

    def dataset_record(self, scope: Scope) -> Record:
        """The dataset, without its versions."""
        return scope.describe(self.dataset).a(MLG.Dataset).add(DCT.title, self.title).record()

    def version_record(self, scope: Scope) -> Record:
        """The version of the dataset that has this digest."""
        version = scope.describe(self.version).a(MLG.DatasetVersion)
        version.add(DCT.title, f"{self.title} {self.digest}")
        version.add(DCAT.isVersionOf, self.dataset)
        version.add(DCAT.version, self.digest).add(MLG.contentId, self.digest)
        version.add(unmapped("source"), self.body.text("source"))
        version.add(unmapped("source_type"), self.body.text("source_type"))
        _add_schema(version, scope, self.body.text("schema"))
        _add_profile(version, self.body.text("profile"))
        keep_rest(version, self.body)
        return version.record()


def _name(source: str | None, source_type: str | None) -> DatasetName | None:
    """The name by where the data lie, or ``None`` where the source is code or a query."""
    where = parse(source)
    try:
        return _located(where, source_type) if where else None
    except InputError:
        return None


def _located(where: Body, source_type: str | None) -> DatasetName | None:
    path = where.text("path")
    location = where.text("uri") or where.text("url") or path
    table = where.text("delta_table_name") or where.text("table_name") or where.text("table")
    if path and source_type == "hugging_face":
        return naming.from_hugging_face(path)
    if location:
        return naming.from_uri(location)
    return naming.from_catalog(table) if table else None


def _add_schema(version: Description, scope: Scope, schema: str | None) -> None:
    """State the columns; a schema of tensors is kept as it is."""
    parsed = parse(schema)
    columns = parsed.bodies("mlflow_colspec") if parsed else []
    if not columns:
        version.add(unmapped("schema"), schema)
    for position, column in enumerate(columns):
        name = column.text("name") or str(position)
        field = scope.nested(version, MLG.field, name)
        field.add(DCT.title, name).add(DCT.type, column.text("type"))
        keep_rest(field, column)


def _add_profile(version: Description, profile: str | None) -> None:
    """State the counts that MLflow took, such as ``num_rows``."""
    parsed = parse(profile)
    if parsed is None:
        version.add(unmapped("profile"), profile)
    else:
        keep_rest(version, parsed)
