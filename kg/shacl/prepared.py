"""A view of an rdflib graph that parses each SPARQL text once.

pySHACL hands over the text of a constraint anew for every focus node, and rdflib takes far
longer to parse a query than to answer it for one node.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import rdflib
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query

_KEPT: Final = 128
"""Parsed texts that a process keeps: the same rules are asked of one graph after the other."""


class PreparedGraph(rdflib.Graph):
    """The same triples as another graph, asked with queries that are kept prepared."""

    def __init__(self, graph: rdflib.Graph) -> None:
        super().__init__(store=graph.store, identifier=graph.identifier)

    def query(self, query_object: str | Query, *args: Any, **options: Any) -> rdflib.query.Result:
        """Evaluate a query as :meth:`rdflib.Graph.query` does."""
        if isinstance(query_object, str):
            query_object = _prepared(query_object)
        return super().query(query_object, *args, **options)


@lru_cache(maxsize=_KEPT)
def _prepared(text: str) -> Query:
    return prepareQuery(text)
