"""What changed, when, by whom."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli import output
from kg.cli.options import format_option, open_graph


@click.command()
@click.argument("asset")
@format_option
@click.pass_obj
def history(data: Path, asset: str, format_: str) -> None:
    """Show every change of what is said about ASSET, oldest first, with who said it."""
    with open_graph(data) as graph:
        subject = graph.resolve(asset, past=True)
        entries = list(graph.journal.history(subject))
        names = graph.names
    if format_ == "json":
        output.print_json(
            {
                "asset": names.short(subject),
                "changes": [
                    {
                        "revision": info.revision,
                        "at": info.at,
                        "agent": info.agent,
                        "message": info.message,
                        "source": source,
                        "removed": list(patch.removed),
                        "added": list(patch.added),
                    }
                    for info, source, patch in entries
                ],
            }
        )
        return
    for info, source, patch in entries:
        message = f": {info.message}" if info.message else ""
        output.say(f"revision {info.revision}  {info.at}  {source} by {info.agent}{message}")
        for line in output.diff_lines(patch, names):
            output.say(f"    {line}")
    output.say(f"{len(entries)} changes")
