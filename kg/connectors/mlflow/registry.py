"""The model registry: registered models, their versions and the aliases that point to them."""

from __future__ import annotations

from collections.abc import Iterator

from kg.connectors.mlflow.body import Body
from kg.connectors.mlflow.index import Index
from kg.connectors.mlflow.scope import keep_rest, keep_tags, unmapped
from kg.connectors.mlflow.sources import VersionSource
from kg.model import Description, Record
from kg.namespaces import DCAT, DCT, MLG, PROV


def map_registered_model(body: Body, index: Index) -> Iterator[Record]:
    """A registered model, apart from its versions."""
    name = body.required("name")
    model = index.scope.describe(index.scope.mint("model", name)).a(MLG.Model)
    model.add(DCT.title, name)
    _add_common(model, body)
    # Versions and aliases change without the model; they are told of the versions.
    body.ignore("latest_versions", "aliases")
    keep_rest(model, body)
    yield model.record()


def map_model_version(body: Body, index: Index) -> Iterator[Record]:
    """A version of a registered model with its aliases and its origin."""
    scope, name, number = index.scope, body.required("name"), body.required("version")
    version = scope.describe(scope.mint("model-version", name, number)).a(MLG.ModelVersion)
    version.add(DCT.title, f"{name} {number}").add(DCAT.version, number)
    version.add(DCAT.isVersionOf, scope.mint("model", name))
    version.add(MLG.alias, *index.aliases(name, number), *body.texts("aliases"))
    if run_id := body.text("run_id"):
        version.add(PROV.wasGeneratedBy, scope.mint("run", run_id))
    _add_origin(version, body, index)
    _add_common(version, body)
    keep_rest(version, body)
    yield version.record()


def _add_origin(version: Description, body: Body, index: Index) -> None:
    scope, source = index.scope, VersionSource.read(body)
    version.add(unmapped("source"), body.text("source"))
    if source.model_id:
        version.add(PROV.wasDerivedFrom, scope.mint("model-artifact", source.model_id))
    if source.copy_of:
        version.add(PROV.wasDerivedFrom, scope.mint("model-version", *source.copy_of))
    model_id = index.model_of(body.required("name"), body.required("version"))
    version.add(MLG.contentId, model_id)


def _add_common(description: Description, body: Body) -> None:
    description.add(DCT.description, body.text("description"))
    description.add(DCT.created, body.moment("creation_timestamp"))
    description.add(DCT.modified, body.moment("last_updated_timestamp"))
    keep_tags(description, body.pairs("tags"))
