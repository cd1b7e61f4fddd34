"""The SPARQL endpoint: SPARQL 1.1 Protocol, query operation, and Service Description.

Every query passes the guard and is planned; results are streamed as the engine writes them. A
failure after the first bytes breaks the transfer, so that no client takes half a result for a
whole one.
"""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.exceptions import NotAcceptable
from werkzeug.wrappers import Response as BaseResponse

from kg.app import KnowledgeGraph
from kg.sparql.executor import QueryRequest
from kg.sparql.guard import check
from kg.sparql.prologue import QueryForm, query_form
from kg.sparql.results import Format, format_named, formats, negotiate
from kg.web.dataset import describe
from kg.web.protocol import OperationRequest, pointing_at, read_query
from kg.web.rdf import HTML, preferred
from kg.web.site import Site
from kg.web.streams import respond
from kg.web.validators import entity_tag, header, is_known, is_stable


def blueprint(site: Site) -> Blueprint:
    """The route of the endpoint."""
    views = Endpoint(site)
    routes = Blueprint("sparql", __name__)
    routes.add_url_rule("/sparql", "endpoint", views.endpoint, methods=["GET", "POST"])
    return routes


class Endpoint:
    """Answers at ``/sparql``."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def endpoint(self) -> BaseResponse:
        """Answer a query, or say what the service is where there is none."""
        asked = read_query(request)
        if asked is None:
            response = _describe_service(self._site.graph)
        else:
            with pointing_at(asked.text):
                response = self._answer(asked)
        response.vary.add("Accept")
        return response

    def _answer(self, asked: OperationRequest) -> Response:
        check(asked.text, self._site.limits)
        chosen = _format(asked, query_form(asked.text))
        stable = is_stable(asked.text)
        # Read before the answer, which may then be of a newer ontology than its tag, never older.
        ontology, revision = self._site.graph.ontology.digest, self._site.graph.revision
        tag = entity_tag(revision, ontology, chosen.name)
        if stable and is_known(request, tag):
            return _validated(Response(status=304), tag)
        answer = self._site.executor.execute(
            QueryRequest(
                asked.text,
                chosen,
                default_graphs=asked.default_graphs,
                named_graphs=asked.named_graphs,
                timeout=asked.timeout,
            )
        )
        response = respond(answer)
        response.headers["X-KG-Plan"] = ", ".join(answer.plan) or "as-is"
        tag = entity_tag(answer.revision, ontology, chosen.name)
        return _validated(response, tag) if stable else response


def _validated(response: Response, tag: str) -> Response:
    response.headers["ETag"] = header(tag)
    response.headers["Cache-Control"] = "no-cache"
    return response


def _format(asked: OperationRequest, form: QueryForm) -> Format:
    if asked.format:
        return format_named(asked.format, form)
    chosen = negotiate(request.headers.get("Accept"), form)
    if chosen is None:
        known = ", ".join(candidate.media_type for candidate in formats(form))
        raise NotAcceptable(f"{form} is answered in one of {known}")
    return chosen


def _describe_service(graph: KnowledgeGraph) -> BaseResponse:
    media_type = preferred()
    return (
        redirect(url_for("pages.query"), 303) if media_type == HTML else describe(graph, media_type)
    )
