"""``mlg:dependsOn``, which is never stored: the transitive closure of the stored single step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kg.namespaces import MLG
from kg.sparql.planner.edits import Edit
from kg.sparql.planner.scopes import properties, scopes
from kg.sparql.reader.nodes import Node
from kg.sparql.reader.paths import Step, parts_of
from kg.sparql.reader.patterns import Triples
from kg.sparql.reader.queries import Query

STEP: Final = "depends-on"
_DEPENDS_ON: Final = MLG.dependsOn.value
_PATH: Final = f"({MLG.directlyDependsOn}+)"


def write_template(query: Query) -> Iterator[Edit]:
    """Write out the template of CONSTRUCT's short form, whose pattern can hold no path."""
    if query.templated or query.where is None or not any(_walked(query)):
        return
    if all(isinstance(e, Triples) and e.is_plain for e in query.where.elements):
        keyword = next(token for token in query.tokens if token.is_word("CONSTRUCT"))
        template = query.text[query.where.start : query.where.end]
        yield Edit(STEP, ((keyword.end, keyword.end, f" {template}"),))


def walk_dependencies(query: Query) -> Iterator[Edit]:
    """Write the path in place of the property wherever it can stand."""
    if query.templated:
        yield from _walked(query)


def _walked(query: Query) -> Iterator[Edit]:
    for scope in scopes(query):
        for prop in properties(scope.group):
            if not isinstance(prop.verb, Node):
                for part in parts_of(prop.verb):
                    if isinstance(part, Step) and query.iri(part.text) == _DEPENDS_ON:
                        yield Edit(STEP, ((part.start, part.end, _PATH),))
