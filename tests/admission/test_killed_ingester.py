"""A record that was acknowledged is in the graph or in the quarantine, whenever power fails."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROUNDS = 25
PROGRAM = Path(__file__).with_name("killed_ingester.py")


def test_no_record_is_lost_by_any_of_25_kills(folder: Path) -> None:
    """What is remembered of the source, what is in and what is held are of the same batch."""
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(folder), str(ROUNDS), "20261126"],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    rounds = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rounds) == ROUNDS, done.stderr
    assert [r for r in rounds if not (r.get("kept") and r.get("whole"))] == []
    assert rounds[-1]["number"] >= ROUNDS
