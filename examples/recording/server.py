"""A real MLflow tracking server while the recording lasts, with nothing of this machine in it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from recording.clock import CLOCK_FILE

USER = "ml-platform"
_EXAMPLES = Path(__file__).resolve().parent.parent
_PATIENCE_SECONDS = 120


@contextmanager
def mlflow_server(folder: Path) -> Iterator[str]:
    """Run ``mlflow server`` on a free loopback port; gives its URL and ends it afterwards.

    Data lie under ``folder``; artifacts go through the server, so their addresses are
    ``mlflow-artifacts:/`` and tell no path.
    """
    port = _free_port()
    options = {
        "--backend-store-uri": f"sqlite:///{folder / 'mlflow.db'}",
        "--artifacts-destination": str(folder / "artifacts"),
        "--default-artifact-root": "mlflow-artifacts:/",
        "--host": "127.0.0.1",
        "--port": str(port),
        "--workers": "1",
    }
    command = [sys.executable, "-m", "mlflow", "server"]
    command += [word for option in options.items() for word in option]
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=_environment(folder), stdout=log, stderr=log
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(url, process)
            yield url
        finally:
            process.terminate()
            process.wait(timeout=30)


def _environment(folder: Path) -> dict[str, str]:
    paths = [str(_EXAMPLES / "recording" / "startup"), str(_EXAMPLES)]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(paths),
        CLOCK_FILE: os.environ[CLOCK_FILE],
        "HOME": str(folder),
        "LOGNAME": USER,
        "USER": USER,
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    """Return when the server answers; raises RuntimeError when it ends or takes too long."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(f"{url}/health", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.5)
    raise RuntimeError("mlflow server did not start; see server.log")
