"""What a thing belongs to, and what follows for it: its domains and its levels of risk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from kg.namespaces import DCAT, ORG, PREFIXES
from kg.shacl.owners import BELONGS
from kg.store import Lookups
from kg.terms import NamedNode, Term

_RISK_LEVEL: Final = NamedNode(f"{PREFIXES['eu-aiact']}hasRiskLevel")


@dataclass(frozen=True)
class Context:
    """A thing with everything it belongs to, itself first; domains and levels by IRI."""

    belongs: tuple[Term, ...] = ()
    domains: tuple[NamedNode, ...] = ()
    risk_levels: tuple[NamedNode, ...] = ()


class ContextReader:
    """Reads contexts from a store, each once; a few look-ups for each thing."""

    def __init__(self, store: Lookups) -> None:
        self._store = store
        self._known: dict[Term, Context] = {}

    def of(self, node: Term) -> Context:
        """The context of a thing; that of a literal or blank node is the thing alone."""
        if node not in self._known:
            self._known[node] = (
                self._read(node) if isinstance(node, NamedNode) else Context((node,))
            )
        return self._known[node]

    def teams(self, person: NamedNode) -> frozenset[NamedNode]:
        """The teams that a person is said to be in."""
        stated = self._objects(person, ORG.memberOf)
        listed = self._store.quads(None, ORG.hasMember, person, None)
        return frozenset(
            [*stated, *(q.subject for q in listed if isinstance(q.subject, NamedNode))]
        )

    def _read(self, node: NamedNode) -> Context:
        belongs = list(self._chain(node))
        return Context(
            tuple(belongs),
            _sorted(d for thing in belongs for d in self._objects(thing, DCAT.theme)),
            _sorted(r for thing in belongs for r in self._objects(thing, _RISK_LEVEL)),
        )

    def _chain(self, node: NamedNode) -> Iterator[NamedNode]:
        seen, level = {node}, [node]
        while level:
            yield from level
            above = _sorted(o for n in level for p in BELONGS for o in self._objects(n, p))
            level = [thing for thing in above if thing not in seen]
            seen.update(level)

    def _objects(self, node: NamedNode, predicate: NamedNode) -> Iterator[NamedNode]:
        for quad in self._store.quads(node, predicate, None, None):
            if isinstance(quad.object, NamedNode):
                yield quad.object


def _sorted(nodes: Iterable[NamedNode]) -> tuple[NamedNode, ...]:
    return tuple(sorted(set(nodes), key=lambda node: node.value))
