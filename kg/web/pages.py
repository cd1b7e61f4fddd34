"""The pages: what is in the graph, and a form to ask it. They work without scripts."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.wrappers import Response as BaseResponse

from kg import __version__
from kg.errors import InputError, KGError, QuerySyntaxError
from kg.sparql.catalog import NamedQuery
from kg.sparql.guard import check
from kg.sparql.prologue import with_prefixes
from kg.sparql.results import GRAPHS, SOLUTIONS
from kg.web.cells import Cell
from kg.web.problems import Problem, of_error, of_http
from kg.web.site import Site
from kg.web.tables import ask

_COUNTS: Final = "web/things-by-type"
_EXAMPLE: Final = "web/example"
_PARAMETER: Final = "param-"
_INTERNAL: Final = ("export", "web")  # parts of something bigger, of no use by themselves


def blueprint(site: Site) -> Blueprint:
    """The routes of the pages and of the health check."""
    views = Pages(site)
    routes = Blueprint("pages", __name__)
    routes.add_url_rule("/", "home", views.home)
    routes.add_url_rule("/query", "query", views.query)
    routes.add_url_rule("/health", "health", views.health)
    return routes


@dataclass(frozen=True)
class QueryGroup:
    """The named queries of one folder."""

    title: str
    queries: list[NamedQuery]


class Pages:
    """Renders the pages."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._counted: tuple[int, list[list[Cell]]] | None = None

    def health(self) -> dict[str, Any]:
        """Whether the service answers, and what of; cheap."""
        return {"status": "ok", "version": __version__, "revision": self._site.graph.revision}

    def home(self) -> str:
        """What there is, how to ask, and what has been asked before."""
        revision = next(iter(self._site.graph.journal.log(1)), None)
        counts, problem = self._counts()
        return render_template(
            "home.html", revision=revision, counts=counts, problem=problem, groups=self._groups()
        )

    def query(self) -> BaseResponse | tuple[str, int]:
        """The form; with a query or a named query's parameters, its answer too."""
        text, chosen = request.args.get("query"), request.args.get("format", "html")
        name = request.args.get("name")
        if name is not None:
            return self._named(self._site.catalog.get(name))
        if text is None:
            return _form(text=self._site.catalog.get(_EXAMPLE).text), 200
        if chosen != "html":
            return redirect(_download(text, chosen), 303)
        return self._run(text)

    def _named(self, named: NamedQuery) -> tuple[str, int]:
        """A named query in the form, run once its parameters are given."""
        values = _values()
        if not values:
            text = named.text if _needed(named) else named.bind({}, self._site.graph.names)
            return _form(text=text, named=named), 200
        try:
            text = named.bind(values, self._site.graph.names)
        except InputError as error:
            problem = of_error(error)
            return _form(text=named.text, named=named, values=values, problem=problem), 400
        return self._run(text, named=named, values=values)

    def _run(self, text: str, **shown: Any) -> tuple[str, int]:
        try:
            check(text, self._site.limits)
            text = with_prefixes(text)
            return _form(text=text, table=ask(self._site, text), **shown), 200
        except KGError as error:
            problem = of_error(error)
            excerpt = _excerpt(text, error)
            page = _form(text=text, problem=problem, excerpt=excerpt, **shown)
            return page, problem.status

    def _counts(self) -> tuple[list[list[Cell]], Problem | None]:
        """Types and their numbers, asked for once a revision."""
        if self._counted is None or self._counted[0] != self._site.graph.revision:
            try:
                table = ask(self._site, self._site.catalog.get(_COUNTS).bind({}))
            except KGError as error:
                return [], of_error(error)
            except ServiceUnavailable as error:
                return [], of_http(error)
            self._counted = table.revision, table.rows
        return self._counted[1], None

    def _groups(self) -> list[QueryGroup]:
        groups = groupby(self._site.catalog, key=lambda query: query.group)
        return [
            QueryGroup(title, list(queries))
            for title, queries in groups
            if not title.startswith(_INTERNAL)
        ]


def _form(**shown: Any) -> str:
    return render_template(
        "query.html", **{"values": {}, "solutions": SOLUTIONS, "graphs": GRAPHS, **shown}
    )


def _download(text: str, chosen: str) -> str:
    with suppress(QuerySyntaxError):  # the endpoint says what is wrong with it
        text = with_prefixes(text)
    return url_for("sparql.endpoint", query=text, format=chosen)


def _values() -> dict[str, str]:
    return {
        key.removeprefix(_PARAMETER): value
        for key, value in request.args.items()
        if key.startswith(_PARAMETER) and value
    }


def _needed(named: NamedQuery) -> bool:
    return any(not p.optional and p.default is None for p in named.parameters)


def _excerpt(text: str, error: KGError) -> str | None:
    """The line that an error points at, and under it the place."""
    if not isinstance(error, QuerySyntaxError) or error.line is None or error.column is None:
        return None
    lines = text.splitlines() or [""]
    line = lines[min(error.line, len(lines)) - 1]
    return f"{line}\n{' ' * (error.column - 1)}^"
