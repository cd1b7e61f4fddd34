"""An acknowledged commit survives SIGKILL at any moment; no other is half there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kg.app import KnowledgeGraph

PROGRAM = Path(__file__).with_name("killed_writer.py")


def test_journal_and_store_agree_after_every_kill(tmp_path: Path) -> None:
    """Every acknowledged revision is there, whole; store and index hold what the journal says."""
    _kill_again_and_again(tmp_path, 40)


@pytest.mark.slow
def test_journal_and_store_agree_after_every_one_of_200_kills(tmp_path: Path) -> None:
    """So many that some surely fall between the journal and the store."""
    rounds = _kill_again_and_again(tmp_path, 200)
    assert any(r["behind"] for r in rounds), "no kill fell between journal and store"


def _kill_again_and_again(tmp_path: Path, number: int) -> list[dict[str, Any]]:
    folder = tmp_path / "graph"
    KnowledgeGraph.create(folder).close()
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(folder), str(number), "20261123"],
        capture_output=True,
        text=True,
        timeout=1200,
        check=True,
    )
    rounds = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rounds) == number, done.stderr
    checks = ("kept", "store", "agree", "facts", "ontology", "replay", "index", "whole", "count")
    assert [r for r in rounds if not all(r.get(check) for check in checks)] == []
    return rounds
