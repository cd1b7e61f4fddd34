"""``mlg:dependsOn``, which is never stored: the transitive closure of the stored single step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kg.namespaces import MLG
from kg.sparql.planner.edits import Edit
from kg.sparql.planner.scopes import scopes
from kg.sparql.reader.nodes import Property, Statement, properties_in, properties_of
from kg.sparql.reader.paths import Alternative, Inverse, Path, Repeated, Sequence, Step
from kg.sparql.reader.patterns import Triples
from kg.sparql.reader.queries import Query

STEP: Final = "depends-on"
_DEPENDS_ON: Final = MLG.dependsOn.value
_PATH: Final = f"({MLG.directlyDependsOn}+)"


def walk_dependencies(query: Query) -> Iterator[Edit]:
    """Write the path in place of the property wherever it can stand."""
    for scope in scopes(query):
        for element in scope.group.elements:
            if isinstance(element, Triples):
                for statement in element.statements:
                    for prop in _properties(statement):
                        yield from _replaced(query, prop)


def _properties(statement: Statement) -> Iterator[Property]:
    yield from properties_of(statement.subject)
    for prop in statement.properties:
        yield from properties_in(prop)


def _replaced(query: Query, prop: Property) -> Iterator[Edit]:
    if isinstance(prop.verb, Path):
        for step in _single_steps(prop.verb):
            if query.iri(step.text) == _DEPENDS_ON:
                yield Edit(STEP, ((step.start, step.end, _PATH),))


def _single_steps(path: Path) -> Iterator[Step]:
    match path:
        case Step():
            yield path
        case Inverse(path=inner) | Repeated(path=inner):
            yield from _single_steps(inner)
        case Sequence(parts=parts) | Alternative(parts=parts):
            for part in parts:
                yield from _single_steps(part)
