"""SHACL property paths (SHACL, 2.3.1) as objects, and how SPARQL writes them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from kg.terms import NamedNode


class _Hashed:
    """Hashes what it is made of once: paths are keys of what is remembered of walks."""

    @cached_property
    def _hash(self) -> int:
        return hash((type(self), *vars(self).values()))

    def __hash__(self) -> int:
        return self._hash


@dataclass(frozen=True)
class Predicate(_Hashed):
    """One property."""

    iri: NamedNode
    __hash__ = _Hashed.__hash__


@dataclass(frozen=True)
class AnyProperty:
    """Any one property: no path of SHACL, but what a query walks that names none."""


@dataclass(frozen=True)
class Inverse(_Hashed):
    """A path walked backwards."""

    path: Path
    __hash__ = _Hashed.__hash__


@dataclass(frozen=True)
class Sequence(_Hashed):
    """Paths one after the other."""

    parts: tuple[Path, ...]
    __hash__ = _Hashed.__hash__


@dataclass(frozen=True)
class Alternative(_Hashed):
    """Paths of which any may be walked."""

    parts: tuple[Path, ...]
    __hash__ = _Hashed.__hash__


@dataclass(frozen=True)
class ZeroOrMore(_Hashed):
    """A path walked any number of times."""

    path: Path
    __hash__ = _Hashed.__hash__


@dataclass(frozen=True)
class OneOrMore(_Hashed):
    """A path walked once or more."""

    path: Path
    __hash__ = _Hashed.__hash__


@dataclass(frozen=True)
class ZeroOrOne(_Hashed):
    """A path walked once or not at all."""

    path: Path
    __hash__ = _Hashed.__hash__


Path: TypeAlias = (
    Predicate | AnyProperty | Inverse | Sequence | Alternative | ZeroOrMore | OneOrMore | ZeroOrOne
)


def sparql(path: Path) -> str:
    """The path in SPARQL 1.1 (section 9.1)."""
    match path:
        case Predicate(iri):
            return str(iri)
        case AnyProperty():
            return "(<urn:kg:none>|!<urn:kg:none>)"
        case Inverse(inner):
            return f"^{_grouped(inner)}"
        case Sequence(parts):
            return "/".join(_grouped(part) for part in parts)
        case Alternative(parts):
            return "|".join(_grouped(part) for part in parts)
        case ZeroOrMore(inner):
            return f"{_grouped(inner)}*"
        case OneOrMore(inner):
            return f"{_grouped(inner)}+"
        case ZeroOrOne(inner):
            return f"{_grouped(inner)}?"


def _grouped(path: Path) -> str:
    text = sparql(path)
    return text if isinstance(path, Predicate) else f"({text})"


def predicates(path: Path) -> Iterator[NamedNode]:
    """Every property that the path walks, in either direction."""
    return (part.iri for part in parts_of(path) if isinstance(part, Predicate))


def parts_of(path: Path) -> Iterator[Path]:
    """A path and every path in it, at any depth."""
    yield path
    match path:
        case Sequence(parts) | Alternative(parts):
            for part in parts:
                yield from parts_of(part)
        case Inverse(inner) | ZeroOrMore(inner) | OneOrMore(inner) | ZeroOrOne(inner):
            yield from parts_of(inner)


@dataclass(frozen=True)
class Walks:
    """A path taken apart: whether it may stay where it is, and its walks of a step or more.

    SPARQL lets ``p*`` begin at any node of the graph when its ends are variables, and engines
    differ for nodes outside it; SHACL begins at the focus node. So the empty walk is told apart.
    """

    stays: bool
    steps: Path | None


def walks(path: Path) -> Walks:
    """Take a path apart; ``steps`` is made of properties, ``^``, ``/``, ``|`` and ``+`` alone."""
    match path:
        case Predicate() | AnyProperty():
            return Walks(False, path)
        case Inverse(inner):
            found = walks(inner)
            return Walks(found.stays, found.steps and Inverse(found.steps))
        case Alternative(parts):
            all_found = [walks(part) for part in parts]
            return Walks(
                any(found.stays for found in all_found),
                _any_of(found.steps for found in all_found),
            )
        case Sequence(parts):
            return _sequence(parts)
        case ZeroOrOne(inner):
            return Walks(True, walks(inner).steps)
        case ZeroOrMore(inner):
            return Walks(True, _repeated(walks(inner).steps))
        case OneOrMore(inner):
            found = walks(inner)
            return Walks(found.stays, _repeated(found.steps))


def _sequence(parts: tuple[Path, ...]) -> Walks:
    first, *rest = parts
    head = walks(first)
    if not rest:
        return head
    tail = _sequence(tuple(rest))
    ways = [_joined(head.steps, tail.steps)]
    if head.stays:
        ways.append(tail.steps)
    if tail.stays:
        ways.append(head.steps)
    return Walks(head.stays and tail.stays, _any_of(ways))


def _joined(head: Path | None, tail: Path | None) -> Path | None:
    if head is None or tail is None:
        return None
    following = tail.parts if isinstance(tail, Sequence) else (tail,)
    return Sequence((head, *following))


def _repeated(path: Path | None) -> Path | None:
    return path if path is None or isinstance(path, OneOrMore) else OneOrMore(path)


def _any_of(paths: Iterator[Path | None] | list[Path | None]) -> Path | None:
    found = tuple(dict.fromkeys(path for path in paths if path is not None))
    if not found:
        return None
    return found[0] if len(found) == 1 else Alternative(found)
