"""The SPARQL endpoint: SPARQL 1.1 Protocol, query operation, and Service Description.

Every query passes the guard and is planned; results are streamed as the engine writes them. A
failure after the first bytes breaks the transfer, so that no client takes half a result for a
whole one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.exceptions import NotAcceptable
from werkzeug.wrappers import Response as BaseResponse

from kg.sparql.executor import Answer
from kg.sparql.guard import check
from kg.sparql.planner import evaluated
from kg.sparql.prologue import QueryForm, query_form
from kg.sparql.results import Format, format_named, formats, negotiate
from kg.terms import RdfFormat, parse
from kg.web.protocol import QueryRequest, read_query
from kg.web.rdf import HTML, document, preferred
from kg.web.site import Site

_DESCRIPTION: Final = Path(__file__).with_name("service-description.ttl")
_PREFIXES: Final = {
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "formats": "http://www.w3.org/ns/formats/",
}


def blueprint(site: Site) -> Blueprint:
    """The route of the endpoint."""
    views = Endpoint(site)
    routes = Blueprint("sparql", __name__)
    routes.add_url_rule("/sparql", "endpoint", views.endpoint, methods=["GET", "POST"])
    routes.after_request(views.allow_origin)
    return routes


class Endpoint:
    """Answers at ``/sparql``."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def endpoint(self) -> BaseResponse:
        """Answer a query, or say what the service is where there is none."""
        asked = read_query(request)
        response = _describe_service() if asked is None else self._answer(asked)
        response.vary.add("Accept")
        return response

    def allow_origin(self, response: Response) -> Response:
        """Let pages of other sites read answers, where the operator says so (CORS)."""
        if self._site.allow_origin:
            response.headers["Access-Control-Allow-Origin"] = self._site.allow_origin
            response.headers["Access-Control-Allow-Headers"] = "Accept, Content-Type"
            response.headers["Access-Control-Expose-Headers"] = "X-KG-Revision, X-KG-Plan"
        return response

    def _answer(self, asked: QueryRequest) -> Response:
        check(asked.text, self._site.limits)
        chosen = _format(asked, query_form(asked.text))

        def execute(text: str) -> Answer:
            return self._site.executor.execute(
                text,
                chosen,
                default_graphs=asked.default_graphs,
                named_graphs=asked.named_graphs,
            )

        answer, planned = evaluated(asked.text, execute)
        response = Response(answer, content_type=answer.format.content_type)
        response.headers["X-KG-Revision"] = str(answer.revision)
        response.headers["X-KG-Plan"] = ", ".join(planned.names) or "as-is"
        return response


def _format(asked: QueryRequest, form: QueryForm) -> Format:
    if asked.format:
        return format_named(asked.format, form)
    chosen = negotiate(request.headers.get("Accept"), form)
    if chosen is None:
        known = ", ".join(candidate.media_type for candidate in formats(form))
        raise NotAcceptable(f"{form} is answered in one of {known}")
    return chosen


def _describe_service() -> BaseResponse:
    media_type = preferred()
    if media_type == HTML:
        return redirect(url_for("pages.query"), 303)
    url = url_for("sparql.endpoint", _external=True)
    quads = parse(path=_DESCRIPTION, format=RdfFormat.TURTLE, base_iri=url)
    return document((quad.triple for quad in quads), media_type, _PREFIXES)
