"""The client of the gate, and the jobs of build servers that use it, against a real server."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

import kg
from kg.app import KnowledgeGraph
from kg.app.tokens import open_tokens
from kg.connectors import native
from kg.journal import Scope

REPOSITORY = Path(__file__).parent.parent.parent
EXAMPLES = REPOSITORY / "examples"
ESTATE = REPOSITORY / "tests" / "gate" / "estate.yaml"
READY, UNREADY = "model-version:r/basket/1", "model-version:r/basket/3"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The estate behind a server of its own, and a token that may write to it."""
    data = tmp_path_factory.mktemp("gate") / "data"
    with KnowledgeGraph.create(data) as graph:
        graph.ingest(native.batches([ESTATE], names=graph.names), merge=True)
    with open_tokens(data) as tokens:
        secret = tokens.create("ci", Scope.WRITE)[1]
    program = [sys.executable, "-c", "from kg.cli import main; main()"]
    process = subprocess.Popen(
        [*program, "--data", data, "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(kg.__file__).parent.parent)},
    )
    assert process.stdout is not None
    url = process.stdout.readline().split()[-1]
    yield {"KG_URL": url, "KG_TOKEN": secret}
    process.terminate()
    process.wait(20)


def _run(
    script: str, folder: Path, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a script as a build server does: by bash, failing at the first error."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env={"PATH": path, "HOME": str(folder), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("asset", "code"), [(READY, 0), (UNREADY, 1)])
def test_the_action_passes_or_fails_the_job(
    asset: str, code: int, served: dict[str, str], tmp_path: Path
) -> None:
    """Its one step is run with the environment that its inputs make."""
    folder = EXAMPLES / "ci" / "github"
    action = yaml.safe_load((folder / "action.yml").read_text(encoding="utf-8"))
    (step,) = action["runs"]["steps"]
    assert (action["runs"]["using"], step["shell"]) == ("composite", "bash")
    inputs = {name: told.get("default", "") for name, told in action["inputs"].items()}
    inputs |= {"url": served["KG_URL"], "token": served["KG_TOKEN"]}
    inputs |= {"asset": asset, "purpose": "production"}
    known = {**{f"inputs.{name}": value for name, value in inputs.items()}}
    known["runner.temp"] = str(tmp_path)
    environment = {
        name: re.sub(r"\$\{\{ ([\w.-]+) \}\}", lambda found: known[found[1]], text)
        for name, text in step["env"].items()
    }
    files = {"GITHUB_OUTPUT": tmp_path / "output", "GITHUB_STEP_SUMMARY": tmp_path / "summary"}
    environment |= {name: str(path) for name, path in files.items()}
    done = _run(step["run"], tmp_path, {**environment, "GITHUB_ACTION_PATH": str(folder)})
    assert done.returncode == code, done.stderr
    verdict = json.loads((tmp_path / "verdict.json").read_text())
    assert verdict["allowed"] is (code == 0)
    assert files["GITHUB_OUTPUT"].read_text() == f"verdict={tmp_path / 'verdict.json'}\n"
    assert ("R17" in files["GITHUB_STEP_SUMMARY"].read_text()) is (code == 1)
    assert "${{" not in step["run"]  # what users give is never part of the script


@pytest.mark.parametrize(("asset", "code"), [(READY, 0), (UNREADY, 1)])
def test_the_gitlab_job_passes_or_fails(
    asset: str, code: int, served: dict[str, str], tmp_path: Path
) -> None:
    """Its script is run with its variables and those of the project; the verdict is kept."""
    job = yaml.safe_load((EXAMPLES / "ci" / "gitlab" / "gate.yml").read_text())[".gate"]
    environment = {**job["variables"], **served, "KG_EXAMPLES": str(EXAMPLES)}
    environment |= {"GATE_ASSET": asset, "GATE_PURPOSE": "production"}
    done = _run("\n".join(job["script"]), tmp_path, environment)
    assert done.returncode == code, done.stderr
    (kept,) = job["artifacts"]["paths"]
    assert json.loads((tmp_path / kept).read_text())["asset"] == asset


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"KG_TOKEN": "kg_00000000_nothing"}, "token"),
        ({"GATE_ASSET": "model-version:r/basket/9"}, "nothing is known"),
        ({"KG_URL": "http://127.0.0.1:9"}, "does not answer"),
        ({"KG_URL": "file:///etc/passwd"}, "no http"),
        ({"GATE_CHANGE": "missing.json"}, "missing.json"),
    ],
)
def test_what_cannot_be_asked_fails_the_job(
    given: dict[str, str], said: str, served: dict[str, str], tmp_path: Path
) -> None:
    """Exit 2 with one line, never 0; the token is in no output."""
    asked = {**served, "GATE_ASSET": READY, "GATE_PURPOSE": "production", **given}
    done = _run(f"python3 {EXAMPLES / 'ask_gate.py'}", tmp_path, asked)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert served["KG_TOKEN"] not in done.stdout + done.stderr


def test_a_change_is_asked_about(served: dict[str, str], tmp_path: Path) -> None:
    """From a JSON file, alone, without a record."""
    nodes: list[dict[str, Any]] = [
        {
            "id": "dataset-version:w/orders/1",
            "type": "DatasetVersion",
            "versionOf": "dataset:w/orders",
            "version": "1",
            "status": "retracted",
        }
    ]
    (tmp_path / "change.json").write_text(json.dumps(nodes))
    options = "--with change.json --dry-run"
    done = _run(f"python3 {EXAMPLES / 'ask_gate.py'} {options}", tmp_path, served)
    assert done.returncode == 1
    assert "R16" in done.stdout
