"""Views: what is worked out from the journal, and how it is kept in step with it.

The store aside, whatever follows from the records (the lineage index first) is a view. A view
stands at a revision. The committer tells it of each revision once the store holds that; a view
that is behind goes through the changes it missed; one that cannot be mended is made anew. All
three come as the same thing: what a revision did to a record graph.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Protocol

from kg.commit.entailment import entailed_quads
from kg.journal import GraphPatch, Journal, PatchRow, to_quads
from kg.ontology import Ontology
from kg.terms import NamedNode, Quad, Triple


class Statements:
    """What a record graph says and what follows from it, each worked out when first needed."""

    def __init__(self, triples: Sequence[str], graph: NamedNode, ontology: Ontology) -> None:
        """``triples`` are in N-Triples form, as the journal keeps them."""
        self.triples = triples
        self._graph = graph
        self._ontology = ontology

    @cached_property
    def asserted(self) -> list[Quad]:
        """What the record says, literals as written."""
        return to_quads(self.triples, self._graph)

    @cached_property
    def entailed(self) -> set[Quad]:
        """What the ontology entails from it, in the graph beside it."""
        return entailed_quads(self.asserted, self._graph, self._ontology)


@dataclass(frozen=True)
class GraphChange:
    """What a revision did to one record graph; both sides are empty where there is no record."""

    source: str
    subject: NamedNode
    patch: GraphPatch
    before: Statements
    after: Statements

    @property
    def graph(self) -> NamedNode:
        """The record graph."""
        return self.patch.graph

    @cached_property
    def changed(self) -> frozenset[Triple]:
        """What the graph and the one beside it gained and lost, asserted or entailed."""
        before, after = (
            frozenset(quad.triple for quad in (*said.asserted, *said.entailed))
            for said in (self.before, self.after)
        )
        return before ^ after


class View(Protocol):
    """What follows the journal. Methods that write are called by one thread at a time.

    Readers may go on while a view is written, and never see a part of a revision.
    """

    @property
    def revision(self) -> int:
        """The newest revision that readers can see; 0 for an empty view."""
        ...

    def notes(self, revision: int, changes: Sequence[GraphChange]) -> Mapping[NamedNode, str]:
        """What the store is to note together with the next revision, before that is in it.

        For a view that is kept in the store, and to which that revision makes no difference: it
        need not write to the store again when it follows. Others have nothing to note.
        """
        ...

    def follow(self, revision: int, changes: Sequence[GraphChange]) -> None:
        """Take in the revision after :attr:`revision`, at a cost set by the changes.

        The commit is durable by now, and cannot fail any more: a view that cannot follow stays
        where it is and is asked to catch up at the next commit or start.
        """
        ...

    def catch_up(self, replay: Replay) -> None:
        """Take in what was missed; make anew what is damaged or of another ontology."""
        ...

    def rebuild(self, replay: Replay) -> None:
        """Throw everything away and make it anew from the journal's patches."""
        ...


class Replay:
    """The changes in the journal, for views that have not seen them."""

    def __init__(self, journal: Journal, ontology: Ontology) -> None:
        self._journal = journal
        self.ontology = ontology
        """The ontology in force, by which the records are read."""
        self.revision = journal.revision()
        """The revision up to which changes are told."""

    def changes(self, since: int = 0) -> Iterator[tuple[int, GraphChange]]:
        """Every change of the revisions after ``since``, with its revision.

        Those of one graph come together, oldest first; the graphs in the order of their names.
        Needs memory for the patches of one graph.
        """
        rows = self._journal.patches(since, self.revision)
        for _, group in groupby(rows, key=lambda row: row.patch.graph.value):
            patches = list(group)
            triples = self._before(patches) if since else set()
            before = self._statements(triples, patches[0].patch.graph)
            for row in patches:
                triples = row.patch.apply(triples)
                after = self._statements(triples, row.patch.graph)
                yield row.revision, GraphChange(row.source, row.subject, row.patch, before, after)
                before = after

    def _before(self, patches: list[PatchRow]) -> set[str]:
        """What the graph held before the patches, from what it holds now."""
        graph = patches[0].patch.graph
        present = self._journal.records([graph]).get(graph.value)
        triples = set(present.triples if present else ())
        for row in reversed(patches):
            triples = row.patch.undo(triples)
        return triples

    def _statements(self, triples: set[str], graph: NamedNode) -> Statements:
        return Statements(tuple(sorted(triples)), graph, self.ontology)
