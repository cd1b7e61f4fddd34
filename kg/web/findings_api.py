"""Findings over HTTP: ``/api/findings`` and ``/api/findings/{id}``, as ``kg findings`` tells them.

They come from the report that is kept; no request makes a full run.
"""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request
from werkzeug.exceptions import Conflict

from kg.app.findings import STATES, Filters, list_findings, show_finding
from kg.app.live import now, ready_report
from kg.app.told_findings import finding_json, shown_json
from kg.compliance.findings import instant_text
from kg.findings import LiveReport
from kg.web.arguments import Arguments
from kg.web.paging import (
    DEFAULT_LIMIT,
    MOST,
    PAGING,
    Answer,
    Cursor,
    Pager,
    digest,
    request_name,
    tagged,
)
from kg.web.site import Site

_KNOWN: Final = ("state", "severity", "rule", "pack", "owner", "asset", "since", *PAGING)
_VARYING: Final = ("next", "asOf")


def blueprint(site: Site) -> Blueprint:
    """The routes of findings."""
    views = FindingsApi(site)
    routes = Blueprint("findings", __name__, url_prefix="/api/findings")
    routes.add_url_rule("", "all", views.all)
    routes.add_url_rule("/<identifier>", "one", views.one)
    return routes


class FindingsApi:
    """Lists and shows what does not conform."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._graph = site.graph
        self._names = site.graph.names
        self._pager = Pager()

    def all(self) -> Response:
        """The findings that are wanted, the oldest first."""
        asked = Arguments(request.args, _KNOWN)
        limit = asked.number("limit", most=MOST) or DEFAULT_LIMIT
        filters = Filters(
            state=asked.choice("state", STATES, STATES[0]),
            severities=asked.many("severity"),
            rules=asked.many("rule"),
            packs=asked.many("pack"),
            owners=asked.many("owner"),
            asset=asked.text("asset"),
            since=asked.text("since"),
        )
        name = request_name(self._graph.ontology.digest)
        text = asked.text("cursor")
        if text is None:
            whole = self._answer(filters)
            at = Cursor(name, whole["revision"], _content(whole), 0)
        else:
            at = Cursor.read(text, name)
            whole = self._pager.answer(at, lambda: self._again(filters, at))
        return tagged(self._pager.page(whole, "findings", at, limit), _VARYING)

    def one(self, identifier: str) -> Response:
        """All that is known of a finding."""
        Arguments(request.args, ())
        with self._site.walking.place(self._site.access.caller()):
            live, revision = self._ready()
            shown = show_finding(self._graph, live, identifier)
            told = shown_json(shown, self._names)
        return tagged({"revision": revision, **told})

    def _answer(self, filters: Filters) -> Answer:
        with self._site.walking.place(self._site.access.caller()):
            live, revision = self._ready()
            found = [
                finding_json(listed, self._names)
                for listed in list_findings(self._graph, live, filters)
            ]
        answer: Answer = {"revision": revision, "asOf": instant_text(now()), "complete": True}
        if self._graph.revision != revision:
            reason = f"the graph went on to revision {self._graph.revision} meanwhile"
            answer |= {"complete": False, "reason": reason}
        waived = sum(finding["waiver"] is not None for finding in found)
        return {**answer, "total": len(found), "waived": waived, "findings": found}

    def _again(self, filters: Filters, at: Cursor) -> Answer:
        """The answer that a cursor goes on with, where that is still the same."""
        answer = self._answer(filters)
        if (answer["revision"], _content(answer)) != (at.revision, at.of):
            raise Conflict("The findings have changed since the first page: start again.")
        return answer

    def _ready(self) -> tuple[LiveReport, int]:
        with self._graph.committer.exclusive():
            live = ready_report(self._graph)
            return live, live.revision


def _content(answer: Answer) -> str:
    """What tells lists of findings apart."""
    return digest([(finding["id"], finding["state"]) for finding in answer["findings"]])
