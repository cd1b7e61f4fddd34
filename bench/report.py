"""Writes the tables of docs/benchmarks.md from what was measured.

``python -m bench.report`` puts a table between each pair of lines ``<!-- bench: NAME SIZE -->`` and
``<!-- end -->``; SIZE is a number of triples, or ``growth`` for all sizes beside each other.
``--check`` tells by its exit code whether they are there already.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Final

from bench.results import RESULTS
from bench.tables import GROWTH, SIZES, TABLES, Measured, Table

PAGE: Final = Path(__file__).parent.parent / "docs" / "benchmarks.md"

_BLOCK = re.compile(r"(<!-- bench: (\S+) (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)


def main(words: list[str]) -> int:
    """Write the page, or check it."""
    before = PAGE.read_text(encoding="utf-8")
    after = _BLOCK.sub(_filled, before)
    if "--check" in words:
        return int(after != before)
    PAGE.write_text(after, encoding="utf-8")
    return 0


def _filled(block: re.Match[str]) -> str:
    name, size = block[2], block[3]
    if size == "growth":
        table = _markdown(GROWTH[name]([_measured(name, triples) for triples in SIZES]))
    else:
        measured = _measured(name, int(size))
        table = _markdown(TABLES[name](name, measured)) + _note(measured)
    return f"{block[1]}\n{table}\n{block[4]}"


def _measured(name: str, triples: int) -> Measured:
    path = RESULTS / f"{name}-{triples}.json"
    if not path.exists():
        return {"rows": []}
    found: Measured = json.loads(path.read_text(encoding="utf-8"))
    return found


def _note(measured: Measured) -> str:
    return f"\nMeasured {measured['date']}, {measured['machine']}.\n" if measured["rows"] else ""


def _markdown(table: Table) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in table]
    lines.insert(1, "|" + "---|" * lines[0].count(" | ") + "---|")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
