"""What a shape reads: the kinds of triples that its results hang on, and how it gets there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Final

from kg.shacl.model.paths import (
    Alternative,
    AnyProperty,
    Inverse,
    OneOrMore,
    Path,
    Predicate,
    Sequence,
    ZeroOrMore,
    ZeroOrOne,
)
from kg.terms import NamedNode, Triple

_PATHS: Final = 10_000

HERE: Final = Sequence(())
"""The walk of no step: from a focus node to itself."""


class End(Enum):
    """An end of a triple."""

    SUBJECT = "subject"
    OBJECT = "object"


@dataclass(frozen=True)
class Read:
    """Triples that a shape reads: those of a property, or of any where ``predicate`` is ``None``.

    ``way`` leads from the focus node to the ``near`` end of such a triple. Where no way is known
    ``near`` is ``None``, and every focus node is concerned. ``subject`` and ``object`` are what
    the pattern names at its ends.
    """

    predicate: NamedNode | None
    near: End | None = None
    way: Path = HERE
    subject: NamedNode | None = None
    object: NamedNode | None = None

    def matches(self, triple: Triple) -> bool:
        """Whether a triple may be one of them."""
        return (
            self.predicate in (None, triple.predicate)
            and self.subject in (None, triple.subject)
            and self.object in (None, triple.object)
        )


EVERYTHING: Final = Read(None)
"""That any triple may matter to any focus node."""


def then(way: Path, path: Path) -> Path:
    """One walk after the other."""
    parts = (*_parts(way), *_parts(path))
    return parts[0] if len(parts) == 1 else Sequence(parts)


def _parts(path: Path) -> tuple[Path, ...]:
    return path.parts if isinstance(path, Sequence) else (path,)


def any_way(ways: Iterator[Path] | list[Path]) -> Path:
    """One of several walks; there is one at least."""
    different = tuple(dict.fromkeys(ways))
    return different[0] if len(different) == 1 else Alternative(different)


def length(path: Path) -> int:
    """How many properties a walk passes at most, repetitions counted once."""
    match path:
        case Predicate() | AnyProperty():
            return 1
        case Sequence(parts):
            return sum(map(length, parts))
        case Alternative(parts):
            return max(map(length, parts))
        case Inverse(inner) | ZeroOrMore(inner) | OneOrMore(inner) | ZeroOrOne(inner):
            return length(inner)


@lru_cache(_PATHS)
def backwards(path: Path) -> Path:
    """The walk from its end to its start, with ``^`` on single properties alone."""
    return _directed(path, back=True)


def _directed(path: Path, *, back: bool) -> Path:
    match path:
        case Predicate() | AnyProperty():
            return Inverse(path) if back else path
        case Inverse(inner):
            return _directed(inner, back=not back)
        case Sequence(parts):
            ordered = reversed(parts) if back else parts
            return Sequence(tuple(_directed(part, back=back) for part in ordered))
        case Alternative(parts):
            return Alternative(tuple(_directed(part, back=back) for part in parts))
        case ZeroOrMore(inner):
            return ZeroOrMore(_directed(inner, back=back))
        case OneOrMore(inner):
            return OneOrMore(_directed(inner, back=back))
        case ZeroOrOne(inner):
            return ZeroOrOne(_directed(inner, back=back))


def reads_along(way: Path, path: Path, far: NamedNode | None = None) -> Iterator[Read]:
    """What a walk along a path reads that begins where ``way`` leads.

    ``far`` is the node at which it must end, where the pattern names one. Each property of the
    path is read after what stands before it: in a repetition, after any number of rounds.
    """
    match path:
        case Predicate(iri):
            yield Read(iri, End.SUBJECT, way, object=far)
        case AnyProperty():
            yield Read(None, End.SUBJECT, way, object=far)
        case Inverse(Predicate(iri)):
            yield Read(iri, End.OBJECT, way, subject=far)
        case Inverse(AnyProperty()):
            yield Read(None, End.OBJECT, way, subject=far)
        case Inverse(inner):
            yield from reads_along(way, backwards(inner), far)
        case Sequence(parts):
            for place, part in enumerate(parts):
                yield from reads_along(way, part, far if place == len(parts) - 1 else None)
                way = then(way, part)
        case Alternative(parts):
            for part in parts:
                yield from reads_along(way, part, far)
        case ZeroOrOne(inner):
            yield from reads_along(way, inner, far)
        case ZeroOrMore(inner) | OneOrMore(inner):
            yield from reads_along(then(way, ZeroOrMore(inner)), inner)
