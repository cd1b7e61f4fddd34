"""Trying an update on a copy of the store, to learn what it would change.

The copy is thrown away. An operation that names no dataset reads the union of all graphs, as
queries do, which the engine's updates cannot: its pattern is asked first, and its templates are
filled in from the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph
from pyoxigraph import QuerySolutions

from kg.errors import InputError, QueryRefused, QuerySyntaxError
from kg.store.syntax import syntax_error
from kg.terms import BlankNode, NamedNode, Quad, Term, Triple

MAX_CHANGED: Final = 200_000
"""The most quads that one update may add and remove; larger amounts are loaded from files."""


@dataclass(frozen=True)
class Step:
    """One operation: the declarations that hold for it on one line, its text, and its place.

    ``template`` and ``pattern`` are what stands before and after WHERE in an operation that
    names no dataset, and ``None`` in all others; ``own_dataset`` says that it names one. ``names``
    are the graphs in it, as written; with ``any_graph`` it may change others too.
    """

    prologue: str
    text: str
    place: tuple[int, int]
    template: str | None
    pattern: str | None
    own_dataset: bool
    names: tuple[str, ...]
    any_graph: bool


@dataclass(frozen=True)
class Trial:
    """What to try: the operations, what they read, and how to name new nodes."""

    steps: Sequence[Step]
    skolems: str
    default_graphs: Sequence[str] | None = None
    named_graphs: Sequence[str] | None = None


@dataclass(frozen=True)
class Delta:
    """The quads that an update removes and adds."""

    removed: list[Quad]
    added: list[Quad]


def try_on_checkpoint(folder: Path, trial: Trial) -> Delta:
    """Try an update on a checkpoint that nobody else reads; it is used up by it."""
    scratch = pyoxigraph.Store(str(folder))
    before = folder.with_name(f"{folder.name}-before")
    scratch.backup(str(before))
    return _try(scratch, pyoxigraph.Store.read_only(str(before)), trial)


def try_on_quads(quads: Iterable[Quad], trial: Trial) -> Delta:
    """Try an update on a copy in memory, for stores that are in memory themselves."""
    before = pyoxigraph.Store()
    before.extend(quads)
    scratch = pyoxigraph.Store()
    scratch.extend(before)
    return _try(scratch, before, trial)


def normal_forms(triples: Sequence[Triple]) -> list[Triple]:
    """Each triple as the store holds it, its literal's value in the normal form."""
    store = pyoxigraph.Store()
    marks = [NamedNode(f"urn:number:{number}") for number in range(len(triples))]
    store.extend(
        Quad(triple.subject, triple.predicate, triple.object, mark)
        for triple, mark in zip(triples, marks, strict=True)
    )
    return [next(store.quads_for_pattern(None, None, None, mark)).triple for mark in marks]


def _try(scratch: pyoxigraph.Store, before: pyoxigraph.Store, trial: Trial) -> Delta:
    for step in trial.steps:
        _check_syntax(step)
    try:
        for step in trial.steps:
            _run(scratch, step, trial)
    except (SyntaxError, RuntimeError) as error:
        raise InputError(f"the update fails: {error}") from error
    return _delta(scratch, before, _changed(scratch, before, trial.steps))


def _check_syntax(step: Step) -> None:
    """Let the engine read an operation alone, for it takes no declarations after the first."""
    text = f"{step.prologue}{step.text}"
    try:
        pyoxigraph.Store().update(text)
    except SyntaxError as error:
        raise _in_place(syntax_error(error, text), step) from error
    except RuntimeError:
        return  # a graph that is not there, in a store where none is


def _in_place(error: QuerySyntaxError, step: Step) -> QuerySyntaxError:
    """The error with its place in the whole request."""
    line, column = step.place
    if error.line is None or error.column is None:
        return error
    if error.line > 1:
        return QuerySyntaxError(error.message, line=line + error.line - 1, column=error.column)
    column += max(error.column - 1 - len(step.prologue), 0)
    return QuerySyntaxError(error.message, line=line, column=column)


def _run(scratch: pyoxigraph.Store, step: Step, trial: Trial) -> None:
    if step.own_dataset and (trial.default_graphs or trial.named_graphs):
        raise InputError("the text names its dataset, and so do the request's parameters")
    if step.pattern is None:
        scratch.update(f"{step.prologue}{step.text}")
        return
    solutions = _ask(scratch, f"{step.prologue}SELECT * WHERE {step.pattern}", trial)
    names = " ".join(str(variable) for variable in solutions.variables)
    rows = "\n".join(f"({_row(solution, trial.skolems)})" for solution in solutions)
    values = f"VALUES ({names}) {{ {rows} }}"
    scratch.update(f"{step.prologue}{step.template} WHERE {{ {values} }}")


def _ask(scratch: pyoxigraph.Store, text: str, trial: Trial) -> QuerySolutions:
    if trial.default_graphs is None and trial.named_graphs is None:
        found = scratch.query(text, use_default_graph_as_union=True)
    else:
        found = scratch.query(
            text,
            default_graph=[NamedNode(iri) for iri in trial.default_graphs or ()],
            named_graphs=[NamedNode(iri) for iri in trial.named_graphs or ()],
        )
    assert isinstance(found, QuerySolutions)  # noqa: S101 - the text is a SELECT
    return found


def _row(terms: Iterable[Term | Triple | None], skolems: str) -> str:
    """A row of VALUES, which holds no blank nodes: what BNODE() made gets a name."""
    return " ".join(
        f"<{skolems}{term.value}>"
        if isinstance(term, BlankNode)
        else "UNDEF"
        if term is None
        else str(term)
        for term in terms
    )


def _changed(
    scratch: pyoxigraph.Store, before: pyoxigraph.Store, steps: Sequence[Step]
) -> set[NamedNode]:
    """The graphs that may have changed."""
    if any(step.any_graph for step in steps):
        named = {*scratch.named_graphs(), *before.named_graphs()}
        return {graph for graph in named if isinstance(graph, NamedNode)}
    found: set[NamedNode] = set()
    for step in steps:
        # The engine resolves prefixes and relative IRIs as it does in the update itself.
        text = f"{step.prologue}SELECT ?g {{ VALUES ?g {{ {' '.join(step.names)} }} }}"
        for row in pyoxigraph.Store().query(text):  # type: ignore[union-attr]
            found.add(row[0])
    return found


def _delta(
    scratch: pyoxigraph.Store, before: pyoxigraph.Store, graphs: Iterable[NamedNode]
) -> Delta:
    delta = Delta([], [])
    for graph in sorted(graphs, key=str):
        old, new = set(_quads(before, graph)), set(_quads(scratch, graph))
        delta.removed.extend(old - new)
        delta.added.extend(new - old)
        if len(delta.removed) + len(delta.added) > MAX_CHANGED:
            raise QueryRefused(
                f"the update changes more than {MAX_CHANGED:,} statements",
                hint="take it apart, or load a file with: kg apply",
            )
    if next(scratch.quads_for_pattern(None, None, None, pyoxigraph.DefaultGraph()), None):
        raise QueryRefused("the update writes the default graph", hint="name a graph")
    return delta


def _quads(store: pyoxigraph.Store, graph: NamedNode) -> Iterator[Quad]:
    return store.quads_for_pattern(None, None, None, graph)
