"""Where from, what breaks, by which way."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli import output
from kg.cli.options import format_option, open_graph
from kg.iri import Names
from kg.lineage import FOREMOST, Direction, ImpactAnswer, LineageAnswer, NodeInfo, PathAnswer


@click.command()
@click.argument("asset")
@click.option(
    "--direction",
    type=click.Choice([d.value for d in Direction]),
    default=Direction.UP.value,
    show_default=True,
    help="up: what it was made from; down: what depends on it.",
)
@click.option("--depth", type=click.IntRange(min=1), help="Stop after so many steps.")
@format_option
@click.pass_obj
def lineage(data: Path, asset: str, direction: str, depth: int | None, format_: str) -> None:
    """Show what ASSET was made from, or what was made from it."""
    with open_graph(data) as graph:
        answer = graph.lineage.lineage(graph.resolve(asset), Direction(direction), depth)
        if format_ == "json":
            output.print_json(answer.to_json(graph.names))
        else:
            _print_lineage(answer, graph.names)


@click.command()
@click.argument("asset")
@click.option("--all", "all_", is_flag=True, help="List data and runs too, not only count them.")
@format_option
@click.pass_obj
def impact(data: Path, asset: str, all_: bool, format_: str) -> None:
    """Show what depends on ASSET, what is served to people first, and who owns it."""
    with open_graph(data) as graph:
        answer = graph.lineage.impact(graph.resolve(asset))
        if format_ == "json":
            output.print_json(answer.to_json(graph.names))
        else:
            _print_impact(answer, graph.names, all_=all_)


@click.command()
@click.argument("start", metavar="FROM")
@click.argument("end", metavar="TO")
@format_option
@click.pass_obj
def path(data: Path, start: str, end: str, format_: str) -> None:
    """Show a shortest way by which TO depends on FROM, or FROM on TO."""
    with open_graph(data) as graph:
        answer = graph.lineage.path(graph.resolve(start), graph.resolve(end))
        if format_ == "json":
            output.print_json(answer.to_json(graph.names))
        else:
            _print_path(answer, graph.names)


def _print_lineage(answer: LineageAnswer, names: Names) -> None:
    heads = {"up": "upstream of", "down": "downstream of", "both": "around"}
    output.say(f"{heads[answer.direction]} {names.short(answer.asset)}")
    output.print_table(
        ("steps", "type", "id", "title"),
        [(node.distance, node.type, _named(node, names), node.title) for node in answer.nodes],
    )
    _print_end(len(answer.nodes), answer.revision, answer.complete, answer.reason)


def _print_impact(answer: ImpactAnswer, names: Names, *, all_: bool) -> None:
    output.say(f"if {names.short(answer.asset)} changes, it affects")
    listed = [i for i in answer.impacted if all_ or i.node.type in FOREMOST]
    rows = [
        (
            item.node.type,
            _named(item.node, names),
            item.node.distance,
            ", ".join(names.short(owner) for owner in item.node.owners) or "nobody",
        )
        for item in listed
    ]
    output.print_table(("type", "id", "steps", "owner"), rows)
    rest = {k: n for k, n in answer.by_type.items() if not all_ and k not in FOREMOST}
    if rest:
        counts = ", ".join(f"{count} {kind}" for kind, count in rest.items())
        output.say(f"and, listed with --all: {counts}")
    if answer.owners:
        output.say(f"to tell: {', '.join(names.short(owner) for owner in answer.owners)}")
    _print_end(len(answer.impacted), answer.revision, answer.complete, answer.reason)


def _print_path(answer: PathAnswer, names: Names) -> None:
    start, end = names.short(answer.start), names.short(answer.end)
    if answer.direction is None:
        output.say(
            f"neither of {start} and {end} depends on the other (revision {answer.revision})"
        )
        return
    first, second = (end, start) if answer.direction == "down" else (start, end)
    output.say(f"{first} depends on {second}:")
    for node in answer.nodes:
        output.say(f"  {_named(node, names)}  {node.type or ''}")
    output.say(f"{answer.nodes[-1].distance} steps, revision {answer.revision}")


def _named(node: NodeInfo, names: Names) -> str:
    return names.short(node.iri) + ("" if node.described else " (not described)")


def _print_end(total: int, revision: int, complete: bool, reason: str | None) -> None:
    state = "complete" if complete else f"not complete: {reason}"
    output.say(f"{total} in all, {state}, revision {revision}")
