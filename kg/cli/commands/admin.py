"""Making a graph, looking at it as a whole, making its store anew."""

from __future__ import annotations

from pathlib import Path

import click

from kg.app import KnowledgeGraph
from kg.app.info import info as graph_info
from kg.cli import output
from kg.cli.options import format_option, open_alone, open_graph
from kg.cli.progress import progress
from kg.config import DEFAULT_BASE


@click.command()
@click.option("--base", default=DEFAULT_BASE, show_default=True, help="Base of every identifier.")
@format_option
@click.pass_obj
def init(data: Path, base: str, format_: str) -> None:
    """Make an empty graph.

    The base IRI becomes part of every identifier and stays for good: choose one that your
    organisation can serve.
    """
    with KnowledgeGraph.create(data, base) as graph:
        made = graph.names.base
    if format_ == "json":
        output.print_json({"data": str(data), "base": made})
    else:
        output.say(f"made a graph in {data} with base {made}")


@click.command()
@format_option
@click.pass_obj
def info(data: Path, format_: str) -> None:
    """Show what the graph holds: counts by type, revision, base."""
    with open_graph(data) as graph:
        found = graph_info(graph)
    if format_ == "json":
        output.print_json(found)
        return
    for key in ("data", "base", "revision", "revisedAt", "quads", "records"):
        output.say(f"{key:<10} {found[key]}")
    output.say()
    output.print_table(("type", "count"), found["types"].items())


@click.command()
@format_option
@click.pass_obj
def rebuild(data: Path, format_: str) -> None:
    """Make the store anew from the journal, patch by patch."""
    with (
        open_alone(data) as graph,
        progress("rebuilding", graph.journal.record_count()) as done,
    ):
        count = graph.rebuild(done)
        revision = graph.revision
    if format_ == "json":
        output.print_json({"records": count, "revision": revision})
    else:
        output.say(f"rebuilt the store from the journal: {count} records, revision {revision}")
