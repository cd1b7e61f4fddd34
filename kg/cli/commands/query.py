"""Asking in SPARQL."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from kg.app import KnowledgeGraph
from kg.app.queries import ad_hoc_text, catalog, explain, named_text, write
from kg.cli import output
from kg.cli.options import open_graph
from kg.errors import InputError, QuerySyntaxError
from kg.sparql.prologue import as_written, query_form
from kg.store.solutions import read_solutions
from kg.terms import Literal, Term

_FORMATS = ("table", "json", "csv", "tsv", "xml", "turtle", "n-triples", "rdf-xml", "json-ld")
_EXPLAIN = "explain"


@click.command()
@click.argument("file", required=False, metavar="[FILE|-]")
@click.option("--name", help="A named query; see --list.")
@click.option("--list", "list_", is_flag=True, help="List the named queries with their parameters.")
@click.option("--param", "params", multiple=True, metavar="NAME=TERM", help="May be repeated.")
@click.option("--format", "format_", type=click.Choice(_FORMATS), default="table")
@click.option("--explain", "explain_", is_flag=True, help="Show what would be evaluated and why.")
@click.pass_obj
def query(
    data: Path,
    file: str | None,
    name: str | None,
    list_: bool,
    params: tuple[str, ...],
    format_: str,
    explain_: bool,
) -> None:
    """Evaluate SPARQL from FILE, standard input (-) or a named query.

    The default graph is the union of all. Well-known prefixes need no declaration. A parameter
    replaces a variable: a short form, an IRI, a prefixed name, a number or a text.
    """
    with open_graph(data) as graph:
        if list_:
            _list(graph, as_json=format_ == "json")
            return
        values = _values(params)
        if (file is None) == (name is None):
            raise InputError("give either a query file or --name", hint="--list shows the names")
        format_ = _EXPLAIN if explain_ else format_
        if name is not None:
            _answer(graph, named_text(graph, name, values), format_)
            return
        source = _read(str(file))
        try:
            _answer(graph, ad_hoc_text(graph, source, values), format_)
        except QuerySyntaxError as error:
            raise as_written(error, source) from error


def _answer(graph: KnowledgeGraph, text: str, format_: str) -> None:
    if format_ == _EXPLAIN:
        _explain(graph, text)
    elif format_ == "table":
        _print_result(graph, text)
    else:
        sys.stdout.flush()
        write(graph, text, format_, sys.stdout.buffer)


def _explain(graph: KnowledgeGraph, text: str) -> None:
    """The steps of the plan as comments, and the text that is evaluated."""
    planned = explain(graph, text)
    for step in planned.steps or ["evaluated as it is"]:
        click.echo(f"# {step}")
    click.echo(planned.text.strip())


def _values(params: Iterable[str]) -> dict[str, str]:
    values = {}
    for param in params:
        name, equals, value = param.partition("=")
        if not equals or not name:
            raise InputError(f"cannot read --param {param!r}", hint="write NAME=TERM")
        values[name.lstrip("?$")] = value
    return values


def _read(file: str) -> str:
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot read the file: {error.strerror}", where=file) from error
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 at byte {error.start}", where=file) from error


def _list(graph: KnowledgeGraph, *, as_json: bool) -> None:
    found: list[dict[str, Any]] = [
        {
            "name": item.name,
            "summary": item.summary,
            "question": item.question,
            "parameters": {p.name: p.kind for p in item.parameters},
        }
        for item in catalog(graph)
    ]
    if as_json:
        output.print_json(found)
        return
    rows = [
        (item["name"], " ".join(f"{n}:{k}" for n, k in item["parameters"].items()), item["summary"])
        for item in found
    ]
    output.print_table(("name", "parameters", "answers"), rows)


def _print_result(graph: KnowledgeGraph, text: str) -> None:
    """A table of solutions, yes or no, or Turtle, by the form of the query."""
    form = query_form(text)
    if form not in ("SELECT", "ASK"):
        sys.stdout.flush()
        write(graph, text, "turtle", sys.stdout.buffer)
        return
    buffer = io.BytesIO()
    write(graph, text, "json", buffer)
    buffer.seek(0)
    answer = read_solutions(buffer)
    if isinstance(answer, bool):
        output.say("yes" if answer else "no")
        return
    rows = [["" if term is None else _cell(term, graph) for term in row] for row in answer.rows]
    output.print_table(answer.variables, rows)
    output.say(f"{len(rows)} rows, revision {graph.revision}")


def _cell(term: Term, graph: KnowledgeGraph) -> str:
    return term.value if isinstance(term, Literal) else output.term_text(term, graph.names)
