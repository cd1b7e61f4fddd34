"""Where a registered version comes from: the ``models:/`` URIs of MLflow.

``models:/m-1f0c`` is a logged model and ``models:/churn/3`` another version, of which this one is
a copy. Any other source (``runs:/``, a bucket) says nothing beyond the run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kg.connectors.mlflow.body import Body

_SCHEME: Final = "models:/"


@dataclass(frozen=True)
class VersionSource:
    """The logged model that a version was made of, or the version that it is a copy of."""

    model_id: str | None = None
    copy_of: tuple[str, str] | None = None

    @classmethod
    def read(cls, body: Body) -> VersionSource:
        """Read it off a model version's fields."""
        source, model_id = body.text("source") or "", body.text("model_id")
        reference = source.removeprefix(_SCHEME) if source.startswith(_SCHEME) else ""
        name, slash, version = reference.rpartition("/")
        if slash and version.isdecimal():
            return cls(model_id, (name, version))
        return cls(model_id or (reference if reference.startswith("m-") else None))
