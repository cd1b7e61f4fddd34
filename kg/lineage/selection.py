"""Which part of an answer is asked for, and reading that from what people write."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from kg.errors import InputError, NotFound
from kg.instants import read_instant
from kg.iri import Names
from kg.lineage.answers import NodeInfo
from kg.lineage.nodes import type_name
from kg.namespaces import MLG, PREFIXES, compact, expand
from kg.near import near
from kg.ontology import Ontology
from kg.terms import NamedNode


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Selection:
    """Relations to follow, and what of the things reached to tell of; empty asks for all.

    ``types`` are names such as ``ModelVersion``; ``as_of`` is the instant at which ``live`` is
    judged.
    """

    types: frozenset[str] = frozenset()
    relations: frozenset[NamedNode] = frozenset()
    owners: frozenset[NamedNode] = frozenset()
    live: bool = False
    as_of: datetime = field(default_factory=_now)

    def admits(self, node: NodeInfo) -> bool:
        """Whether a thing that was reached is asked for."""
        return (
            (not self.types or node.type in self.types)
            and (not self.owners or not self.owners.isdisjoint(node.owners))
            and (not self.live or node.live is True)
        )


class SelectionReader:
    """Reads the words of a selection: types, relations and owners as people write them."""

    def __init__(self, ontology: Ontology, names: Names) -> None:
        self._ontology = ontology
        self._names = names

    def read(
        self,
        *,
        types: Iterable[str] = (),
        relations: Iterable[str] = (),
        owners: Iterable[str] = (),
        live: bool = False,
        as_of: str | None = None,
    ) -> Selection:
        """The selection.

        Raises :class:`NotFound` for a type or relation that there is not and for an owner that
        is no identifier, and :class:`InputError` for what is no time.
        """
        return Selection(
            types=frozenset(name for text in types for name in self._types(text)),
            relations=frozenset(r for text in relations for r in self._relations(text)),
            owners=frozenset(self._owner(text) for text in owners),
            live=live,
            as_of=_now() if as_of is None else read_instant(as_of),
        )

    def _types(self, text: str) -> set[str]:
        """A type and those below it, by class or kind: ``ModelVersion``, ``model-version``."""
        kinds = {type_name(kind): cls for kind, cls in self._ontology.kinds.items()}
        wanted = kinds.get(text) or self._ontology.kinds.get(text)
        if wanted is None:
            raise _unknown("type", text, kinds)
        above = self._ontology.superclasses
        return {name for name, cls in kinds.items() if cls == wanted or wanted in above(cls)}

    def _owner(self, text: str) -> NamedNode:
        try:
            return self._names.parse(text)
        except InputError as error:
            raise NotFound(f"there is no owner {text!r}") from error

    def _relations(self, text: str) -> set[NamedNode]:
        """A relation and those below it, in the direction of lineage."""
        lineage = self._ontology.lineage | {MLG.directlyDependsOn}
        stated = _property(text)
        wanted = {stated, *self._ontology.inverses(stated)} & lineage if stated else None
        if not wanted:
            raise _unknown("relation of lineage", text, {compact(p.value) for p in lineage})
        above = self._ontology.superproperties
        return {p for p in lineage if p in wanted or wanted & above(p)}


def _property(text: str) -> NamedNode | None:
    """The property of a prefixed name, of an IRI, or of the name of one of ours."""
    if ":" not in text:
        text = f"mlg:{text}"
    try:
        return expand(text) if text.partition(":")[0] in PREFIXES else NamedNode(text)
    except ValueError:
        return None


def _unknown(what: str, text: str, known: Iterable[str]) -> NotFound:
    return NotFound(f"there is no {what} {text!r}", suggestions=near(text, sorted(known)))
