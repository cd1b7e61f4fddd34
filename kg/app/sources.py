"""Feeding the graph from systems that are pulled: what to fetch, where to keep it meanwhile."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from kg.app.graph import KnowledgeGraph
from kg.app.ingest import IngestReport, Progress
from kg.connectors import mlflow
from kg.errors import StorageError

PullProgress = Callable[[Mapping[str, int]], None]
"""Called after each page with how many objects of each kind there are so far."""


def ingest_mlflow(
    graph: KnowledgeGraph,
    origin: str,
    *,
    source: str = "mlflow",
    record: Path | None = None,
    agent: str = "kg",
    atomic: bool = False,
    progress: Progress | None = None,
    pulled: PullProgress | None = None,
) -> IngestReport:
    """Take what an MLflow server (a URL) or a recording of one (a file) says.

    The server's answers are recorded first, in ``record`` or in the graph's spool, so that an
    interrupted pull goes on where it stopped and a server that fails leaves the graph alone.
    Things that a complete recording no longer lists are withdrawn, from the quarantine too.
    """
    with _recording(graph, origin, record, pulled) as recording:
        run = graph.ingestion(source=source, agent=agent, message="MLflow tracking server")
        batches = mlflow.batches(
            recording,
            names=graph.names,
            source=source,
            system=source,
            known=[*graph.journal.subjects(source), *graph.journal.quarantine.subjects(source)],
        )
        return run.run(batches, atomic=atomic, progress=progress)


@contextmanager
def _recording(
    graph: KnowledgeGraph, origin: str, record: Path | None, pulled: PullProgress | None
) -> Iterator[Path]:
    if not re.match(r"https?://", origin, re.IGNORECASE):
        yield Path(origin)
    elif record is not None:
        mlflow.pull(origin, record, resume=True, progress=pulled)
        yield record
    else:
        spool = _spool(graph, origin)
        mlflow.pull(origin, spool, resume=True, progress=pulled)
        yield spool
        spool.unlink(missing_ok=True)


def _spool(graph: KnowledgeGraph, origin: str) -> Path:
    """Where a pull of this server is kept until it is ingested, the same each time."""
    name = hashlib.sha256(origin.encode()).hexdigest()[:16]
    folder = graph.data.spool if graph.data else Path(tempfile.gettempdir())
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise StorageError(f"cannot make {folder}: {error.strerror}") from error
    return folder / f"mlflow-{name}.jsonl"
