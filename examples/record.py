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
import socket
import sys
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

RECORDINGS = ("mlflow.jsonl", "openlineage.jsonl")
EXAMPLES = Path(__file__).resolve().parent
sys.path[:0] = [str(EXAMPLES), str(EXAMPLES.parent)]


def main() -> None:
    """Tell the story to the tools and keep what they recorded."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        _record(folder)
        for recording in RECORDINGS:
            _refuse_traces(folder / recording)
        for recording in RECORDINGS:
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


def _refuse_traces(recording: Path) -> None:
    """Raise RuntimeError where a recording tells of this machine."""
    text = recording.read_text(encoding="utf-8")
    places = (str(recording.parent), str(EXAMPLES), str(Path.home()), socket.gethostname())
    for trace in (*places, "127.0.0.1", "localhost"):
        if len(trace) > 3 and trace in text:
            raise RuntimeError(f"{recording.name} tells of this machine: {trace!r}")


if __name__ == "__main__":
    main()
