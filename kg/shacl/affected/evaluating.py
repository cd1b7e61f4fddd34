"""Evaluations of a store of ours that can be about some nodes alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from kg.shacl.affected.conforming import Conforming
from kg.shacl.affected.finder import Finder
from kg.shacl.affected.focus import Aim
from kg.shacl.affected.worth import Worth
from kg.shacl.compiled.beside import Context
from kg.shacl.compiled.evaluation import Evaluation
from kg.shacl.compiled.focus import Focus, Given
from kg.shacl.compiled.sources import StoreSource, below
from kg.shacl.compiled.templates import GIVEN
from kg.shacl.model.shape import Constraint, Shape
from kg.store import Lookups
from kg.terms import Literal, NamedNode, Term, Triple

FEW: Final = 100
"""Nodes that are looked up one by one: with more a query costs less."""

FEW_FOCUS: Final = 16
"""Focus nodes of which each is looked at by itself."""


class StoreEvaluation(Evaluation):
    """An evaluation of a store of ours, which can be about some nodes alone."""

    def __init__(
        self,
        store: Lookups,
        source: StoreSource,
        context: Context,
        instant: Literal | None = None,
        worth: Worth | None = None,
    ) -> None:
        """``store`` is where the data is looked up that the source is asked about.

        ``worth`` is what is known of look-ups by the shapes that are asked.
        """
        super().__init__(source, context)
        self._store, self._source = store, source
        self._worth = worth or Worth()
        self.aim: Final = Aim(store, self.classes)
        """Which nodes targets aim at."""
        finder = Finder(store, context, instant)
        self._conforming = Conforming(finder, self.classes, self.text)

    def left(
        self, shape: Shape, nodes: Sequence[NamedNode | Literal]
    ) -> Sequence[NamedNode | Literal]:
        """Those of the focus nodes about which a shape may find something, if they are few."""
        if not nodes or len(nodes) > FEW_FOCUS or not self._worth.is_worth(shape.node):
            return nodes
        left = [node for node in nodes if self._conforming.shape(shape, node) is not True]
        self._worth.learn(shape.node, not left)
        return left

    def about(self, nodes: Collection[Term]) -> Evaluation:
        """The same, of :class:`kg.shacl.compiled.focus.Given` nodes."""
        source = self._source.putting(GIVEN, nodes)
        found = _About(source, self.context, self._conforming, nodes, self._worth)
        found.remember(self)
        return found

    def objects(
        self, nodes: Iterable[NamedNode], predicates: Iterable[NamedNode]
    ) -> Iterator[tuple[Term | None, ...]]:
        """Each of the nodes with what it has by some properties; few nodes are looked up."""
        wanted, chosen = list(nodes), list(predicates)
        if len(wanted) > FEW:
            yield from super().objects(wanted, chosen)
            return
        for node in wanted:
            for predicate in chosen:
                for quad in self._store.quads(node, predicate, None, None):
                    if not isinstance(quad.object, Triple):
                        yield node, quad.object

    def below(self, cls: NamedNode) -> set[Term]:
        """The classes below a class, by look-ups."""
        return below(self._store, cls)

    def holds(self, predicate: NamedNode) -> bool:
        """Whether the data has a property, by a look-up."""
        if predicate not in self._held:
            self._held[predicate] = any(self._store.quads(None, predicate, None, None))
        return self._held[predicate]


class _About(Evaluation):
    """An evaluation about some nodes, which looks up whether a question is worth asking."""

    def __init__(
        self,
        source: StoreSource,
        context: Context,
        conforming: Conforming,
        nodes: Collection[Term],
        worth: Worth,
    ) -> None:
        super().__init__(source, context)
        self._conforming = conforming
        self._nodes = nodes
        self._worth = worth

    def keeps(self, constraint: Constraint, shape: Shape, focus: Focus) -> bool:
        """Whether none of the nodes has a result, as far as look-ups tell."""
        keeps = self._conforming.constraint
        if not isinstance(focus, Given) or len(self._nodes) > FEW_FOCUS:
            return False
        thing = (shape.node, id(constraint))
        if not self._worth.is_worth(thing):
            return False
        kept = all(keeps(constraint, shape, node) is True for node in self._nodes)
        return self._worth.learn(thing, kept)
