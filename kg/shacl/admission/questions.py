"""The questions of structure shapes, as SPARQL made once and asked of every batch.

A structure shape has to be one that a record alone can meet. So its paths are single properties,
and its constraints look at the values of these and at nothing behind them, their classes aside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from kg.errors import Unsupported
from kg.namespaces import RDF, SH
from kg.shacl.compiled.evaluation import Evaluation
from kg.shacl.compiled.focus import Focus, Targeted
from kg.shacl.compiled.plan import make_plan
from kg.shacl.compiled.scans import Scan
from kg.shacl.compiled.sources import StoreSource
from kg.shacl.components.class_ import Class
from kg.shacl.components.property_pair import Disjoint, Equals, LessThan, LessThanOrEquals
from kg.shacl.model.paths import Path, Predicate
from kg.shacl.model.shape import Constraint, Shape
from kg.shacl.model.targets import Target, TargetClass, TargetObjectsOf, TargetSubjectsOf
from kg.shacl.shapes import Shapes
from kg.store import EmbeddedStore
from kg.store.solutions import Solutions
from kg.terms import NamedNode, Term

_OF_NO_DATA: Final = "regex-known"
"""The query that asks the engine about a shape, and no data."""

_LOCAL: Final = frozenset(
    SH[f"{name}ConstraintComponent"]
    for name in (
        *("Property", "Not", "And", "Or", "Xone"),
        *("Class", "Datatype", "NodeKind", "In", "HasValue"),
        *("MinCount", "MaxCount", "MinLength", "MaxLength", "Pattern", "LanguageIn", "UniqueLang"),
        *("MinInclusive", "MinExclusive", "MaxInclusive", "MaxExclusive"),
        *("Equals", "Disjoint", "LessThan", "LessThanOrEquals"),
    )
)


@dataclass(frozen=True)
class Question:
    """A shape and the texts that find its results, each with ``?this`` for the focus node.

    ``classes`` and ``properties`` are what its targets need: where data has none, nothing is
    found.
    """

    shape: Shape
    texts: tuple[str, ...]
    classes: frozenset[NamedNode]
    properties: frozenset[NamedNode]


@dataclass(frozen=True)
class Questions:
    """All questions, and which statements of a record they can depend on.

    ``properties`` are those that targets and paths name, ``typing`` those of them whose values'
    classes count and ``named`` the classes that do, ``classes`` these and the ones in targets,
    ``pointing`` the properties that make their objects focus nodes.
    """

    all: tuple[Question, ...]
    properties: frozenset[NamedNode] = field(repr=False)
    typing: frozenset[NamedNode] = field(repr=False)
    named: frozenset[NamedNode] = field(repr=False)
    classes: frozenset[NamedNode] = field(repr=False)
    pointing: frozenset[NamedNode] = field(repr=False)


class Flat(Evaluation):
    """An evaluation of data in which every type that follows is stated."""

    def classes(self, cls: NamedNode) -> tuple[NamedNode, ...]:
        """The class itself, for no class is below another there."""
        return (cls,)

    def scan(self, path: Path | None, focus: Focus) -> Scan | None:  # noqa: ARG002
        """Nothing: there is little data, and what is asked does not hang on how much."""
        return None


class _Recorder(StoreSource):
    """A source that answers nothing and remembers what it was asked."""

    merged = False

    def __init__(self) -> None:
        super().__init__(EmbeddedStore.in_memory())
        self.texts: list[str] = []

    def select(self, text: str) -> Solutions:
        self.texts.append(text)
        return Solutions((), iter(()))


class _Recording(Flat):
    """An evaluation whose questions are remembered, but for those that are of no data."""

    def rows(self, template: str, **values: object) -> Iterator[tuple[Term | None, ...]]:
        if template == _OF_NO_DATA:
            return Evaluation(StoreSource(EmbeddedStore.in_memory())).rows(template, **values)
        return super().rows(template, **values)


def make_questions(shapes: Shapes) -> Questions:
    """The questions of structure shapes.

    Raises :class:`Unsupported` for a shape that a record alone cannot meet, or that does not
    compile.
    """
    plan = make_plan(shapes.graph)
    for node, reason in plan.rest:
        raise Unsupported(f"{node} cannot be a structure shape: {reason}")
    asked = tuple(_question(shape) for shape in plan.compiled)
    parts = [part for shape in plan.compiled for part in shape.parts()]
    paths = {part.path.iri for part in parts if isinstance(part.path, Predicate)}
    targets = [target for shape in plan.compiled for target in shape.targets]
    named = frozenset(constraint.cls for constraint in _classes(parts))
    return Questions(
        all=asked,
        properties=frozenset(
            {RDF.type, *paths, *chain.from_iterable(q.properties for q in asked), *_pairs(parts)}
        ),
        typing=frozenset(_typing(parts)),
        named=named,
        classes=named.union(*(question.classes for question in asked)),
        pointing=frozenset(t.predicate for t in targets if isinstance(t, TargetObjectsOf)),
    )


def _question(shape: Shape) -> Question:
    _check_local(shape, shape)
    classes, properties = _needed(shape, shape.targets)
    recorder = _Recorder()
    for _ in _Recording(recorder).hits(shape, Targeted(shape.targets)):
        pass
    return Question(shape, tuple(recorder.texts), classes, properties)


def _needed(
    shape: Shape, targets: Iterable[Target]
) -> tuple[frozenset[NamedNode], frozenset[NamedNode]]:
    classes, properties = set(), set()
    for target in targets:
        match target:
            case TargetClass(cls):
                classes.add(cls)
            case TargetSubjectsOf(predicate) | TargetObjectsOf(predicate):
                properties.add(predicate)
            case _:
                raise Unsupported(f"{shape.node} cannot be a structure shape: its target is fixed")
    return frozenset(classes), frozenset(properties)


def _check_local(shape: Shape, root: Shape, *, below: bool = False) -> None:
    if shape.path is not None and (below or not isinstance(shape.path, Predicate)):
        raise Unsupported(f"{root.node} cannot be a structure shape: it follows a long path")
    for constraint in shape.constraints:
        if constraint.component not in _LOCAL:
            name = constraint.component.value.removeprefix(SH.iri)
            raise Unsupported(f"{root.node} cannot be a structure shape: it has a {name}")
        for member in constraint.shapes:
            _check_local(member, root, below=below or shape.path is not None)


def _constraints(parts: Iterable[Shape]) -> Iterator[Constraint]:
    return chain.from_iterable(part.constraints for part in parts)


def _classes(parts: Iterable[Shape]) -> Iterator[Class]:
    return (c for c in _constraints(parts) if isinstance(c, Class))


def _pairs(parts: Iterable[Shape]) -> Iterator[NamedNode]:
    pairs = (Equals, Disjoint, LessThan, LessThanOrEquals)
    return (c.predicate for c in _constraints(parts) if isinstance(c, pairs))


def _typing(parts: Iterable[Shape]) -> Iterator[NamedNode]:
    for part in parts:
        if isinstance(part.path, Predicate) and any(_classes(part.parts())):
            yield part.path.iri
