"""Record the demo inputs from a real MLflow server and the real OpenLineage client.

Run it from the root of the repository, with the packages of the extra ``demo-record``::

    python examples/record.py

It writes ``examples/mlflow.jsonl`` and ``examples/openlineage.jsonl``. Names, versions, digests
and times are the same at every recording; ids of MLflow's runs and models are new.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

EXAMPLES = Path(__file__).resolve().parent
sys.path[:0] = [str(EXAMPLES), str(EXAMPLES.parent)]


def main() -> None:
    """Tell the story to the tools and keep what they recorded."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        _record(folder)
        for recording in ("mlflow.jsonl", "openlineage.jsonl"):
            shutil.copyfile(folder / recording, EXAMPLES / recording)
            print(f"{recording}: {(EXAMPLES / recording).stat().st_size} bytes")


def _record(folder: Path) -> None:
    """The imports come late: MLflow takes its clock and its user from the environment."""
    from recording.clock import CLOCK_FILE, Clock, install
    from recording.server import mlflow_server

    os.environ[CLOCK_FILE] = str(folder / "clock")
    clock = Clock(folder / "clock")
    install()
    with mlflow_server(folder) as url:
        import mlflow
        from recording.events import Emitter
        from recording.story import Story

        from kg.connectors.mlflow import pull

        logging.getLogger("mlflow").setLevel(logging.ERROR)
        warnings.simplefilter("ignore", UserWarning)
        mlflow.set_tracking_uri(url)
        Story(clock, Emitter(folder / "openlineage.jsonl")).tell()
        pull(url, folder / "mlflow.jsonl")


if __name__ == "__main__":
    main()
