"""What was measured, kept as JSON beside the code that measured it; bench.report makes tables."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from datetime import date
from pathlib import Path

Row = dict[str, str | float | None]

RESULTS = Path(__file__).with_name("results")


def record(name: str, triples: int, rows: Sequence[Row]) -> None:
    """Keep the rows of one measurement at one size, in the place of those before."""
    RESULTS.mkdir(exist_ok=True)
    result = {"date": date.today().isoformat(), "machine": machine(), "rows": rows}
    text = json.dumps(result, indent=1, ensure_ascii=False)
    (RESULTS / f"{name}-{triples}.json").write_text(text + "\n", encoding="utf-8")


def machine() -> str:
    """The machine in neutral words."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GB, Python {platform.python_version()}"
