"""What the planner asks while it plans: the store and its lineage index, both of one revision."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, Protocol

from kg.index import Facts
from kg.store import ONTOLOGY_DIGEST
from kg.store.base import GraphStore
from kg.store.solutions import first_column
from kg.terms import NamedNode, Term

Direction = Literal["up", "down"]


class Closures(Protocol):
    """The transitive closures of ``mlg:directlyDependsOn`` over the union of all graphs."""

    revision: int
    """The revision that they are of."""

    digest: str
    """The digest of the ontology that they follow from."""

    @property
    def facts(self) -> Facts | None:
        """What else is known of the nodes, where it is."""
        ...

    def closure(self, start: NamedNode, direction: Direction) -> Collection[NamedNode]:
        """What a node depends on (``up``) or what depends on it (``down``), each node once.

        That is ``start mlg:directlyDependsOn+ ?x``, or the same path from ``?x`` to it; the node
        itself is among them only where it lies on a cycle. The size is known without walking
        the result.
        """
        ...


@dataclass(frozen=True)
class Snapshot:
    """A store and the closures of what it holds, as long as nobody writes to it."""

    store: GraphStore
    closures: Closures

    @property
    def is_current(self) -> bool:
        """Whether store and closures are of one revision and ontology."""
        digest = "".join(self.store.notes(ONTOLOGY_DIGEST))
        closures = self.closures
        return (self.store.revision(), digest) == (closures.revision, closures.digest)

    def values(self, text: str) -> list[Term | None]:
        """The first column of a SELECT."""
        return first_column(self.store.query(text))

    def has(self, node: NamedNode) -> bool:
        """Whether a triple has this node as subject or object."""
        quads = self.store.quads
        return any(quads(node, None, None, None)) or any(quads(None, None, node, None))
