"""A view of an rdflib graph that parses each SPARQL text once.

pySHACL hands over the text of a constraint anew for every focus node, and rdflib takes far
longer to parse a query than to answer it for one node.
"""

from __future__ import annotations

from typing import Any

import rdflib
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query


class PreparedGraph(rdflib.Graph):
    """The same triples as another graph, with queries kept prepared for as long as it lives."""

    def __init__(self, graph: rdflib.Graph) -> None:
        super().__init__(store=graph.store, identifier=graph.identifier)
        self._prepared: dict[str, Query] = {}

    def query(self, query_object: str | Query, *args: Any, **options: Any) -> rdflib.query.Result:
        """Evaluate a query as :meth:`rdflib.Graph.query` does."""
        if isinstance(query_object, str):
            query_object = self._prepare(query_object)
        return super().query(query_object, *args, **options)

    def _prepare(self, text: str) -> Query:
        if text not in self._prepared:
            self._prepared[text] = prepareQuery(text)
        return self._prepared[text]
