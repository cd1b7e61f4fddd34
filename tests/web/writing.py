"""An app of a fresh graph, and clients of it that may write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kg.app import KnowledgeGraph
from kg.journal import Scope
from kg.sparql.executor import InProcessExecutor
from kg.web import create_app

DIRECT = "/graph/curated/model/hub/bert"
"""A record graph that is not there yet, by its path."""

FOREIGN = "http://example.org/notes"
"""A graph outside the base, that is not there yet."""

TURTLE = "<http://example.org/a> <http://example.org/p> 'one' ."


@dataclass(frozen=True)
class Writer:
    """Sends requests with a token."""

    graph: KnowledgeGraph
    client: FlaskClient
    secret: str

    def __call__(self, method: str, path: str, body: object = None, **options: Any) -> TestResponse:
        """Send a request, the body as Turtle unless a type is given, and read the answer whole."""
        headers = {"Authorization": f"Bearer {self.secret}", **options.pop("headers", {})}
        if body is not None:
            options.setdefault("content_type", "text/turtle")
            options["data"] = body
        options.setdefault("buffered", True)
        return self.client.open(path, method=method, headers=headers, **options)

    def read(self, iri: str = FOREIGN, **headers: str) -> TestResponse:
        """Read a graph by its IRI."""
        query = {"graph": iri}
        return self("GET", "/rdf-graph-store", query_string=query, headers=headers)

    def put(self, iri: str = FOREIGN, body: object = TURTLE, **options: Any) -> TestResponse:
        """Write a graph by its IRI."""
        return self("PUT", "/rdf-graph-store", body, query_string={"graph": iri}, **options)


def writer(graph: KnowledgeGraph, scope: Scope = Scope.WRITE) -> Writer:
    """A client whose token has the scope."""
    app = create_app(graph, InProcessExecutor(graph.store))
    secret = graph.journal.tokens.create("editor", scope)[1]
    return Writer(graph, app.test_client(), secret)
