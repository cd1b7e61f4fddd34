"""The documents under test, and the demo graph that most of them begin with."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from doc_blocks import REPOSITORY

EXAMPLES = REPOSITORY / "examples"


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The graph that ``make demo`` makes in ``.demo``."""
    data = tmp_path_factory.mktemp("documents") / "demo"
    for arguments in (
        ("init",),
        ("ingest", "mlflow", EXAMPLES / "mlflow.jsonl"),
        ("ingest", "openlineage", EXAMPLES / "openlineage.jsonl"),
        ("apply", EXAMPLES / "estate.yaml"),
    ):
        command = [sys.executable, "-c", "from kg.cli import main; main()", "--data", data]
        environment = {"LOGNAME": "me"}
        subprocess.run([*command, *arguments], check=True, capture_output=True, env=environment)
    return data
