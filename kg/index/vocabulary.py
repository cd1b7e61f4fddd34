"""What an ontology entails, as far as the index is asked in place of the store.

The store holds what follows from each record beside what it says; the index keeps what records say
of types alone. Classes above a class are found here, and which properties the two tell alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any, Final

from kg.index.links import KEPT, OWNING
from kg.namespaces import DCAT, MLG, RDF
from kg.ontology import Ontology
from kg.terms import NamedNode

_TYPE = RDF.type.value
_ENTAILED = OWNING | {DCAT.isVersionOf.value, MLG.directlyDependsOn.value}
"""Properties of which the index keeps what is entailed as well."""

_KEPT: Final = 4
"""Vocabularies of the last ontologies that are kept: each index made asks for that of its own."""


@dataclass(frozen=True)
class Vocabulary:
    """The classes of an ontology, and what of its properties and own statements matters here."""

    above: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The classes above each class."""

    below: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The classes below each class."""

    exact: frozenset[str] = frozenset()
    """The properties whose statements by records the index knows all of."""

    typed: frozenset[str] = frozenset()
    """What the ontology itself gives a type."""

    types: frozenset[str] = frozenset()
    """The types that it gives."""

    @classmethod
    def of(cls, ontology: Ontology) -> Vocabulary:
        """The vocabulary of an ontology."""
        return _of(ontology)

    @property
    def classes(self) -> list[str]:
        """All classes that have others above or below them."""
        return sorted({*self.above, *self.below})

    def to_json(self) -> dict[str, Any]:
        """The vocabulary as JSON values."""
        return {
            name: sorted(value) if isinstance(value, frozenset) else value
            for name, value in asdict(self).items()
        }

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Vocabulary:
        """The vocabulary of which :meth:`to_json` made this."""
        above, below = (
            {name: tuple(names) for name, names in found[key].items()} for key in ("above", "below")
        )
        sets = (frozenset(found[key]) for key in ("exact", "typed", "types"))
        return cls(above, below, *sets)


def _names(nodes: Iterable[object]) -> frozenset[str]:
    return frozenset(node.value for node in nodes if isinstance(node, NamedNode))


def _follows(prop: NamedNode, ontology: Ontology) -> bool:
    """Whether a statement of the property follows from any other."""
    return prop in ontology.chains or ontology.follows(prop)


@lru_cache(maxsize=_KEPT)
def _of(ontology: Ontology) -> Vocabulary:
    classes = {triple.subject for triple in ontology.triples} | {
        triple.object for triple in ontology.triples
    }
    above = {
        node.value: tuple(sorted(c.value for c in ontology.superclasses(node)))
        for node in classes
        if isinstance(node, NamedNode) and ontology.superclasses(node)
    }
    below: dict[str, list[str]] = {}
    for name, higher in sorted(above.items()):
        for other in higher:
            below.setdefault(other, []).append(name)
    stated = {triple.predicate.value for triple in ontology.triples}
    exact = {
        prop
        for prop in KEPT
        if (prop in _ENTAILED or not _follows(NamedNode(prop), ontology))
        and (prop == _TYPE or prop not in stated)
    }
    typed = [triple for triple in ontology.triples if triple.predicate == RDF.type]
    return Vocabulary(
        above,
        {name: tuple(names) for name, names in below.items()},
        frozenset(exact),
        _names(triple.subject for triple in typed),
        _names(triple.object for triple in typed),
    )
