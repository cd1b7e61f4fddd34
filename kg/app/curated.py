"""Writing whole graphs over a protocol: the graphs that people own, as changes like any other.

A graph of the curated source or one outside the base IRI may be written. Graphs of other sources
belong to their connectors, entailments and the ontology to us. A graph without statements does
not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from kg.app.graph import KnowledgeGraph
from kg.commit import Change
from kg.connectors.native import SOURCE
from kg.errors import NotPermitted
from kg.iri import ENTAILED_SUFFIX, Names
from kg.journal import RevisionInfo, StoredRecord, to_quads
from kg.model import Record
from kg.namespaces import ONTOLOGY_IRI
from kg.rdfio import skolemise
from kg.terms import NamedNode, Quad, Triple

Precondition = Callable[[int | None], None]
"""Told the revision that changed a graph last, ``None`` for no graph; raises to refuse a write."""


@dataclass(frozen=True)
class Written:
    """What a write did: whether the graph was there before, and the revision if one was made."""

    existed: bool
    revision: RevisionInfo | None


def require_curated(graph: NamedNode, names: Names) -> None:
    """Raise :class:`NotPermitted` for a graph that is not for people to write."""
    iri = graph.value
    if iri.endswith(ENTAILED_SUFFIX):
        raise NotPermitted(f"the graph {iri} holds entailments", hint="write what they follow from")
    if iri == ONTOLOGY_IRI or iri.startswith((f"{ONTOLOGY_IRI}/", f"{ONTOLOGY_IRI}#")):
        raise NotPermitted(f"the graph {iri} is kept by us", hint="name a graph of your own")
    owner = names.source(graph)
    if owner is not None and owner != SOURCE:
        raise NotPermitted(
            f"the graph {iri} belongs to the source {owner!r}",
            hint="only its connector writes it; state what you know in a graph of your own",
        )
    if owner is None and (iri == names.base or iri.startswith(f"{names.base}/")):
        raise NotPermitted(
            f"the graph {iri} lies under the base IRI", hint=f"use {names.graphs}{SOURCE}/…"
        )


def _any(_changed: int | None) -> None:
    """The precondition that always holds."""


class CuratedGraphs:
    """The graphs that people own.

    What a precondition is told stays so until the write is done; what it raises is passed on.
    """

    def __init__(self, graph: KnowledgeGraph) -> None:
        self._graph = graph

    def replace(
        self, name: NamedNode, quads: Iterable[Quad], *, agent: str, require: Precondition = _any
    ) -> Written:
        """Put statements in place of the graph's; raises :class:`kg.errors.InputError`."""
        return self._write(name, _triples(quads, self._graph.names), agent, require, merge=False)

    def add(
        self, name: NamedNode, quads: Iterable[Quad], *, agent: str, require: Precondition = _any
    ) -> Written:
        """Put statements beside the graph's; raises :class:`kg.errors.InputError`."""
        return self._write(name, _triples(quads, self._graph.names), agent, require, merge=True)

    def remove(self, name: NamedNode, *, agent: str, require: Precondition = _any) -> Written:
        """Remove a graph with all its statements."""
        return self._write(name, frozenset(), agent, require, merge=False)

    def present(self, name: NamedNode) -> frozenset[Triple]:
        """The statements of a graph as they were written, to the letter."""
        record = self._record(name)
        return _statements(record) if record else frozenset()

    def commit(
        self, contents: Mapping[NamedNode, frozenset[Triple]], *, agent: str, message: str
    ) -> RevisionInfo | None:
        """Give graphs their new content, all in one revision; ``None`` where nothing differs."""
        names = self._graph.names
        for name in contents:
            require_curated(name, names)
        records = [
            Record(SOURCE, names.subject(name) or name, triples, name)
            for name, triples in contents.items()
        ]
        change = Change(records)
        return self._graph.committer.commit(change, agent=agent, message=message)[0]

    def _write(
        self,
        name: NamedNode,
        triples: frozenset[Triple],
        agent: str,
        require: Precondition,
        *,
        merge: bool,
    ) -> Written:
        require_curated(name, self._graph.names)
        with self._graph.committer.exclusive():
            before = self._record(name)
            require(before.revision if before else None)
            content = triples | _statements(before) if before and merge else triples
            message = "SPARQL Graph Store Protocol"
            made = self.commit({name: content}, agent=agent, message=message)
            return Written(before is not None, made)

    def _record(self, name: NamedNode) -> StoredRecord | None:
        return self._graph.journal.records([name]).get(name.value)


def _statements(record: StoredRecord) -> frozenset[Triple]:
    return frozenset(quad.triple for quad in to_quads(record.triples, record.graph))


def _triples(quads: Iterable[Quad], names: Names) -> frozenset[Triple]:
    return frozenset(quad.triple for quad in skolemise(quads, names))
