"""The update operation of the SPARQL 1.1 Protocol, section 2.2."""

from __future__ import annotations

from flask import Blueprint, Response, request

from kg.journal import Scope
from kg.web.protocol import pointing_at, read_update
from kg.web.site import Site


def blueprint(site: Site) -> Blueprint:
    """The route of updates."""
    routes = Blueprint("update", __name__)

    def update() -> Response:
        agent = site.access.require(Scope.WRITE).name
        asked = read_update(request)
        with pointing_at(asked.text), site.writing.place(site.access.caller()):
            info = site.updates.run(
                asked.text,
                agent=agent,
                default_graphs=asked.default_graphs,
                named_graphs=asked.named_graphs,
                timeout=asked.timeout,
            )
        response = Response(status=204)
        if info is not None:
            response.headers["X-KG-Revision"] = str(info.revision)
        return response

    routes.add_url_rule("/update", "update", update, methods=["POST"])
    return routes
