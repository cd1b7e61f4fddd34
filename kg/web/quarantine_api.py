"""The quarantine over HTTP: ``/api/quarantine``, what ``kg quarantine`` does on the machine."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, jsonify, request

from kg.app.quarantine import entry_json, find_entry, summary_json
from kg.instants import read_instant
from kg.journal import Held, Scope
from kg.web.arguments import Arguments
from kg.web.site import Site

_MOST: Final = 1000
_DEFAULT: Final = 100


def blueprint(site: Site) -> Blueprint:
    """The routes of the quarantine."""
    views = QuarantineApi(site)
    routes = Blueprint("quarantine", __name__, url_prefix="/api/quarantine")
    routes.add_url_rule("", "all", views.all)
    routes.add_url_rule("/<identifier>", "one", views.one)
    routes.add_url_rule("/<identifier>", "drop", views.drop, methods=["DELETE"])
    routes.add_url_rule("/<identifier>/retry", "retry", views.retry, methods=["POST"])
    return routes


class QuarantineApi:
    """Lists, shows, retries and drops what was not let in."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._graph = site.graph
        self._entries = site.graph.journal.quarantine

    def all(self) -> Response:
        """What is held, the newest first, and how many there are in all."""
        asked = Arguments(request.args, ("source", "since", "all", "limit"))
        since = asked.text("since")
        moment = None if since is None else read_instant(since)
        source, ended = asked.text("source"), asked.flag("all")
        limit = asked.number("limit", most=_MOST) or _DEFAULT
        found = self._entries.entries(source=source, since=moment, ended=ended, limit=limit)
        entries = [summary_json(entry, self._graph.names) for entry in found]
        total = self._entries.count(source=source, since=moment, ended=ended)
        return _private(jsonify({"total": total, "entries": entries}))

    def one(self, identifier: str) -> Response:
        """All that is known of an entry."""
        return _private(jsonify(self._json(self._found(identifier))))

    def retry(self, identifier: str) -> Response:
        """Judge a record anew and let it in if it conforms; the entry as it is then."""
        agent = self._site.access.require(Scope.WRITE).name
        entry = self._found(identifier)
        with self._site.writing.place(self._site.access.caller()):
            done = self._graph.committer.retry([entry.id], agent=agent)
        response = jsonify(self._json(self._found(identifier)))
        if done.revision is not None:
            response.headers["X-KG-Revision"] = str(done.revision.revision)
        return _private(response)

    def drop(self, identifier: str) -> Response:
        """Remove an entry for good."""
        self._site.access.require(Scope.WRITE)
        self._graph.committer.drop([self._found(identifier).id])
        return Response(status=204)

    def _found(self, identifier: str) -> Held:
        return find_entry(self._entries, identifier)

    def _json(self, entry: Held) -> dict[str, object]:
        return entry_json(entry, self._graph.names)


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
