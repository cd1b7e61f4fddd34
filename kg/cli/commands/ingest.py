"""Feeding the graph from other systems."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO

import click

from kg.app import IngestReport
from kg.app.sources import ingest_mlflow
from kg.cli import output
from kg.cli.options import agent, atomic_option, exit_for, format_option, open_graph
from kg.cli.progress import progress
from kg.connectors import openlineage


@click.group()
def ingest() -> None:
    """Read metadata from another system; what did not change there changes nothing here."""


@ingest.command("openlineage")
@click.argument("origins", metavar="FILE…|URL…", nargs=-1, required=True)
@click.option("--source", default="openlineage", show_default=True, help="Name of the source.")
@atomic_option
@format_option
@click.pass_obj
def openlineage_(
    data: Path, origins: tuple[str, ...], source: str, atomic: bool, format_: str
) -> int:
    """Take OpenLineage events (RunEvent, DatasetEvent, JobEvent), in any order.

    A file holds one event, a list of them, or one a line; a URL answers with the same, and -
    is standard input.
    """
    with open_graph(data) as graph, progress("ingesting events") as done:
        run = graph.ingestion(source=source, agent=agent(), message="OpenLineage events")
        batches = (
            batch
            for origin in origins
            for batch in openlineage.batches(
                _opened(origin),
                names=graph.names,
                source=source,
                load_states=run.load_states,
            )
        )
        report = run.run(batches, atomic=atomic, progress=done)
    return _finish(report, format_)


def _opened(origin: str) -> Path | str | BinaryIO:
    if origin == "-":
        return sys.stdin.buffer
    return origin if "://" in origin else Path(origin)


@ingest.command("mlflow")
@click.argument("origin", metavar="URL|RECORDING")
@click.option("--source", default="mlflow", show_default=True, help="Name of this server.")
@click.option(
    "--record",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Keep what the server answered in this file; it can be ingested again offline.",
)
@atomic_option
@format_option
@click.pass_obj
def mlflow_(
    data: Path, origin: str, source: str, record: Path | None, atomic: bool, format_: str
) -> int:
    """Pull experiments, runs, models, versions and aliases from an MLflow tracking server.

    An interrupted pull goes on where it stopped. What a complete pull no longer lists is
    withdrawn. Credentials come from MLFLOW_TRACKING_TOKEN or MLFLOW_TRACKING_USERNAME and
    MLFLOW_TRACKING_PASSWORD.
    """
    with (
        open_graph(data) as graph,
        progress("objects read from MLflow") as read,
        progress("records taken") as done,
    ):
        report = ingest_mlflow(
            graph,
            origin,
            source=source,
            record=record,
            agent=agent(),
            atomic=atomic,
            progress=done,
            pulled=_increments(read),
        )
    return _finish(report, format_)


def _increments(advance: Callable[[int], None]) -> Callable[[Mapping[str, int]], None]:
    """Tell a progress bar what was added, from counts that grow."""
    told = 0

    def update(counts: Mapping[str, int]) -> None:
        nonlocal told
        total = sum(counts.values())
        advance(total - told)
        told = total

    return update


def _finish(report: IngestReport, format_: str) -> int:
    output.print_report(report, as_json=format_ == "json")
    return exit_for(failed=not report.complete)
