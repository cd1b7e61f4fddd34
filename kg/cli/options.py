"""Options that several commands share, and opening the graph they act on."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from kg.app import KnowledgeGraph
from kg.app.sharing import open_shared, serving
from kg.cli import output
from kg.errors import DirectoryInUse, KGError

_F = TypeVar("_F", bound=Callable[..., Any])

format_option = click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people or for programs.",
)

atomic_option = click.option(
    "--atomic", is_flag=True, help="Take all or nothing; without it, what is good is kept."
)

message_option = click.option("-m", "--message", default="", help="Why, for the history.")


def open_graph(data: Path) -> KnowledgeGraph:
    """The graph that ``--data`` names, by leave of the server where one holds it."""
    try:
        graph = KnowledgeGraph.open(data)
    except DirectoryInUse:
        shared = open_shared(data)
        if shared is None:
            raise
        graph = shared
    if graph.ontology_problem:
        output.note(f"warning: not in force: {graph.ontology_problem}")
    return graph


def open_alone(data: Path) -> KnowledgeGraph:
    """The graph that ``--data`` names, for what no other process may be at work beside."""
    try:
        return KnowledgeGraph.open(data)
    except DirectoryInUse as error:
        server = serving(data)
        if server is None:
            raise
        raise DirectoryInUse(
            f"the graph in {data} is served at {server.url} by process {server.pid}",
            hint="stop that server first",
        ) from error


def agent() -> str:
    """Who is acting, for the history."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def exit_for(*, failed: bool) -> int:
    """2 where something was not taken, else 0."""
    return KGError.exit_code if failed else 0
