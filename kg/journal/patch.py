"""RDF Patch: what a revision removed and added, a line a quad (afs.github.io/rdf-delta)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.terms import NamedNode, Quad, RdfFormat, parse


@dataclass(frozen=True)
class GraphPatch:
    """The change of one graph: triples in N-Triples form without the final dot, sorted."""

    graph: NamedNode
    removed: tuple[str, ...]
    added: tuple[str, ...]

    @classmethod
    def between(cls, graph: NamedNode, before: Iterable[str], after: Iterable[str]) -> GraphPatch:
        """The patch that turns one set of triples into another; O(n log n)."""
        old, new = set(before), set(after)
        return cls(graph, tuple(sorted(old - new)), tuple(sorted(new - old)))

    def __bool__(self) -> bool:
        return bool(self.removed or self.added)

    def lines(self) -> Iterator[str]:
        """The ``D`` and ``A`` lines, quads as in N-Quads."""
        for triple in self.removed:
            yield f"D {triple} {self.graph} ."
        for triple in self.added:
            yield f"A {triple} {self.graph} ."

    def payload(self) -> str:
        """The lines as text, as the journal stores them."""
        return "\n".join(self.lines())

    @classmethod
    def from_payload(cls, graph: NamedNode, payload: str) -> GraphPatch:
        """Read back :meth:`payload`."""
        suffix = f" {graph} ."
        parts: dict[str, list[str]] = {"A": [], "D": []}
        for line in payload.split("\n"):
            parts[line[0]].append(line[2:].removesuffix(suffix))
        return cls(graph, tuple(parts["D"]), tuple(parts["A"]))

    def apply(self, before: Iterable[str]) -> set[str]:
        """The triples after the change."""
        return (set(before) - set(self.removed)) | set(self.added)

    def undo(self, after: Iterable[str]) -> set[str]:
        """The triples before the change."""
        return (set(after) - set(self.added)) | set(self.removed)


def to_quads(triples: Iterable[str], graph: NamedNode) -> list[Quad]:
    """Quads from triples in N-Triples form; the literals as written."""
    text = "".join(f"{triple} .\n" for triple in triples)
    return [
        Quad(quad.subject, quad.predicate, quad.object, graph)
        for quad in parse(text, format=RdfFormat.N_TRIPLES)
    ]
