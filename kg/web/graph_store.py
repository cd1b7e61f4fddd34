"""The SPARQL 1.1 Graph Store HTTP Protocol: graphs as resources to read and write.

A record graph is identified directly, by its path below ``/graph/``; any graph indirectly, by
``/rdf-graph-store?graph=IRI``; the union of all by ``?default``, for reading alone.
"""

from __future__ import annotations

import uuid
from contextlib import AbstractContextManager
from functools import partial
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotAcceptable, UnsupportedMediaType

from kg.app.curated import CuratedGraphs, Written, require_curated
from kg.connectors.native import SOURCE
from kg.errors import InputError, NotFound, NotPermitted
from kg.iri import is_iri
from kg.journal import Scope
from kg.rdfio import in_default_graph, parse_quads
from kg.sparql.executor import QueryRequest
from kg.sparql.results import GRAPHS, negotiate
from kg.terms import NamedNode, Quad, RdfFormat
from kg.web.addresses import raw_path
from kg.web.preconditions import graph_tag, known_tag, require
from kg.web.protocol import check_charset, read_parameters
from kg.web.site import Site
from kg.web.streams import respond

BODY_LIMIT: Final = 32 << 20
"""The most bytes that one graph may be sent in."""

_DIRECT: Final = "/graph/"
_INDIRECT: Final = "/rdf-graph-store"
_STATEMENTS: Final = "web/statements"
_BODIES: Final = {
    "text/turtle": RdfFormat.TURTLE,
    "application/x-turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
}


def blueprint(site: Site) -> Blueprint:
    """The routes of graphs."""
    views = GraphStore(site)
    routes = Blueprint("graph_store", __name__)
    methods = ["GET", "PUT", "POST", "DELETE"]
    routes.add_url_rule(f"{_DIRECT}<path:path>", "direct", views.direct, methods=methods)
    routes.add_url_rule(_INDIRECT, "indirect", views.indirect, methods=methods)
    return routes


class GraphStore:
    """Answers for graphs; ``None`` stands for the default graph, the union of all."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._names = site.graph.names
        self._curated = CuratedGraphs(site.graph)

    def direct(self, path: str) -> Response:
        """A graph by its own path."""
        return self._respond(self._names.graph_at(raw_path(_DIRECT, path)))

    def indirect(self) -> Response:
        """A graph by its IRI, the default graph, or with POST and neither a new graph."""
        parameters = read_parameters(request.query_string)
        given = [name for name in ("graph", "default") for _ in parameters.get(name, ())]
        if not given and request.method == "POST":
            return self._create()
        if len(given) != 1:
            raise InputError("name one graph", hint="?graph=IRI or ?default")
        if given == ["default"]:
            return self._respond(None)
        iri = parameters["graph"][0]
        if not is_iri(iri):
            raise InputError(f"graph {iri!r} is not an absolute IRI")
        return self._respond(NamedNode(iri))

    def _respond(self, name: NamedNode | None) -> Response:
        if request.method in ("GET", "HEAD"):
            return self._read(name)
        agent = self._site.access.require(Scope.WRITE).name
        if name is None:
            raise NotPermitted("the default graph is the union of all others", hint="?graph=IRI")
        if request.method == "DELETE":
            return self._delete(name, agent)
        require_curated(name, self._names)
        quads = _body(name.value)
        write = self._curated.replace if request.method == "PUT" else self._curated.add
        with self._place():
            written = write(name, quads, agent=agent, require=partial(require, request))
        return _answer(written, 201 if quads and not written.existed else 204)

    def _read(self, name: NamedNode | None) -> Response:
        format_ = negotiate(request.headers.get("Accept"), "CONSTRUCT")
        if format_ is None:
            types = ", ".join(candidate.media_type for candidate in GRAPHS)
            raise NotAcceptable(f"a graph is answered in one of {types}")
        graph = self._site.graph
        if name is not None and next(graph.store.quads(None, None, None, name), None) is None:
            raise NotFound(f"there is no graph {name.value}")
        known = known_tag(request, graph_tag(graph, name, format_, graph.revision))
        if known is not None:
            return _tagged(Response(status=304), known)
        graphs = None if name is None else [name]
        text = self._site.catalog.get(_STATEMENTS).bind({})
        asked = QueryRequest(text, format_, graphs, [] if graphs else None)
        answer = self._site.executor.execute(asked)
        return _tagged(respond(answer), graph_tag(graph, name, format_, answer.revision))

    def _delete(self, name: NamedNode, agent: str) -> Response:
        def if_there(changed: int | None) -> None:
            if changed is not None:  # else 404, which goes before (RFC 9110, 13.2.1)
                require(request, changed)

        with self._place():
            written = self._curated.remove(name, agent=agent, require=if_there)
        if not written.existed:
            raise NotFound(f"there is no graph {name.value}")
        return _answer(written, 204)

    def _create(self) -> Response:
        agent = self._site.access.require(Scope.WRITE).name
        name = self._names.graph(SOURCE, NamedNode(f"urn:uuid:{uuid.uuid4()}"))
        quads = _body(name.value)
        if not quads:
            raise InputError("there is no statement to make a graph of")
        with self._place():
            written = self._curated.add(name, quads, agent=agent)
        response = _answer(written, 201)
        response.headers["Location"] = f"{_INDIRECT}?{urlencode({'graph': name.value})}"
        return response

    def _place(self) -> AbstractContextManager[None]:
        return self._site.writing.place(self._site.access.caller())


def _body(base: str) -> list[Quad]:
    """The statements in the request's body, relative IRIs read against the graph's."""
    request.max_content_length = BODY_LIMIT
    check_charset(request)
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise UnsupportedMediaType("send the body without Content-Encoding")
    format_ = _BODIES.get(request.mimetype)
    if format_ is None:
        given = request.mimetype or "no Content-Type"
        raise UnsupportedMediaType(f"{given} is not understood: send one of {', '.join(_BODIES)}")
    quads = parse_quads(request.get_data(), format_, where="the body", base=base)
    if not all(map(in_default_graph, quads)):
        raise InputError("the body names graphs of its own", hint="send one graph a request")
    return quads


def _tagged(response: Response, tag: str) -> Response:
    response.set_etag(tag)
    response.headers["Cache-Control"] = "no-cache"
    response.vary.add("Accept")
    return response


def _answer(written: Written, status: int) -> Response:
    response = Response(status=status)
    if written.revision is not None:
        response.headers["X-KG-Revision"] = str(written.revision.revision)
    return response
