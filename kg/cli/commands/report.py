"""Compliance reports to send, to file, and for other tools to read."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.app.reports import read_selection
from kg.app.reports import report as make_report
from kg.cli import output
from kg.cli.options import open_graph
from kg.compliance import FORMATS, render
from kg.instants import read_instant


@click.command()
@click.option("--asset", metavar="ASSET", help="Of this asset and what belongs to it.")
@click.option("--team", metavar="TEAM", help="Of what this team or its members answer for.")
@click.option("--domain", metavar="DOMAIN", help="Of this domain, such as payments.")
@click.option(
    "--source", metavar="TEXT", help="By rules that rest on this text, such as 2024/1689."
)
@click.option("--pack", "packs", multiple=True, help="By rules of this pack; may be repeated.")
@click.option("--as-of", metavar="TIME", help="Judge at this instant (RFC 3339), not now.")
@click.option(
    "--shapes",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    help="Use these shapes instead of the shipped ones; may be repeated.",
)
@click.option("--format", "format_", type=click.Choice(FORMATS), default="html", show_default=True)
@click.option(
    "-o", "--output", "target", type=click.Path(path_type=Path, dir_okay=False), help="A file."
)
@click.pass_obj
def report(
    data: Path,
    asset: str | None,
    team: str | None,
    domain: str | None,
    source: str | None,
    packs: tuple[str, ...],
    as_of: str | None,
    shapes: tuple[Path, ...],
    format_: str,
    target: Path | None,
) -> None:
    """Write a report of what does not conform, of all or of a part.

    The page needs nothing from outside and can be printed or sent. Exits 0 whatever was found;
    'kg validate' is for scripts that must stop.
    """
    moment = None if as_of is None else read_instant(as_of)
    with open_graph(data) as graph:
        selection = read_selection(graph, asset=asset, team=team, domain=domain, source=source)
        made = make_report(graph, selection, as_of=moment, shapes=shapes, packs=packs)
        text = render(made, format_, graph.names)
    if target is None:
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
    else:
        output.write_file(target, text.encode())
        output.note(f"wrote {target}")
