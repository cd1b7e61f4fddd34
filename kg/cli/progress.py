"""The progress bar of commands that may take a while."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from kg.cli.output import console


@contextmanager
def progress(label: str, total: int | None = None) -> Iterator[Any]:
    """A progress bar on standard error; yields a function that takes the number done."""
    columns = [SpinnerColumn(), TextColumn("{task.description}"), BarColumn()]
    with Progress(
        *columns,
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    ) as bar:
        task = bar.add_task(label, total=total)
        yield lambda done: bar.advance(task, done)
