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
    kg = [sys.executable, "-c", "from kg.cli import main; main()", "--data", str(data)]
    for arguments in (
        ["init"],
        ["ingest", "mlflow", str(EXAMPLES / "mlflow.jsonl")],
        ["ingest", "openlineage", str(EXAMPLES / "openlineage.jsonl")],
        ["apply", str(EXAMPLES / "estate.yaml")],
    ):
        environment = {"LOGNAME": "me"}
        subprocess.run([*kg, *arguments], check=True, capture_output=True, env=environment)
    return data
