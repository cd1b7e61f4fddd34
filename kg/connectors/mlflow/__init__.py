"""MLflow: experiments, runs, logged models and the registry, read over the public REST API.

In two stages, so that a pull can be resumed, kept and looked at: :func:`pull` records what the
server answers, :func:`batches` maps a recording to records.
"""

from kg.connectors.mlflow.mapping import batches, described
from kg.connectors.mlflow.pull import pull

__all__ = ["batches", "described", "pull"]
