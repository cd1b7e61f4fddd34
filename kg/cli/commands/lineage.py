"""Where from, what breaks, by which way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from kg.app import KnowledgeGraph
from kg.cli import output
from kg.cli.options import format_option, open_graph
from kg.iri import Names
from kg.lineage import (
    FOREMOST,
    MOST_PATHS,
    Direction,
    ImpactAnswer,
    LineageAnswer,
    NodeInfo,
    PathAnswer,
    PathsAnswer,
    Selection,
)

_F = TypeVar("_F", bound=Callable[..., Any])

_SELECTING = (
    click.option("--depth", type=click.IntRange(min=1), help="Stop after so many steps."),
    click.option(
        "--type", "types", multiple=True, metavar="TYPE", help="List this type and those below it."
    ),
    click.option(
        "--relation",
        "relations",
        multiple=True,
        metavar="RELATION",
        help="Follow this relation and those below it, such as prov:used.",
    ),
    click.option("--owner", "owners", multiple=True, metavar="OWNER", help="List what it owns."),
    click.option("--live", is_flag=True, help="List what is served now."),
    click.option("--as-of", metavar="TIME", help="Judge what is live at this instant, not now."),
)

_at_option = click.option(
    "--at",
    type=click.IntRange(min=1),
    metavar="REVISION",
    help="Answer by what was stated at this revision, not the newest.",
)

_table_option = click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    show_default=True,
    help="For people, for programs, for spreadsheets.",
)


def _selecting(command: _F) -> _F:
    """Adds the options that say which part of an answer is asked for."""
    for option in reversed(_SELECTING):
        command = option(command)
    return command


@click.command()
@click.argument("asset")
@click.option(
    "--direction",
    type=click.Choice([d.value for d in Direction]),
    default=Direction.UP.value,
    show_default=True,
    help="up: what it was made from; down: what depends on it.",
)
@_selecting
@_at_option
@_table_option
@click.pass_obj
def lineage(
    data: Path,
    /,
    asset: str,
    direction: str,
    depth: int | None,
    at: int | None,
    format_: str,
    **selecting: Any,
) -> None:
    """Show what ASSET was made from, or what was made from it."""
    with open_graph(data) as graph:
        selection = _selection(graph, **selecting)
        node = graph.resolve(asset, past=at is not None)
        answer = graph.lineage.lineage(node, Direction(direction), depth, selection, at=at)
        if format_ == "json":
            output.print_json(answer.to_json(graph.names))
        elif format_ == "csv":
            output.print_csv(*answer.rows(graph.names))
        else:
            _print_lineage(answer, graph.names)


@click.command()
@click.argument("asset")
@click.option("--all", "all_", is_flag=True, help="List data and runs too, not only count them.")
@click.option("--message", is_flag=True, help="Write a message to each owner instead.")
@_selecting
@_at_option
@_table_option
@click.pass_obj
def impact(
    data: Path,
    /,
    asset: str,
    all_: bool,
    message: bool,
    depth: int | None,
    at: int | None,
    format_: str,
    **selecting: Any,
) -> None:
    """Show what depends on ASSET, what is live first, and who owns it."""
    with open_graph(data) as graph:
        selection = _selection(graph, **selecting)
        node = graph.resolve(asset, past=at is not None)
        answer = graph.lineage.impact(node, depth, selection, at=at)
        if message:
            messages = answer.messages(graph.names).values()
            click.echo("\n\n".join(messages) or "nobody is to be told")
        elif format_ == "json":
            output.print_json(answer.to_json(graph.names))
        elif format_ == "csv":
            output.print_csv(*answer.rows(graph.names))
        else:
            _print_impact(answer, graph.names, all_=all_ or bool(selecting["types"]))


@click.command()
@click.argument("start", metavar="FROM")
@click.argument("end", metavar="TO")
@click.option("--all", "all_", is_flag=True, help="All simple paths, the shortest first.")
@click.option(
    "--max",
    "most",
    type=click.IntRange(min=1),
    default=MOST_PATHS,
    show_default=True,
    help="With --all: how many paths at most.",
)
@_at_option
@format_option
@click.pass_obj
def path(
    data: Path, start: str, end: str, all_: bool, most: int, at: int | None, format_: str
) -> None:
    """Show a shortest way by which TO depends on FROM, or FROM on TO."""
    with open_graph(data) as graph:
        past = at is not None
        ends = graph.resolve(start, past=past), graph.resolve(end, past=past)
        answer: PathAnswer | PathsAnswer
        if all_:
            answer = graph.lineage.paths(*ends, most, at=at)
        else:
            answer = graph.lineage.path(*ends, at=at)
        if format_ == "json":
            output.print_json(answer.to_json(graph.names))
        elif answer.direction is None:
            _print_no_path(answer, graph.names)
        elif isinstance(answer, PathsAnswer):
            _print_paths(answer, graph.names)
        else:
            _print_path(answer, graph.names)


def _selection(graph: KnowledgeGraph, **selecting: Any) -> Selection:
    return graph.lineage.selections.read(**selecting)


def _print_lineage(answer: LineageAnswer, names: Names) -> None:
    heads = {"up": "upstream of", "down": "downstream of", "both": "around"}
    output.say(f"{heads[answer.direction]} {names.short(answer.asset)}")
    output.print_table(
        ("steps", "type", "id", "title"),
        [(node.distance, node.type, _named(node, names), node.title) for node in answer.nodes],
    )
    _print_end(len(answer.nodes), answer)


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
    _print_end(len(answer.impacted), answer)


def _print_no_path(answer: PathAnswer | PathsAnswer, names: Names) -> None:
    start, end = names.short(answer.start), names.short(answer.end)
    output.say(f"neither of {start} and {end} depends on the other (revision {answer.revision})")


def _print_path(answer: PathAnswer, names: Names) -> None:
    output.say(f"{_depends(answer, names)}:")
    for node in answer.nodes:
        output.say(f"  {_named(node, names)}  {node.type or ''}")
    output.say(f"{answer.nodes[-1].distance} steps, revision {answer.revision}")


def _print_paths(answer: PathsAnswer, names: Names) -> None:
    output.say(f"{_depends(answer, names)}:")
    output.print_table(
        ("steps", "path"),
        [(way.length, " ".join(names.short(node) for node in way.nodes)) for way in answer.paths],
    )
    state = _state(answer.complete, answer.reason)
    output.say(f"{len(answer.paths)} paths, {state}, revision {answer.revision}")


def _depends(answer: PathAnswer | PathsAnswer, names: Names) -> str:
    start, end = names.short(answer.start), names.short(answer.end)
    first, second = (end, start) if answer.direction == "down" else (start, end)
    return f"{first} depends on {second}"


def _named(node: NodeInfo, names: Names) -> str:
    marks = ("" if node.described else " (not described)", " (ended)" if node.live is False else "")
    return names.short(node.iri) + "".join(marks)


def _print_end(total: int, answer: LineageAnswer | ImpactAnswer) -> None:
    of = "" if total == answer.reached else f" of {answer.reached}"
    state = _state(answer.complete, answer.reason)
    output.say(f"{total}{of} in all, {state}, revision {answer.revision}")


def _state(complete: bool, reason: str | None) -> str:
    return "complete" if complete else f"not complete: {reason}"
