"""A situation: the graph as it would be, in an overlay, after a change and what is supposed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kg.app.gate.overlays import Moved, Overlay
from kg.app.graph import KnowledgeGraph
from kg.commit import Change, GraphChange, graph_changes, store_patch
from kg.index import SupposedIndex
from kg.lineage import LineageService
from kg.model import Record
from kg.store import EmbeddedStore, Lookups
from kg.terms import NamedNode, Triple

SUPPOSED: Final = "supposed"
"""The source, and the system of identifiers, of what is supposed; no connector has it."""


class Situation:
    """What the graph would be; nothing of it is written anywhere but in the overlay."""

    def __init__(self, graph: KnowledgeGraph, overlay: Overlay) -> None:
        self._graph = graph
        self._overlay = overlay
        self._changes: list[GraphChange] = []
        self._index: SupposedIndex | None = None
        self._changed: set[Triple] = set()

    @property
    def store(self) -> EmbeddedStore:
        """The overlay's store."""
        return self._overlay.store

    @property
    def lookups(self) -> Lookups:
        """Look-ups in that store as it is now, the fastest there are."""
        return self._overlay.lookups.apart({triple.predicate for triple in self._changed})

    @property
    def revision(self) -> int:
        """The revision that the situation departs from."""
        return self._overlay.revision

    @property
    def changed(self) -> frozenset[Triple]:
        """The statements that were added or removed in any graph, derived ones too."""
        return frozenset(self._changed)

    @property
    def index(self) -> SupposedIndex:
        """The lineage index of the situation as it is now."""
        if self._index is None:
            graph = self._graph
            view = graph.index.at(self.revision)
            self._index = SupposedIndex(view, self._changes, graph.ontology)
        return self._index

    @property
    def lineage(self) -> LineageService:
        """Lineage in the situation as it is now."""
        graph = self._graph
        return LineageService(self.store, self.index, graph.ontology, graph.names)

    def change(self, change: Change) -> None:
        """Let a change be made.

        Costs what its records say, and those in whose place they stand. Raises
        :class:`InputError` for a record that could not be committed, and :class:`Moved`
        where others have changed the same things meanwhile.
        """
        planned = self._graph.writer.plan(change)
        self._require_still({entry.record.graph.value for entry in planned.entries})
        changes = graph_changes(planned, self._graph.ontology)
        self._changes += changes
        self._index = None
        self._changed |= self._overlay.suppose(store_patch(changes, self.revision))

    def suppose(self, triples: Sequence[Triple]) -> None:
        """Let statements hold, each as if the gate's own source had said so of its subject."""
        said: dict[NamedNode, set[Triple]] = {}
        for triple in triples:
            if isinstance(triple.subject, NamedNode):
                said.setdefault(triple.subject, set()).add(triple)
        records = [Record(SUPPOSED, node, frozenset(found)) for node, found in said.items()]
        self.change(Change(records))

    def _require_still(self, graphs: set[str]) -> None:
        """The journal may have gone on; what it says of these graphs must not have changed."""
        journal = self._graph.journal
        if journal.revision() == self.revision:
            return
        if graphs & {graph.value for graph in journal.changed_since(self.revision)}:
            raise Moved("what is to change was changed meanwhile", hint="ask again")
