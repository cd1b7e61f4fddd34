"""A change of the ontology that is cut off at any moment is right after the next opening."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import kg
from kg.app import KnowledgeGraph

ROUNDS = 8
PROGRAM = Path(__file__).with_name("killed_adopter.py")


def test_after_every_kill_the_store_is_as_the_files_say(tmp_path: Path) -> None:
    """Entailments and ontology are of one and the same."""
    folder = tmp_path / "graph"
    KnowledgeGraph.create(folder).close()
    packages = os.pathsep.join([str(Path(kg.__file__).parent.parent), str(PROGRAM.parent)])
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(folder), str(ROUNDS), "20261123"],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
        env={**os.environ, "PYTHONPATH": packages},
    )
    rounds = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rounds) == ROUNDS, done.stderr
    checks = ("store", "agree", "ontology", "replay")
    assert [r for r in rounds if not all(r[check] for check in checks)] == []
