"""Lineage over HTTP: ``/api/lineage``, ``/api/impact``, ``/api/path`` and ``/api/carries``.

The answers are those of ``kg lineage``, ``kg impact``, ``kg path`` and ``kg carries
--format json``; the description that clients read is ``openapi.yaml``, served at
``/api/openapi.json``.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml
from flask import Blueprint, Response, jsonify, request

from kg.app.carried import carried
from kg.lineage import MOST_PATHS, Direction, PathAnswer, PathsAnswer, Selection
from kg.terms import NamedNode
from kg.web.arguments import Arguments
from kg.web.paging import DEFAULT_LIMIT, MOST, PAGING, Answer, Cursor, Pager, request_name, tagged
from kg.web.site import Site

_DESCRIPTION: Final = Path(__file__).with_name("openapi.yaml")
_SELECTING: Final = ("asset", "depth", "type", "relation", "owner", "live", "asOf", "at")
_MOST_PATHS: Final = 1_000


def blueprint(site: Site) -> Blueprint:
    """The routes of lineage and of their description."""
    views = Api(site)
    routes = Blueprint("api", __name__, url_prefix="/api")
    routes.add_url_rule("/lineage", "lineage", views.lineage)
    routes.add_url_rule("/impact", "impact", views.impact)
    routes.add_url_rule("/path", "path", views.path)
    routes.add_url_rule("/carries", "carries", views.carries)
    routes.add_url_rule("/openapi.json", "description", lambda: jsonify(_description()))
    return routes


@cache
def _description() -> Any:
    """The description, read when it is first asked for: that takes longer than making the rest."""
    return yaml.safe_load(_DESCRIPTION.read_text(encoding="utf-8"))


class Question(NamedTuple):
    """What is asked of a thing; ``at`` is a revision, the newest where there is none."""

    asset: NamedNode
    depth: int | None
    selection: Selection
    at: int | None


class Api:
    """Answers questions of lineage."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._graph = site.graph
        self._names = site.graph.names
        self._pager = Pager()

    def lineage(self) -> Response:
        """What an asset was made from, or what was made from it."""
        asked = Arguments(request.args, (*_SELECTING, "direction", *PAGING))
        way = Direction(asked.choice("direction", list(Direction), Direction.UP))

        def ask(question: Question) -> Answer:
            asset, depth, selection, at = question
            answer = self._graph.lineage.lineage(asset, way, depth, selection, at=at)
            return answer.to_json(self._names)

        return self._paged(asked, "nodes", ask)

    def impact(self) -> Response:
        """What depends on an asset, what is served now first."""
        asked = Arguments(request.args, (*_SELECTING, *PAGING))

        def ask(question: Question) -> Answer:
            asset, depth, selection, at = question
            answer = self._graph.lineage.impact(asset, depth, selection, at=at)
            return answer.to_json(self._names)

        return self._paged(asked, "impacted", ask)

    def path(self) -> Response:
        """One shortest way between two things, or all simple ones."""
        asked = Arguments(request.args, ("from", "to", "all", "max", "at"))
        most = asked.number("max", most=_MOST_PATHS) or MOST_PATHS
        every = asked.flag("all")
        at = asked.number("at")
        start, end = (self._named(asked, name, at) for name in ("from", "to"))
        with self._admitted():
            lineage = self._graph.lineage
            answer: PathAnswer | PathsAnswer
            answer = (
                lineage.paths(start, end, most, at=at) if every else lineage.path(start, end, at=at)
            )
            return tagged(answer.to_json(self._names))

    def carries(self) -> Response:
        """What a thing carries from itself and from what it was made of."""
        asked = Arguments(request.args, ("id", "label"))
        with self._admitted():
            answer = carried(self._graph, asked.required("id"), asked.many("label"))
            return tagged(answer.to_json(self._names))

    def _paged(self, asked: Arguments, key: str, ask: Callable[[Question], Answer]) -> Response:
        limit = asked.number("limit", most=MOST) or DEFAULT_LIMIT
        text = asked.text("cursor")
        name = request_name(self._graph.ontology.digest)
        cursor = None if text is None else Cursor.read(text, name)
        given = asked.text("asOf")
        as_of = cursor.of if cursor else given
        if as_of is None:
            as_of = datetime.now(UTC).isoformat()
        question = self._question(asked, as_of, cursor)

        def answer() -> Answer:
            with self._admitted():
                return ask(question)

        whole = self._pager.answer(cursor, answer) if cursor else answer()
        at = cursor or Cursor(name, whole["revision"], as_of, 0)
        return tagged(self._pager.page(whole, key, at, limit))

    def _question(self, asked: Arguments, as_of: str, cursor: Cursor | None) -> Question:
        """What is asked; further pages are of the revision of the first."""
        selection = self._graph.lineage.selections.read(
            types=asked.many("type"),
            relations=asked.many("relation"),
            owners=asked.many("owner"),
            live=asked.flag("live"),
            as_of=as_of,
        )
        depth, at = asked.number("depth"), asked.number("at")
        if cursor:
            at = cursor.revision
        return Question(self._named(asked, "asset", at), depth, selection, at)

    def _named(self, asked: Arguments, name: str, at: int | None) -> NamedNode:
        """The thing that a parameter names, of the past where the question is."""
        return self._graph.resolve(asked.required(name), past=at is not None)

    def _admitted(self) -> AbstractContextManager[None]:
        return self._site.walking.place(self._site.access.caller())
