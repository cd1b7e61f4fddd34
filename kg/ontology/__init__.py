"""The ontology as the programs use it: kinds, labels, lineage relations and entailments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Final

from kg.assets import asset, asset_files
from kg.errors import InputError
from kg.namespaces import MLG, RDFS, SKOS
from kg.ontology.declarations import Chain, Declarations
from kg.ontology.entailment import Difference, Entailment, Reading
from kg.terms import Literal, NamedNode, Quad, Triple

__all__ = ["Chain", "Difference", "Ontology"]

_CORE: Final = ("mlg", "lineage", "governance", "gate")
_NONE: Final[frozenset[NamedNode]] = frozenset()


class Ontology:
    """The terms that Turtle files declare and the conclusions that follow from them."""

    def __init__(self, declarations: Declarations) -> None:
        self._declarations = declarations
        self._entailment = Entailment(declarations)
        self.kinds = _kinds(declarations)
        """The class that each kind of identifier stands for, by kind."""
        self._kind_of_class = {cls: kind for kind, cls in self.kinds.items()}

    @classmethod
    def load(cls, extra: Sequence[Path] = ()) -> Ontology:
        """The shipped ontology and schemes, with further Turtle files if given.

        Raises :class:`InputError` for a file that cannot be read or does not parse, and where
        two classes are given the same kind.
        """
        return cls.read([*_shipped_files(), *extra]) if extra else _shipped()

    @classmethod
    def read(cls, paths: Iterable[Path]) -> Ontology:
        """The ontology that the given Turtle files alone declare; raises as :meth:`load`."""
        return cls(Declarations.read(paths))

    @classmethod
    def of(cls, quads: Iterable[Quad]) -> Ontology:
        """The ontology that quads declare, in whatever graph they are."""
        return cls(Declarations.of(quads))

    @property
    def triples(self) -> frozenset[Triple]:
        """All that the files say, blank nodes labelled canonically (RDFC-1.0)."""
        return self._declarations.triples

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical triples: equal exactly when the files say the same."""
        return self._declarations.digest

    def class_of_kind(self, kind: str) -> NamedNode | None:
        """The class that a kind of identifier stands for, if it is one."""
        return self.kinds.get(kind)

    def kind_of_class(self, cls: NamedNode) -> str | None:
        """The kind of identifier that things of a class have, if it has one."""
        return self._kind_of_class.get(cls)

    def superclasses(self, cls: NamedNode) -> frozenset[NamedNode]:
        """All classes above a class, not itself."""
        return self._entailment.superclasses.get(cls, _NONE)

    def superproperties(self, prop: NamedNode) -> frozenset[NamedNode]:
        """All properties above a property, not itself."""
        return self._entailment.superproperties.get(prop, _NONE)

    def follows(self, prop: NamedNode) -> bool:
        """Whether a triple of the property may follow from a triple of another."""
        return any(
            other != prop and read == prop
            for other, readings in self._entailment.readings.items()
            for read, _ in readings
        )

    def inverses(self, prop: NamedNode) -> frozenset[NamedNode]:
        """The properties declared to be the inverse of a property, on either side."""
        return self._entailment.inverses.get(prop, _NONE)

    @property
    def chains(self) -> dict[NamedNode, frozenset[Chain]]:
        """The chains of two properties that amount to a property, by that property."""
        return self._declarations.chains

    @cached_property
    def lineage(self) -> frozenset[NamedNode]:
        """The properties P for which ``x P y`` says that x directly depends on y."""
        return self._read_as((MLG.directlyDependsOn, False))

    @cached_property
    def lineage_inverse(self) -> frozenset[NamedNode]:
        """The properties P for which ``x P y`` says that y directly depends on x."""
        return self._read_as((MLG.directlyDependsOn, True))

    def entail(self, triples: Iterable[Triple]) -> set[Triple]:
        """What follows from the triples of one record and is not among them."""
        return self._entailment.entail(triples)

    def difference(self, other: Ontology) -> Difference:
        """The terms that a record has to use for the two to entail other things from it."""
        return self._entailment.difference(other._entailment)

    def label(self, term: NamedNode) -> str:
        """What people call a term: its English label, or else the words of its IRI."""
        return self._labels.get(term) or _words(term.value)

    def _read_as(self, wanted: Reading) -> frozenset[NamedNode]:
        return frozenset(p for p, found in self._entailment.readings.items() if wanted in found)

    @cached_property
    def _labels(self) -> dict[NamedNode, str]:
        return {
            term: text.value
            for prop in (SKOS.prefLabel, RDFS.label)
            for term, text in self._declarations.statements(prop)
            if isinstance(text, Literal) and text.language in ("en", None)
        }


def _shipped_files() -> list[Path]:
    core = [asset("ontology", f"{name}.ttl") for name in _CORE]
    return [*core, *asset_files("ontology/schemes", ".ttl")]


@cache
def _shipped() -> Ontology:
    """The same object for all graphs of a process: nothing changes an ontology."""
    return Ontology.read(_shipped_files())


def _kinds(declarations: Declarations) -> dict[str, NamedNode]:
    found: dict[str, NamedNode] = {}
    for cls, kind in sorted(declarations.statements(MLG.kind), key=str):
        if isinstance(kind, Literal) and found.setdefault(kind.value, cls) != cls:
            raise InputError(
                f"kind {kind.value!r} is given to {found[kind.value]} and to {cls}",
                hint="give each class a kind of its own",
            )
    return found


def _words(iri: str) -> str:
    """``http://www.w3.org/ns/prov#wasGeneratedBy`` as ``was generated by``."""
    local = re.split(r"[#/]", iri.rstrip("#/"))[-1]
    return re.sub(r"(?<=[a-z0-9])([A-Z])|[-_]", lambda m: f" {(m[1] or '').lower()}", local)
