"""Property paths (SPARQL 1.1, 9); the parentheses around a part belong to its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from kg.sparql.reader.cursor import Cursor
from kg.sparql.reader.span import Span
from kg.sparql.tokens import Kind


@dataclass(frozen=True)
class Step(Span):
    """One predicate, as written."""

    text: str


@dataclass(frozen=True)
class Negated(Span):
    """A negated property set."""


@dataclass(frozen=True)
class Inverse(Span):
    """A path walked backwards."""

    path: Path


@dataclass(frozen=True)
class Repeated(Span):
    """A path with ``?``, ``*`` or ``+``."""

    path: Path
    mark: str


@dataclass(frozen=True)
class Sequence(Span):
    """Paths one after the other."""

    parts: tuple[Path, ...]


@dataclass(frozen=True)
class Alternative(Span):
    """Paths of which any may be walked."""

    parts: tuple[Path, ...]


Path: TypeAlias = Step | Negated | Inverse | Repeated | Sequence | Alternative


def parts_of(path: Path) -> Iterator[Path]:
    """A path and the paths in it, at any depth."""
    yield path
    match path:
        case Inverse(path=inner) | Repeated(path=inner):
            yield from parts_of(inner)
        case Sequence(parts=parts) | Alternative(parts=parts):
            for part in parts:
                yield from parts_of(part)


def is_recursive(path: Path) -> bool:
    """Whether a walk may have any number of steps."""
    return any(isinstance(part, Repeated) and part.mark in "*+" for part in parts_of(path))


class PathReader(Cursor):
    """Reads paths."""

    def path(self) -> Path:
        """An alternative of sequences, or what it comes down to."""
        parts = [self._sequence()]
        while self.take_op("|"):
            parts.append(self._sequence())
        if len(parts) == 1:
            return parts[0]
        return Alternative(parts[0].start, parts[-1].end, tuple(parts))

    def _sequence(self) -> Path:
        parts = [self._element()]
        while self.take_op("/"):
            parts.append(self._element())
        if len(parts) == 1:
            return parts[0]
        return Sequence(parts[0].start, parts[-1].end, tuple(parts))

    def _element(self) -> Path:
        start = self.peek().start
        if self.take_op("^"):
            path = self._repeated()
            return Inverse(start, path.end, path)
        return self._repeated()

    def _repeated(self) -> Path:
        path = self._primary()
        if self.peek().is_op("?", "*", "+"):
            mark = self.next()
            return Repeated(path.start, mark.end, path, mark.text)
        return path

    def _primary(self) -> Path:
        start = self.peek().start
        if self.take_op("!"):
            return self._negated(start)
        if self.take_op("("):
            with self.deeper():
                path = self.path()
            return replace(path, start=start, end=self.need_op(")").end)
        return self._step()

    def _step(self) -> Step:
        token = self.next()
        # The engine takes the keyword in any case here, the standard in lower case alone.
        if token.kind in (Kind.IRI, Kind.PNAME) or token.text == "a":
            return Step(token.start, token.end, token.text)
        raise self.confused(token)

    def _negated(self, start: int) -> Negated:
        if not self.take_op("("):
            self.take_op("^")
            return Negated(start, self._step().end)
        while not self.peek().is_op(")"):
            self.take_op("^")
            self._step()
            if not self.take_op("|"):
                break
        return Negated(start, self.need_op(")").end)
