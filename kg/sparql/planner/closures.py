"""Recursive paths from or to one known thing, put into a sub-select of their own.

The engine joins such a path by walking from every candidate; alone it walks once, from the end
that is known. A sub-select of one pattern that projects all its variables is that pattern
(SPARQL 1.1, 18.2), so joining with it changes nothing, numbers of solutions included.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from kg.sparql.planner.edits import Edit, fresh_variables
from kg.sparql.planner.scopes import Scope, constants, scopes
from kg.sparql.planner.steps import PathStep, steps
from kg.sparql.planner.triples import text_without, triples_of
from kg.sparql.reader.nodes import Node, NodeKind, Property
from kg.sparql.reader.paths import is_recursive
from kg.sparql.reader.patterns import Triples
from kg.sparql.reader.queries import Query

STEP = "closure"


@dataclass(frozen=True)
class Closure:
    """A recursive path between a variable and a term, which is its object or its subject."""

    variable: str
    path: tuple[PathStep, ...]
    term: str
    forward: bool

    @property
    def split(self) -> int:
        """How many steps lie between the variable and the first recursive one."""
        recursive = [step.recursive for step in self.path]
        return recursive.index(True) if self.forward else recursive[::-1].index(True)

    def text(self, graph: str, fresh: Iterator[str]) -> str:
        """The sub-select; ``graph`` is the variable of GRAPH around it, if any, with a space."""
        head = f"{{ SELECT ?{self.variable} {graph}{{ "
        if not self.split:
            return head + self._pattern(f"?{self.variable}", self.path, self.term) + " } }"
        name = next(fresh)
        near, far = self._parts()
        inner = Closure(name, far, self.term, self.forward).text(graph, fresh)
        return f"{head}{inner} {self._pattern(f'?{self.variable}', near, f'?{name}')} }} }}"

    def _parts(self) -> tuple[tuple[PathStep, ...], tuple[PathStep, ...]]:
        """The steps next to the variable, and those from the first recursive one on."""
        if self.forward:
            return self.path[: self.split], self.path[self.split :]
        place = len(self.path) - self.split
        return self.path[place:], self.path[:place]

    def _pattern(self, near: str, path: tuple[PathStep, ...], far: str) -> str:
        written = "/".join(step.text for step in path)
        return f"{near} {written} {far}" if self.forward else f"{far} {written} {near}"


def closure(
    query: Query, subject: Node, prop: Property, target: Node, known: Mapping[str, str]
) -> Closure | None:
    """The closure that a triple pattern is, if it is one."""
    if isinstance(prop.verb, Node) or not is_recursive(prop.verb):
        return None
    path = tuple(steps(query.text, prop.verb))
    first, last = _constant(query, subject, known), _constant(query, target, known)
    if first and not last and target.is_variable:
        return Closure(target.text, path, first, forward=False)
    if last and not first and subject.is_variable:
        return Closure(subject.text, path, last, forward=True)
    return None


def _constant(query: Query, node: Node, known: Mapping[str, str]) -> str | None:
    if node.kind in (NodeKind.IRI, NodeKind.LITERAL):
        return query.text[node.start : node.end]
    return known.get(node.text) if node.is_variable else None


Asked = Callable[[Query, str, str], str | None]
"""What may stand for a sub-select of one variable, once it has been asked for what it gives."""


def hoist_closures(query: Query, asked: Asked | None = None) -> Iterator[Edit]:
    """Put every closure that is joined with something before what it is joined with.

    With ``asked`` the few solutions of a small one stand in its place: the engine joins a
    sub-select by looking through all that the other patterns give, and begins at data. Not inside
    EXISTS: the engine evaluates a sub-select there again for every solution.
    """
    fresh = fresh_variables(query)
    for scope in scopes(query):
        if scope.exists is None:
            for index, element in enumerate(scope.group.elements):
                if isinstance(element, Triples):
                    known = constants(scope.group.elements[:index])
                    asking = asked if scope.graph is None else None
                    yield from _hoisted(query, scope, element, known, fresh, asking)


def _hoisted(
    query: Query,
    scope: Scope,
    block: Triples,
    known: Mapping[str, str],
    fresh: Iterator[str],
    asked: Asked | None,
) -> Iterator[Edit]:
    graph = f"?{scope.graph.text} " if scope.graph and scope.graph.is_variable else ""
    triples = [
        (triple, item)
        for triple in triples_of(block)
        if (item := closure(query, triple.subject, triple.property, triple.object, known))
    ]
    found = [item for _, item in triples]
    kept = text_without(query, block, {triple for triple, _ in triples})
    alone = scope.whole and len(scope.group.elements) == 1 and not kept and len(found) == 1
    if any(f"?{item.variable} " == graph for item in found):
        return
    if found and not (alone and not found[0].split):
        texts = [(item.variable, item.text(graph, fresh)) for item in found]
        if asked is not None and not alone:
            texts = [(name, asked(query, name, text) or text) for name, text in texts]
        parts = [*(text for _, text in texts), kept]
        yield Edit(STEP, ((block.start, block.end, " ".join(part for part in parts if part)),))
