"""Putting files into the graph and taking things out of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kg.cli import output
from kg.cli.options import (
    agent,
    atomic_option,
    exit_for,
    format_option,
    message_option,
    open_graph,
)
from kg.cli.progress import progress
from kg.commit import Plan
from kg.connectors import native
from kg.iri import Names


@click.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
@click.option("--dry-run", is_flag=True, help="Show what would change, as a diff; change nothing.")
@atomic_option
@message_option
@format_option
@click.pass_obj
def apply(
    data: Path, files: tuple[Path, ...], dry_run: bool, atomic: bool, message: str, format_: str
) -> int:
    """Put the records of FILES into the curated source.

    YAML and JSON in the native format, JSON Lines, Turtle, N-Triples, RDF/XML, JSON-LD, TriG and
    N-Quads. A record replaces what was said of the same thing before; applying a file twice
    changes nothing.
    """
    with open_graph(data) as graph:
        run = graph.ingestion(source=native.SOURCE, agent=agent(), message=message, merge=True)
        batches = native.batches(files, names=graph.names)
        if dry_run:
            planned = run.plan(batches)
            if format_ == "json":
                output.print_json(
                    {**run.report.to_json(), "plan": _plan_json(planned, graph.names)}
                )
            else:
                _print_plan(planned, graph.names)
                output.print_report(run.report, as_json=False, planned=True)
        else:
            with progress("applying") as done:
                report = run.run(batches, atomic=atomic, progress=done)
            output.print_report(report, as_json=format_ == "json")
    return exit_for(failed=not run.report.complete)


@click.command()
@click.argument("assets", nargs=-1, required=True)
@click.option("--source", default=native.SOURCE, show_default=True, help="Whose record to remove.")
@message_option
@format_option
@click.pass_obj
def withdraw(data: Path, assets: tuple[str, ...], source: str, message: str, format_: str) -> None:
    """Remove what a source says of ASSETS; what other sources say stays, and so does history."""
    with open_graph(data) as graph:
        subjects = [graph.resolve(text) for text in assets]
        info = graph.withdraw(subjects, source=source, agent=agent(), message=message)
    if format_ == "json":
        output.print_json(
            {"revision": info.revision if info else None, "removed": info.removed if info else 0}
        )
    elif info is None:
        output.say(f"nothing changed: the source {source!r} says nothing of them")
    else:
        output.say(f"revision {info.revision}: -{info.removed} triples")


def _plan_json(planned: Plan, names: Names) -> list[dict[str, Any]]:
    return [
        {
            "id": names.short(entry.record.subject),
            "graph": entry.record.graph.value,
            "removed": list(entry.patch.removed),
            "added": list(entry.patch.added),
        }
        for entry in planned.entries
    ]


def _print_plan(planned: Plan, names: Names) -> None:
    for entry in planned.entries:
        is_new = entry.record.graph.value not in planned.before
        mark = "+" if is_new else "-" if not entry.record.triples else "~"
        output.say(f"{mark} {names.short(entry.record.subject)}")
        for line in output.diff_lines(entry.patch, names):
            output.say(f"    {line}")
