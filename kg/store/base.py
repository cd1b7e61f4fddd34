"""What every store can do, whichever engine holds the quads."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples

from kg.store.writes import RecentWrites
from kg.terms import BlankNode, NamedNode, Quad, Term

__all__ = ["GraphStore", "Lookups", "QueryResult", "QueryTriples", "StorePatch"]

QueryResult = QueryBoolean | QuerySolutions | QueryTriples

Functions = Mapping[NamedNode, Callable[..., Term | None]]
"""Functions that a query may call by name; one that raises has an error as its value."""


@dataclass
class StorePatch:
    """Quads to remove and to add together, and the revision that the store stands at after.

    ``dropped`` graphs are emptied first, whatever they hold. ``notes`` are texts that the store
    keeps about itself, by property, each in place of the one before.
    """

    revision: int
    added: list[Quad] = field(default_factory=list)
    removed: list[Quad] = field(default_factory=list)
    dropped: list[NamedNode] = field(default_factory=list)
    notes: Mapping[NamedNode, str] = field(default_factory=dict)


class Lookups(Protocol):
    """What finds quads by their parts."""

    def quads(
        self,
        subject: NamedNode | BlankNode | None,
        predicate: NamedNode | None,
        object_: Term | None,
        graph: NamedNode | None,
    ) -> Iterator[Quad]:
        """The quads that match; ``None`` matches anything."""
        ...


class GraphStore(Lookups, Protocol):
    """An RDF dataset whose default graph, in queries, is the union of its named graphs."""

    def query(
        self,
        text: str,
        *,
        default_graphs: Sequence[NamedNode] | None = None,
        named_graphs: Sequence[NamedNode] | None = None,
        functions: Functions | None = None,
    ) -> QueryResult:
        """Evaluate SPARQL 1.1 Query text over the union, or over the graphs given."""
        ...

    def apply(self, patch: StorePatch) -> None:
        """Carry out a patch atomically, its revision with it."""
        ...

    def load(
        self,
        quads: Iterable[Quad],
        revision: int,
        notes: Mapping[NamedNode, str] = MappingProxyType({}),
    ) -> None:
        """Add many quads at once, faster than a patch, then set the revision and the notes."""
        ...

    def revision(self) -> int:
        """The revision of the journal that the store stands at; 0 when empty."""
        ...

    def state(self) -> Hashable:
        """Two that are equal say that nothing was written in between.

        The revision alone would not do: what is entailed changes with the ontology.
        """
        ...

    def notes(self, key: NamedNode) -> list[str]:
        """The text that the store keeps about itself by a property."""
        ...

    def graphs(self) -> Iterator[NamedNode]:
        """The names of all graphs."""
        ...

    @property
    def written(self) -> RecentWrites:
        """The last writes, for copies to follow."""
        ...

    def checkpoint(self, folder: Path) -> int:
        """Write a consistent copy that another process can read; return its revision."""
        ...

    def clear(self) -> None:
        """Remove everything."""
        ...

    def close(self) -> None:
        """Let go of files and locks."""
        ...

    def __len__(self) -> int:
        """How many quads there are."""
        ...
