"""Telling by look-ups that structure shapes find nothing in a few nodes.

Four queries about one record take the engine longer than all else that its admission takes.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from kg.shacl.admission.questions import Flat
from kg.shacl.affected.conforming import Conforming
from kg.shacl.affected.evaluating import FEW_FOCUS
from kg.shacl.affected.finder import Finder
from kg.shacl.affected.focus import Aim
from kg.shacl.compiled.sources import StoreSource
from kg.shacl.model.shape import Shape
from kg.store import EmbeddedStore
from kg.terms import NamedNode, Term, Triple


class Doubtful:
    """Which shapes may find something in nodes of a store in which every type is stated."""

    def __init__(self, store: EmbeddedStore, nodes: Collection[Term | Triple]) -> None:
        flat = Flat(StoreSource(store))
        self._nodes: Final = frozenset(node for node in nodes if isinstance(node, NamedNode))
        self._many: Final = len(nodes) > FEW_FOCUS or len(self._nodes) < len(nodes)
        self._aim = Aim(store, flat.classes)
        self._conforming = Conforming(Finder(store, flat.context), flat.classes, flat.text)

    def has(self, shape: Shape) -> bool:
        """Whether a shape may find something; of many nodes a query tells it sooner."""
        if self._many:
            return True
        aimed = self._aim.among(shape.targets, self._nodes)
        return any(self._conforming.shape(shape, node) is not True for node in aimed)
