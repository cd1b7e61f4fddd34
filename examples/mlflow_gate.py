"""Sets an alias of an MLflow model only where the gate allows it.

``python mlflow_gate.py NAME VERSION ALIAS`` with MLFLOW_TRACKING_URI, KG_URL and KG_TOKEN set. Use
:func:`promote` in place of ``MlflowClient.set_registered_model_alias``. The graph has to know the
version: ``kg ingest mlflow`` first.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from ask_gate import ALLOWED, FAILED, REFUSED, GateError, ask, reasons

if TYPE_CHECKING:
    from mlflow import MlflowClient


class RefusedError(Exception):
    """The gate refuses; ``verdict`` says why."""

    def __init__(self, verdict: dict[str, Any]) -> None:
        super().__init__("; ".join(reasons(verdict)))
        self.verdict = verdict


def promote(
    client: MlflowClient,
    name: str,
    version: str,
    alias: str,
    *,
    url: str,
    token: str = "",
    system: str = "mlflow",
) -> dict[str, Any]:
    """Set the alias and return the verdict that allowed it; the alias stays where it is refused.

    ``system`` is the source that the graph takes the server by. Raises :class:`RefusedError`, and
    :class:`GateError` where the gate cannot be asked: what is not known to be allowed is not done.
    """
    asset = f"model-version:{system}/{name}/{version}"
    question = {"asset": asset, "purpose": "production", "dryRun": not token}
    verdict = ask(url, question, token)
    if not verdict["allowed"]:
        raise RefusedError(verdict)
    client.set_registered_model_alias(name, alias, version)
    return verdict


def main() -> int:
    """Promote as the command line says."""
    from mlflow import MlflowClient

    name, version, alias = sys.argv[1:]
    url, token = os.environ.get("KG_URL", "http://localhost:7077"), os.environ.get("KG_TOKEN", "")
    try:
        promote(MlflowClient(), name, version, alias, url=url, token=token)
    except RefusedError as error:
        print(f"refused: {error}", file=sys.stderr)
        return REFUSED
    except GateError as error:
        print(f"gate: {error}", file=sys.stderr)
        return FAILED
    print(f"{alias} of {name} is version {version}")
    return ALLOWED


if __name__ == "__main__":
    sys.exit(main())
