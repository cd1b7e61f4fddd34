"""Which paths the lineage index answers: closures of ``mlg:directlyDependsOn``, either way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from kg.namespaces import MLG
from kg.sparql.lineage import Direction
from kg.sparql.reader.nodes import Node
from kg.sparql.reader.paths import Inverse, Path, Repeated, Step
from kg.sparql.reader.queries import Query

_DIRECT: Final = MLG.directlyDependsOn.value


@dataclass(frozen=True)
class Walk:
    """A closure from subject to object: which way, and whether a walk of no step counts."""

    direction: Direction
    zero: bool
    repeated: bool = True

    @property
    def back(self) -> Direction:
        """The way from object to subject."""
        return "down" if self.direction == "up" else "up"


def walk(query: Query, path: Path | Node, *, inverted: bool = False) -> Walk | None:
    """The walk that a path is, or is when walked backwards, if the index knows it."""
    found = None if isinstance(path, Node) else _walk(query, path)
    if found and inverted:
        found = replace(found, direction=found.back)
    return found if found and found.repeated else None


def _walk(query: Query, path: Path) -> Walk | None:
    match path:
        case Step(text=text):
            return Walk("up", zero=False, repeated=False) if query.iri(text) == _DIRECT else None
        case Inverse(path=inner):
            found = _walk(query, inner)
            return replace(found, direction=found.back) if found else None
        case Repeated(path=inner, mark=mark):
            found = _walk(query, inner)
            return _repeated(found, mark) if found else None
    return None


def _repeated(found: Walk, mark: str) -> Walk | None:
    """Closures of closures are closures; one step or none is not."""
    if mark == "?":
        return replace(found, zero=True) if found.repeated else None
    return replace(found, zero=found.zero or mark == "*", repeated=True)
