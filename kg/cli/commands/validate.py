"""Does the graph conform to its shapes."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.app.compliance import validate as run_validation
from kg.cli import output
from kg.cli.options import open_graph
from kg.compliance import FORMATS, render
from kg.instants import read_instant
from kg.shacl import Report

_LEVELS = ("violation", "warning", "info")


@click.command()
@click.option("--as-of", metavar="TIME", help="Judge at this instant (RFC 3339), not now.")
@click.option(
    "--shapes",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    help="Use these shapes instead of the shipped ones; may be repeated.",
)
@click.option(
    "--pack", "packs", multiple=True, help="Ask the rules of this pack alone; may be repeated."
)
@click.option(
    "--fail-on",
    type=click.Choice(_LEVELS),
    default="info",
    show_default=True,
    help="The mildest severity that counts as not conforming; SHACL counts all.",
)
@click.option("--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--output", "target", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def validate(
    data: Path,
    as_of: str | None,
    shapes: tuple[Path, ...],
    packs: tuple[str, ...],
    fail_on: str,
    format_: str,
    target: Path | None,
) -> int:
    """Check the graph against structure and governance shapes; exit 1 where it does not conform.

    Which packs of rules are asked is set in kg.toml of the data directory; all unless set.
    """
    moment = None if as_of is None else read_instant(as_of)
    with open_graph(data) as graph:
        report = run_validation(graph, as_of=moment, shapes=shapes, packs=packs)
        console = output.console()
        text = render(
            report,
            format_,
            graph.names,
            width=console.width,
            color=target is None and console.is_terminal,
        )
    if target is None:
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
    else:
        output.write_file(target, text.encode())
        output.note(f"wrote {target}")
    return 1 if _fails(report, fail_on) else 0


def _fails(report: Report, fail_on: str) -> bool:
    counted = {level.capitalize() for level in _LEVELS[: _LEVELS.index(fail_on) + 1]}
    everything = fail_on == _LEVELS[-1]
    return any(everything or result.level in counted for result in report.results)
