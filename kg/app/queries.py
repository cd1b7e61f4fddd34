"""Asking the graph in SPARQL: named queries, query files, and ad-hoc text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Final

from kg.app.graph import KnowledgeGraph
from kg.sparql.bind import bind
from kg.sparql.catalog import QueryCatalog
from kg.sparql.evaluation import begin
from kg.sparql.guard import Limits, check
from kg.sparql.lineage import Snapshot
from kg.sparql.planner import Planned, plan
from kg.sparql.prologue import query_form, with_prefixes
from kg.sparql.results import format_named
from kg.sparql.values import parse_term
from kg.store.base import QueryResult
from kg.store.results import write_result


def catalog(graph: KnowledgeGraph) -> QueryCatalog:
    """The shipped queries, and the owner's own, which may replace them."""
    own = graph.data.queries if graph.data else None
    return QueryCatalog.load([own] if own and own.is_dir() else [])


def named_text(graph: KnowledgeGraph, name: str, values: Mapping[str, str]) -> str:
    """The text of a named query with its parameters bound."""
    return catalog(graph).get(name).bind(values, graph.names)


def ad_hoc_text(graph: KnowledgeGraph, text: str, values: Mapping[str, str]) -> str:
    """Text with prefixes declared and parameters bound, each read by what it looks like."""
    terms = {name: parse_term(value, graph.names) for name, value in values.items()}
    return bind(with_prefixes(text), terms)


_LIMITS: Final = Limits()


def evaluate(graph: KnowledgeGraph, text: str) -> QueryResult:
    """Evaluate text that policy allows, rewritten; see :func:`explain`."""
    check(text, _LIMITS)
    return begin(graph.store, text, graph.index.at()).result


def explain(graph: KnowledgeGraph, text: str) -> Planned:
    """What is evaluated for a text that policy allows; see :func:`kg.sparql.check` and ``plan``."""
    check(text, _LIMITS)
    return plan(text, Snapshot(graph.store, graph.index.at()))


def write(graph: KnowledgeGraph, text: str, format_name: str, output: IO[bytes]) -> None:
    """Evaluate text and write the result in a format of its form, piece by piece."""
    chosen = format_named(format_name, query_form(text))
    write_result(evaluate(graph, text), chosen.name, output)
