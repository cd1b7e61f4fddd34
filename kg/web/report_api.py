"""The compliance report over HTTP: ``/api/report``, what ``kg report`` writes, as of now."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotAcceptable

from kg.app.reports import present_report, read_selection
from kg.compliance import FORMATS, Overview, render
from kg.compliance.as_json import as_object
from kg.iri import Names
from kg.web.arguments import Arguments
from kg.web.paging import digest, validated
from kg.web.site import Site

MEDIA_TYPES: Final = {
    "json": "application/json",
    "html": "text/html",
    "csv": "text/csv",
    "sarif": "application/sarif+json",
    "junit": "application/xml",
    "turtle": "text/turtle",
    "json-ld": "application/ld+json",
    "text": "text/plain",
}
"""The media type of each format of a report, the preferred first."""

_SELECTING: Final = ("asset", "team", "domain", "source")
_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""A page with nothing from outside, whose style is in it; no script runs."""


def blueprint(site: Site) -> Blueprint:
    """The route of the report."""
    graph = site.graph
    routes = Blueprint("report", __name__, url_prefix="/api")

    def report() -> Response:
        asked = Arguments(request.args, (*_SELECTING, "pack", "format"))
        format_ = _format(asked)
        chosen = {name: asked.text(name) for name in _SELECTING}
        selection = read_selection(graph, **chosen)
        with site.walking.place(site.access.caller()):
            made = present_report(graph, selection, asked.many("pack"))
            text = render(made, format_, graph.names)
        response = Response(text, mimetype=MEDIA_TYPES[format_])
        response.headers["Content-Security-Policy"] = _POLICY
        response.vary.add("Accept")
        return validated(response, made.report.revision or 0, _content(made, format_, graph.names))

    routes.add_url_rule("/report", "report", report)
    return routes


def _format(asked: Arguments) -> str:
    """The format that is asked for by its name, or else by Accept; JSON where none is."""
    if asked.text("format") is not None:
        return asked.choice("format", FORMATS, FORMATS[0])
    if not request.accept_mimetypes:
        return "json"
    chosen = request.accept_mimetypes.best_match(list(MEDIA_TYPES.values()))
    if chosen is None:
        raise NotAcceptable(f"send Accept with one of {', '.join(MEDIA_TYPES.values())}")
    return next(name for name, media_type in MEDIA_TYPES.items() if media_type == chosen)


def _content(made: Overview, format_: str, names: Names) -> str:
    """What tells reports apart, the instant aside."""
    return digest([format_, {**as_object(made, names), "asOf": None}])
