"""Which nodes of a closure can matter: those of which the rest of a group holds.

A pattern ``?x p <c>`` beside a closure that ends in ``?x`` drops all nodes of which it is not
true. To look that up costs 6 us a node; to write out and join a node that is dropped, 40 us.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kg.namespaces import RDF
from kg.sparql.lineage import Snapshot
from kg.sparql.planner.scopes import Scope
from kg.sparql.planner.triples import TriplePattern, triples_of
from kg.sparql.reader.nodes import Node, NodeKind
from kg.sparql.reader.paths import Step
from kg.sparql.reader.patterns import Triples
from kg.sparql.reader.queries import Query
from kg.terms import NamedNode

Condition = Callable[[NamedNode], bool]


def condition(query: Query, scope: Scope, variable: str, snapshot: Snapshot) -> Condition | None:
    """What must hold of a variable's values by the patterns of its group with constants alone."""
    wanted = list(_constants(query, scope, variable))
    if not wanted:
        return None

    def holds(node: NamedNode) -> bool:
        quads = snapshot.store.quads
        return all(any(quads(node, prop, value, None)) for prop, value in wanted)

    return holds


def _constants(query: Query, scope: Scope, variable: str) -> Iterator[tuple[NamedNode, NamedNode]]:
    for element in scope.group.elements:
        if isinstance(element, Triples):
            for triple in triples_of(element):
                if triple.subject.is_variable and triple.subject.text == variable:
                    prop, value = _predicate(query, triple), _iri(query, triple.object)
                    if prop and value:
                        yield prop, value


def _predicate(query: Query, triple: TriplePattern) -> NamedNode | None:
    verb = triple.property.verb
    if not isinstance(verb, Step):
        return None
    return RDF.type if verb.text == "a" else query.named_node(verb.text)


def _iri(query: Query, node: Node) -> NamedNode | None:
    return query.named_node(node.text) if node.kind is NodeKind.IRI else None
