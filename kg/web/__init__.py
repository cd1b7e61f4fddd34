"""The graph over HTTP: SPARQL endpoint, lineage, dereferenceable identifiers, and pages.

:func:`create_app` makes the Flask app; :mod:`kg.web.server` serves it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from flask import Flask, Response

from kg import __version__
from kg.app import KnowledgeGraph
from kg.app.gate import Gate
from kg.app.updates import Updates
from kg.sparql.catalog import QueryCatalog
from kg.sparql.executor import QueryExecutor
from kg.sparql.guard import Limits
from kg.web import (
    api,
    dataset,
    findings_api,
    gate_api,
    graph_store,
    pages,
    problems,
    quarantine_api,
    report_api,
    resources,
    sparql,
    token_api,
    update,
)
from kg.web.admission import Admission, AdmittingExecutor
from kg.web.auth import Access
from kg.web.compression import compress
from kg.web.cors import allowing
from kg.web.site import Site
from kg.web.validators import require_revisions

__all__ = ["create_app"]

_VIEWS: Final = (
    sparql,
    update,
    graph_store,
    dataset,
    resources,
    pages,
    api,
    gate_api,
    token_api,
    quarantine_api,
    findings_api,
    report_api,
)
_BODY_LIMIT: Final = 1 << 20
SECURITY_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def create_app(
    graph: KnowledgeGraph,
    executor: QueryExecutor,
    *,
    catalog: QueryCatalog | None = None,
    limits: Limits | None = None,
    allow_origin: str | None = None,
    queries: int = 8,
    public_read: bool = True,
    update_timeout: float = 30.0,
    gate: Gate | None = None,
) -> Flask:
    """The WSGI app that answers for a graph.

    ``executor`` evaluates the queries of clients, ``queries`` of them at a time and half as many
    for one caller, ``gate`` answers what it is asked; the app closes neither of them nor the graph.
    ``allow_origin`` lets pages of that origin (``*`` for any) read the endpoint's answers (CORS):
    off by default, since without a login whatever the user's browser visits could read the graph.
    Without ``public_read`` reading needs a token; writing always does. An update may take
    ``update_timeout`` seconds.
    """
    catalog = catalog or QueryCatalog.load(_own_queries(graph))
    access = Access(graph.journal.tokens, public_read)
    admission = Admission(queries, each=max(1, queries // 2))
    admitting = AdmittingExecutor(executor, admission, access.caller)
    site = Site(
        graph,
        admitting,
        catalog,
        access,
        Updates(graph, timeout=update_timeout),
        gate or Gate(graph),
        limits or Limits(),
    )
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = _BODY_LIMIT
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    for module in _VIEWS:
        app.register_blueprint(module.blueprint(site))
    problems.register(app)
    access.guard_reads(app)
    require_revisions(app, graph)
    app.after_request(compress)
    app.after_request(allowing(allow_origin))
    app.after_request(_harden)
    app.context_processor(lambda: {"version": __version__})
    return app


def _own_queries(graph: KnowledgeGraph) -> list[Path]:
    return [graph.data.queries] if graph.data is not None else []


def _harden(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    return response
