"""Statements of records as arrays: which pairs a property links, and in how many graphs each.

The default graph of a query is the union of all graphs, in which Oxigraph gives a triple once for
each graph that has it. A record has a triple once, said or entailed, so that is once a record.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kg.index.links import LITERAL, Family
from kg.index.rows import Rows
from kg.index.terms import Int32, Terms
from kg.index.vocabulary import Vocabulary
from kg.index.written import Found
from kg.namespaces import DCAT, MLG, PROV, RDF

Int64 = npt.NDArray[np.int64]
_TYPE = RDF.type.value
_FAMILIES = {
    DCAT.isVersionOf.value: (Family.VERSION,),
    MLG.directlyDependsOn.value: (Family.DEPENDENCY,),
}
_ENDED = PROV.endedAtTime.value
_LOW = 0xFFFFFFFF
_DESCRIBED = (Family.DESCRIPTION, Family.FACT)


class Pairs(NamedTuple):
    """Subjects and objects that a property links, each pair once, and in how many records."""

    subjects: Int32
    objects: Int32
    counts: Int64


class Facts:
    """The statements that hold at one revision."""

    def __init__(
        self, terms: Terms, rows: Sequence[Rows], vocabulary: Vocabulary, revision: int
    ) -> None:
        self.terms = terms
        self._rows = rows
        self._vocabulary = vocabulary
        self._revision = revision

    def are_known(self, prop: str) -> bool:
        """Whether all statements of a property with nodes as objects are here, and no others are.

        But for the types that the ontology gives: see :meth:`typed` and :meth:`types`.
        """
        if prop not in self._vocabulary.exact:
            return False
        number = self.terms.number(prop)
        return number is None or not len(
            self._found((Family.FACT,), [number], False, LITERAL).sources
        )

    @property
    def typed(self) -> Set[str]:
        """What the ontology itself gives types, which are not here."""
        return self._vocabulary.typed

    @property
    def types(self) -> Set[str]:
        """These types."""
        return self._vocabulary.types

    def have_end(self, nodes: Int32) -> Int32:
        """Which of some nodes have a ``prov:endedAtTime``, whatever it is."""
        return np.unique(self._found(_DESCRIBED, nodes, False, _ENDED).sources)

    def pairs(self, prop: str, nodes: Int32, down: bool) -> Pairs:
        """The statements of a property with subjects among some nodes, or with ``down`` objects.

        O(statements found), and O(log n) for each of the nodes' rows. ``nodes`` are distinct.
        """
        if prop == _TYPE:
            return self._instances(nodes) if down else self.types_of(nodes)
        if prop in _FAMILIES:
            return _counted(*self._found(_FAMILIES[prop], nodes, down, None))
        return _counted(*self._found(_DESCRIBED, nodes, down, prop))

    def _instances(self, classes: Int32) -> Pairs:
        parts = []
        for number in classes.tolist():
            name = self.terms.iri(number)
            lower = self._numbers((name, *self._vocabulary.below.get(name, ())))
            found = self._found(_DESCRIBED, lower, True, _TYPE)
            parts.append((found.sources, np.full(len(found.sources), number), found.graphs))
        return _counted(*_joined(parts))

    def types_of(self, nodes: Int32, classes: Int32 | None = None) -> Pairs:
        """The types of some nodes; all of them, or those among some classes."""
        found = self._found(_DESCRIBED, nodes, False, _TYPE)
        parts = []
        for number in np.unique(found.targets).tolist():
            here = found.targets == number
            subjects, graphs = found.sources[here], found.graphs[here]
            name = self.terms.iri(number)
            higher = [number, *self._numbers(self._vocabulary.above.get(name, ()))]
            for cls in higher if classes is None else np.intersect1d(higher, classes).tolist():
                parts.append((subjects, np.full(len(subjects), cls), graphs))
        return _counted(*_joined(parts))

    def _numbers(self, names: Iterable[str]) -> list[int]:
        found = map(self.terms.number, names)
        return [number for number in found if number is not None]

    def _found(
        self,
        families: Sequence[Family],
        nodes: Int32 | Iterable[int],
        down: bool,
        relation: str | None,
    ) -> Found:
        """The rows of some families, of all relations or of one."""
        number = None if relation is None else self.terms.number(relation)
        if number is None and relation is not None:
            return Found(*[np.empty(0, np.int32)] * 3)
        wanted = nodes if isinstance(nodes, np.ndarray) else np.fromiter(nodes, np.int32)
        parts = [
            self._rows[family].gather(wanted, down, self._revision, number) for family in families
        ]
        return Found(*_joined(parts))


def _joined(parts: Sequence[tuple[Int32, Int32, Int32]]) -> list[Int32]:
    if not parts:
        return [np.empty(0, np.int32)] * 3
    return [np.concatenate(columns).astype(np.int32) for columns in zip(*parts, strict=True)]


def _counted(subjects: Int32, objects: Int32, graphs: Int32) -> Pairs:
    """Each pair once, with the number of graphs that it comes in."""
    keys = (subjects.astype(np.int64) << 32) | objects
    order = np.argsort(keys)
    keys = keys[order]
    begins = np.ones(len(keys), np.bool_)
    begins[1:] = keys[1:] != keys[:-1]
    if not begins.all():
        graphs = graphs[order]
        order = np.lexsort((graphs, keys))
        graphs = graphs[order]
        keys = keys[begins | np.concatenate([[True], graphs[1:] != graphs[:-1]])]
        begins = np.ones(len(keys), np.bool_)
        begins[1:] = keys[1:] != keys[:-1]
    starts = np.flatnonzero(begins)
    counts = np.diff(starts, append=len(keys)).astype(np.int64)
    pairs = keys[starts]
    return Pairs((pairs >> 32).astype(np.int32), (pairs & _LOW).astype(np.int32), counts)
