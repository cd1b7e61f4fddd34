"""Filling a document: every statement with the thing it is of and the graph it stands in.

Nothing is put into words that the graph does not state; where it states nothing, the gap says
which property would fill it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kg.assets import asset
from kg.documents.spec import VERSION, Field, Property, Section, Spec
from kg.iri import Names, asserting_graph
from kg.namespaces import DCT, FOAF, ONTOLOGY_IRI, compact
from kg.sparql.catalog import read_query
from kg.store import GraphStore
from kg.terms import BlankNode, Literal, NamedNode, Term

_QUERIES: Final = "queries/documents"


@dataclass(frozen=True)
class Statement:
    """What one property says of a thing, and the graphs that say so."""

    property: str
    values: tuple[str, ...]
    graphs: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One thing with what is stated of it."""

    thing: str
    iri: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class FilledField:
    """A field with the things found, and what is missing, as things to state."""

    label: str
    rows: tuple[Row, ...]
    gaps: tuple[str, ...]


@dataclass(frozen=True)
class FilledSection:
    """A section; ``documents`` are those that cover its point."""

    title: str
    point: str | None
    fields: tuple[FilledField, ...]
    documents: tuple[Row, ...]
    gaps: tuple[str, ...]

    @property
    def found(self) -> tuple[FilledField, ...]:
        """The fields of which something is stated."""
        return tuple(field for field in self.fields if field.rows)

    @property
    def all_gaps(self) -> tuple[str, ...]:
        """What is missing in the section, by label."""
        below = (f"{field.label}: {gap}" for field in self.fields for gap in field.gaps)
        return (*below, *self.gaps)


@dataclass(frozen=True)
class Filled:
    """A document; ``front`` is the metadata of a model card."""

    title: str
    version: str
    version_title: str
    version_iri: str
    revision: int
    sections: tuple[FilledSection, ...]
    front: Mapping[str, Any]

    @property
    def gaps(self) -> int:
        """How many things are missing."""
        return sum(len(section.all_gaps) for section in self.sections)


class Filler:
    """Fills documents from a store; costs a query a scope and look-ups for each thing found."""

    def __init__(self, store: GraphStore, names: Names) -> None:
        self._store = store
        self._names = names

    def fill(self, spec: Spec, version: NamedNode) -> Filled:
        """The document of a version."""
        found = {name: self._things(name, spec, version) for name in (VERSION, *spec.scopes)}
        covering = self._covering(version)
        return Filled(
            title=spec.title,
            version=self._names.short(version),
            version_title=self._title(version),
            version_iri=version.value,
            revision=self._store.revision(),
            sections=tuple(self._section(s, spec, found, covering) for s in spec.sections),
            front=self._front(spec, found),
        )

    def _things(self, scope: str, spec: Spec, version: NamedNode) -> list[NamedNode]:
        if scope == VERSION:
            return [version]
        rows = self._ask(spec.scopes[scope].query, version)
        return list(dict.fromkeys(row[0] for row in rows if isinstance(row[0], NamedNode)))

    def _ask(self, query: str, version: NamedNode) -> list[list[Term | None]]:
        path = asset(_QUERIES, f"{query}.rq")
        text = read_query(path, f"documents/{query}").bind({"version": version})
        return [list(row) for row in self._store.query(text)]  # type: ignore[union-attr]

    def _covering(self, version: NamedNode) -> list[tuple[NamedNode, str]]:
        rows = self._ask("documents", version)
        return [
            (document, point.value)
            for document, point in rows
            if isinstance(document, NamedNode) and isinstance(point, Literal)
        ]

    def _section(
        self,
        section: Section,
        spec: Spec,
        found: Mapping[str, list[NamedNode]],
        covering: Iterable[tuple[NamedNode, str]],
    ) -> FilledSection:
        documents: list[NamedNode] = []
        gaps: tuple[str, ...] = ()
        if section.point is not None:
            whole = section.point.partition("(")[0]
            covers = (section.point, whole)
            documents = list(dict.fromkeys(d for d, point in covering if point in covers))
            if not documents:
                gaps = (f'no document covers this point (mlg:coversPoint "{section.point}")',)
        about = (Property(("dct:title",), True), Property(("prov:generatedAtTime",), True))
        return FilledSection(
            section.title,
            section.point,
            tuple(self._field(f, spec, found[f.scope]) for f in section.fields),
            tuple(self._row(document, about) for document in documents),
            gaps,
        )

    def _field(self, field: Field, spec: Spec, things: list[NamedNode]) -> FilledField:
        if not things:
            gaps = () if field.optional else (spec.scopes[field.scope].otherwise,)
            return FilledField(field.label, (), gaps)
        rows = [self._row(thing, field.properties) for thing in things]
        missing = tuple(gap for thing in things for gap in self._gaps(thing, field.properties))
        return FilledField(field.label, tuple(row for row in rows if row.statements), missing)

    def _row(self, thing: NamedNode, properties: Iterable[Property]) -> Row:
        stated = [self._statement(thing, wanted) for wanted in properties]
        return Row(
            self._names.short(thing), thing.value, tuple(said for said in stated if said.values)
        )

    def _gaps(self, thing: NamedNode, properties: Iterable[Property]) -> Iterator[str]:
        for wanted in properties:
            if not wanted.optional and not self._statement(thing, wanted).values:
                yield f"state {wanted.words} of {self._names.short(thing)}"

    def _statement(self, thing: NamedNode, wanted: Property) -> Statement:
        values: set[str] = set()
        graphs: set[str] = set()
        for node in wanted.nodes:
            for quad in self._store.quads(thing, node, None, None):
                values.add(self._shown(quad.object))  # type: ignore[arg-type]
                if isinstance(quad.graph_name, NamedNode):
                    graphs.add(self._graph(quad.graph_name))
        return Statement(wanted.names[0], tuple(sorted(values)), tuple(sorted(graphs)))

    def _graph(self, graph: NamedNode) -> str:
        return asserting_graph(graph).value.removeprefix(self._names.graphs)

    def _shown(self, term: Term) -> str:
        """A value for people: a thing by title and identifier, a nested node by what it says."""
        if isinstance(term, Literal):
            return term.value
        if isinstance(term, BlankNode):
            return f"_:{term.value}"
        if term.value.startswith(self._names.skolems):
            quads = self._store.quads(term, None, None, None)
            parts = {
                f"{compact(q.predicate.value)} {self._shown(q.object)}"
                for q in quads
                if isinstance(q.object, Literal)
            }
            return ", ".join(sorted(parts)) or "a node without values"
        if term.value.startswith(f"{ONTOLOGY_IRI}/"):  # a concept or rule of ours
            return term.value.rpartition("/")[2]
        short = self._names.short(term)
        name = compact(short) if short == term.value else short
        title = self._title(term)
        return f"{title} ({name})" if title else name

    def _title(self, node: NamedNode) -> str:
        for name in (DCT.title, FOAF.name):
            titles = sorted(
                quad.object.value
                for quad in self._store.quads(node, name, None, None)
                if isinstance(quad.object, Literal)
            )
            if titles:
                return titles[0]
        return ""

    def _front(self, spec: Spec, found: Mapping[str, list[NamedNode]]) -> dict[str, Any]:
        front: dict[str, Any] = {}
        for asked in spec.front:
            things = found[asked.scope]
            if asked.property is None:
                values = [self._names.short(thing) for thing in things]
            else:
                objects = {
                    q.object
                    for thing in things
                    for q in self._store.quads(thing, asked.property, None, None)
                }
                values = sorted(self._short(term) for term in objects)  # type: ignore[arg-type]
            if values:
                front[asked.key] = values[0] if len(values) == 1 else values
        return front

    def _short(self, term: Term) -> str:
        if not isinstance(term, NamedNode):
            return term.value
        short = self._names.short(term)
        return term.value.rpartition("/")[2] if short == term.value else short
