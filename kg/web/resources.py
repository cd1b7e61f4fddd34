"""Dereferencing: what an identifier answers when it is asked for over HTTP.

``/id/…`` is the local path of every instance, whatever host the base IRI names;
``/describe?iri=`` shows any other IRI that the graph says something of.
"""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, render_template, request

from kg.errors import NotFound
from kg.namespaces import PREFIXES
from kg.terms import NamedNode
from kg.web.addresses import raw_path
from kg.web.description import Description, references, rows
from kg.web.rdf import HTML, document, preferred
from kg.web.site import Site

_PATH: Final = "/id/"


def blueprint(site: Site) -> Blueprint:
    """The routes of identifiers."""
    views = Resources(site)
    routes = Blueprint("resources", __name__)
    routes.add_url_rule(f"{_PATH}<path:path>", "instance", views.instance)
    routes.add_url_rule("/describe", "describe", views.describe)
    return routes


class Resources:
    """Descriptions of things as pages and as RDF."""

    def __init__(self, site: Site) -> None:
        self._graph = site.graph

    def instance(self, path: str) -> Response:
        """An instance of ours, by the path of its IRI."""
        kind, _, rest = raw_path(_PATH, path).partition("/")
        if not rest:
            raise NotFound(f"{request.path} is not an identifier")
        return self._respond(self._graph.names.parse(f"{kind}:{rest}"))

    def describe(self) -> Response:
        """Any IRI, given in full or in short form."""
        return self._respond(self._graph.names.parse(request.args.get("iri", "")))

    def _respond(self, node: NamedNode) -> Response:
        media_type = preferred()
        description = Description.read(self._graph.store, node, self._graph.names)
        if media_type == HTML:
            return self._page(description)
        if not description.quads:
            raise NotFound(f"nothing is said of {self._graph.names.short(node)}")
        return document(sorted(description.triples, key=str), media_type, PREFIXES)

    def _page(self, description: Description) -> Response:
        names = self._graph.names
        referring, all_referring = references(self._graph.store, description.node)
        body = render_template(
            "resource.html",
            node=description.node,
            short=names.short(description.node),
            description=description,
            rows=rows(description.quads, names),
            referring=rows(referring, names),
            all_referring=all_referring,
        )
        response = Response(body, 200 if description.quads or referring else 404, mimetype=HTML)
        response.vary.add("Accept")
        return response
