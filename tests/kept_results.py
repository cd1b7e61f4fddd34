"""The results of shapes kept up to date by asking again what a change concerns, for tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime

from kg.propagation import with_facts
from kg.shacl import Result
from kg.shacl.affected.asking import DERIVED, Answer, AskedShapes, ask_again
from kg.shacl.affected.clock import ALWAYS, day_of, passed_days, timed_properties
from kg.shacl.compiled.sources import StoreSource
from kg.shacl.compiled.validate import validate_source
from kg.store import EmbeddedStore
from kg.terms import NamedNode, Quad, Term, Triple

AS_OF = datetime(2026, 11, 1, tzinfo=UTC)
ONE, OTHER = (NamedNode(f"https://example.org/{name}") for name in ("one", "other"))

Key = tuple[object, ...]


class KeptResults:
    """A store that changes, and what some shapes say of it."""

    def __init__(self, asked: AskedShapes, triples: Iterable[Triple]) -> None:
        self.asked = asked
        self.store = EmbeddedStore.in_memory()
        self.triples = set(triples)
        self.store.load((quad(t, ONE) for t in self.triples), 1)
        self.revision = 1
        self.as_of = AS_OF
        self.results: dict[tuple[Term, Term], list[Result]] = {}
        self.answers: list[Answer] = []
        self.ask_all()

    def ask_all(self) -> None:
        """Ask every shape about all of its focus nodes."""
        whole = roots(self.asked)
        self._take(ask_again(self.store, self.asked, (), self.as_of, whole=whole))

    def change(self, toggled: Iterable[Triple], *, untold: frozenset[NamedNode] = DERIVED) -> None:
        """Remove those of the triples that are there, add those that are not."""
        wanted = set(toggled)
        removed, added = wanted & self.triples, wanted - self.triples
        self.triples = (self.triples - removed) | added
        self.revision += 1
        for triple in removed:
            self.store._store.remove(quad(triple, ONE))
        self.store.load([quad(t, ONE) for t in added], self.revision)
        self._take(ask_again(self.store, self.asked, wanted, self.as_of, untold=untold))

    def advance(self, until: datetime) -> None:
        """Let time go on."""
        days = passed_days(self.asked, self.store, self.as_of, until)
        passed = [
            q.triple
            for prop in timed_properties(self.asked)
            for q in self.store.quads(None, prop, None, None)
            if (day := day_of(q.object)) is not None
            and (day == ALWAYS or any(first <= day <= last for first, last in days))
        ]
        self.as_of = until
        self._take(ask_again(self.store, self.asked, (), until, passed=passed))

    def _take(self, answers: list[Answer]) -> None:
        self.answers = answers
        for answer in answers:
            for key in list(self.results):
                if key[0] == answer.shape and (answer.nodes is None or key[1] in answer.nodes):
                    del self.results[key]
            for root, result in answer.results:
                self.results.setdefault((answer.shape, root), []).append(result)

    def kept(self) -> Counter[Key]:
        """What is known without asking."""
        return counted(result for found in self.results.values() for result in found)

    def full(self) -> Counter[Key]:
        """What asking everything anew finds."""
        source = StoreSource(with_facts(self.store))
        return counted(validate_source(source, self.asked.shapes, self.as_of).results)

    def asked_about(self, shape: str) -> set[str] | None:
        """The local names of the nodes that a shape was asked about by the last change."""
        for answer in self.answers:
            if answer.shape == NamedNode(f"https://example.org/{shape}"):
                if answer.nodes is None:
                    return None
                return {node.value.rpartition("/")[2] for node in answer.nodes}
        return set()


def roots(asked: AskedShapes) -> list[Term]:
    return [shape.node for shape in asked.plan.compiled]


def quad(triple: Triple, graph: NamedNode) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object, graph)


def counted(results: Iterable[Result]) -> Counter[Key]:
    return Counter(key(result) for result in results)


def key(result: Result) -> Key:
    """All that a result says but for the owners, who are looked up when it is read."""
    return (
        result.focus,
        result.path,
        result.path_text,
        result.value,
        result.shape,
        result.constraint,
        result.component,
        result.severity,
        result.messages,
        result.annotations,
        frozenset(counted(result.details).items()),
    )
