"""Does the graph, or other RDF data, conform to its shapes."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from kg.app.current import validate as run_validation
from kg.app.reports import MOST_WAYS, with_ways
from kg.cli import output
from kg.cli.options import open_graph
from kg.compliance import FORMATS, Overview, render
from kg.config import DEFAULT_BASE
from kg.errors import InputError
from kg.instants import read_instant
from kg.iri import Names
from kg.shacl import Report, load_shapes
from kg.shacl.engines import ENGINES, validate_endpoint, validate_files

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
    "--data",
    "files",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Check this RDF file instead of the graph; may be repeated, files are one graph.",
)
@click.option("--endpoint", metavar="URL", help="Check what a SPARQL endpoint holds instead.")
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default=ENGINES[0],
    show_default=True,
    help="Shapes compiled to SPARQL, or the reference engine on a copy in memory.",
)
@click.option(
    "--full", is_flag=True, help="Ask everything anew; the report that is kept finds the same."
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
    files: tuple[Path, ...],
    endpoint: str | None,
    engine: str,
    full: bool,
    fail_on: str,
    format_: str,
    target: Path | None,
) -> int:
    """Check the graph against structure and governance shapes; exit 1 where it does not conform.

    Which packs of rules are asked is set in kg.toml of the data directory; all unless set. What
    they find is kept, so only what changed since is asked again.
    With --data or --endpoint it checks other RDF data against --shapes, and needs no graph.
    """
    moment = None if as_of is None else read_instant(as_of)
    if files or endpoint:
        report = _elsewhere(files, endpoint, shapes, moment, engine)
        names, told = Names(DEFAULT_BASE), None
    else:
        with open_graph(data) as graph:
            report = run_validation(
                graph, as_of=moment, shapes=shapes, packs=packs, engine=engine, full=full
            )
            names = graph.names
            told = with_ways(graph, report) if format_ == "text" else None
    _write(report, told, format_, names, target)
    return 1 if _fails(report, fail_on) else 0


def _elsewhere(
    files: tuple[Path, ...],
    endpoint: str | None,
    shapes: tuple[Path, ...],
    moment: datetime | None,
    engine: str,
) -> Report:
    """The report on files or on an endpoint."""
    if not shapes:
        raise InputError("there are no shapes to check with", hint="give them with --shapes")
    at = moment or datetime.now(UTC).replace(microsecond=0)
    if endpoint is None:
        return validate_files(files, shapes, at, engine=engine)
    if files:
        raise InputError("give either --data or --endpoint")
    if engine != ENGINES[0]:
        raise InputError("an endpoint can only be asked by compiled shapes")
    # An HTTP client takes as long to load as all else of this command.
    from kg.store.endpoint import Endpoint

    with Endpoint(endpoint) as remote:
        return validate_endpoint(remote, load_shapes(*shapes), at)


def _write(
    report: Report, told: Overview | None, format_: str, names: Names, target: Path | None
) -> None:
    """Write a report, or what is told of it for people."""
    console = output.console()
    color = target is None and console.is_terminal
    text = render(told or report, format_, names, width=console.width, color=color)
    if target is None:
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
    else:
        output.write_file(target, text.encode())
        output.note(f"wrote {target}")
    if told is not None and len(told.entries) > MOST_WAYS:
        output.note(f"ways are told of the first {MOST_WAYS} findings; 'kg report' tells all")
    for shape in report.not_compiled:
        output.note(f"{shape.told}: {shape.shape.value}: {shape.reason}")


def _fails(report: Report, fail_on: str) -> bool:
    counted = {level.capitalize() for level in _LEVELS[: _LEVELS.index(fail_on) + 1]}
    everything = fail_on == _LEVELS[-1]
    return any(everything or result.level in counted for result in report.results)
