"""What changed, when, by whom."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.app import KnowledgeGraph
from kg.cli import output
from kg.cli.options import format_option, open_graph
from kg.errors import InputError, NotFound
from kg.journal import RevisionInfo


@click.command()
@click.argument("asset", required=False)
@click.option("--revision", type=click.IntRange(min=1), help="Print this revision as RDF Patch.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True)
@format_option
@click.pass_obj
def history(data: Path, asset: str | None, revision: int | None, limit: int, format_: str) -> None:
    """Show every change of what is said about ASSET, oldest first, with who said it.

    Without ASSET, the newest revisions of the whole graph, as many as --limit says.
    """
    if asset is not None and revision is not None:
        raise InputError("give an asset or --revision, not both")
    with open_graph(data) as graph:
        if revision is not None:
            _print_patch(graph, revision)
        elif asset is not None:
            _print_changes(graph, asset, as_json=format_ == "json")
        else:
            _print_log(graph.journal.log(limit), as_json=format_ == "json")


def _print_changes(graph: KnowledgeGraph, asset: str, *, as_json: bool) -> None:
    names = graph.names
    subject = graph.resolve(asset, past=True)
    entries = list(graph.journal.history(subject))
    if as_json:
        changes = [
            {
                **_revision(info),
                "source": source,
                "removed": list(patch.removed),
                "added": list(patch.added),
            }
            for info, source, patch in entries
        ]
        output.print_json({"asset": names.short(subject), "changes": changes})
        return
    for info, source, patch in entries:
        message = f": {info.message}" if info.message else ""
        output.say(f"revision {info.revision}  {info.at}  {source} by {info.agent}{message}")
        for line in output.diff_lines(patch, names):
            output.say(f"    {line}")
    output.say(f"{len(entries)} changes")


def _print_log(revisions: list[RevisionInfo], *, as_json: bool) -> None:
    if as_json:
        output.print_json(
            [{**_revision(i), "added": i.added, "removed": i.removed} for i in revisions]
        )
        return
    rows = [
        (i.revision, i.at, i.agent, f"+{i.added}", f"-{i.removed}", i.message) for i in revisions
    ]
    output.print_table(("revision", "at", "agent", "added", "removed", "message"), rows)


def _print_patch(graph: KnowledgeGraph, revision: int) -> None:
    if revision > graph.journal.revision():
        raise NotFound(f"there is no revision {revision}; the newest is {graph.journal.revision()}")
    for line in graph.journal.rdf_patch(revision):
        sys.stdout.write(f"{line}\n")


def _revision(info: RevisionInfo) -> dict[str, object]:
    return {
        "revision": info.revision,
        "at": info.at,
        "agent": info.agent,
        "message": info.message,
    }
