"""A real MLflow server, a server that misbehaves on demand, and recordings in files."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
from mlflow_harness import MlflowServer, ScriptedServer


@pytest.fixture
def record(tmp_path: Path) -> Callable[..., Path]:
    """Writes objects, given as pairs of kind and body, to a complete recording."""

    def write(*objects: tuple[str, Any], name: str = "recording.jsonl") -> Path:
        lines = [json.dumps({"kind": kind, "body": body}) for kind, body in objects]
        kinds = ("experiment", "registered_model", "model_version", "run", "logged_model")
        counts = {kind: sum(1 for k, _ in objects if k == kind) for kind in kinds}
        lines.append(json.dumps({"kind": "end", "counts": counts}))
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


def _mlflow_python() -> str:
    python = os.environ.get("KG_TEST_MLFLOW_PYTHON")
    found = importlib.util.find_spec("mlflow")
    # A folder of this name on the path, such as the one of these tests, has no origin.
    if python is None and (found is None or found.origin is None):
        assert not os.environ.get("CI"), "CI has to have mlflow: install the extra 'test'"
        pytest.skip("mlflow is not installed (pip install -e '.[test]')")
    return python or sys.executable


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(240):
        assert process.poll() is None, log.read_text(errors="replace")
        try:
            if httpx.get(f"{url}/health").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.5)
    pytest.fail(f"MLflow did not start: {log.read_text(errors='replace')}")


@pytest.fixture(scope="session")
def mlflow_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MlflowServer]:
    """One real server for all tests, on SQLite in a temporary folder."""
    folder, port = tmp_path_factory.mktemp("mlflow"), _free_port()
    command = [_mlflow_python(), "-m", "mlflow", "server", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", "1"]
    command += ["--backend-store-uri", f"sqlite:///{folder / 'mlflow.db'}"]
    command += ["--artifacts-destination", str(folder / "artifacts")]
    environ = {**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            command, stdout=log, stderr=log, env=environ, cwd=folder, start_new_session=True
        )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url, process, folder / "server.log")
        yield MlflowServer(url)
    finally:
        # The group is ours alone, as the server leads a session of its own; nothing is kept.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=30)


@pytest.fixture
def scripted() -> Iterator[ScriptedServer]:
    """A server that misbehaves on demand."""
    server = ScriptedServer()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
