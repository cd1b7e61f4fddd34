"""Sequences taken apart where a closure is in them that the lineage index may answer.

``?x p/mlg:directlyDependsOn+ ?y`` is two patterns with a new variable between (SPARQL 1.1, 18.2),
which is seen by nobody unless ``*`` asks for all variables.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from kg.sparql.planner.edits import Edit, fresh_variables
from kg.sparql.planner.indexable import walk
from kg.sparql.planner.indexed import STEP
from kg.sparql.planner.scopes import scopes
from kg.sparql.planner.steps import steps
from kg.sparql.planner.triples import TriplePattern, text_without, triples_of
from kg.sparql.reader.nodes import Node
from kg.sparql.reader.patterns import Triples
from kg.sparql.reader.queries import Query


def part_sequences(query: Query) -> Iterator[Edit]:
    """Take one sequence of each run of triples apart."""
    if query.projects_all:
        return
    fresh = fresh_variables(query)
    for scope in scopes(query):
        if scope.graph is None:
            for block in scope.group.elements:
                if isinstance(block, Triples):
                    yield from _in_block(query, block, fresh)


def _in_block(query: Query, block: Triples, fresh: Iterator[str]) -> Iterator[Edit]:
    for triple in triples_of(block):
        parts = _parts(query, triple)
        if len(parts) > 1:
            texts = [query.text[node.start : node.end] for node in (triple.subject, triple.object)]
            ends = [texts[0], *(f"?{next(fresh)}" for _ in parts[1:]), texts[1]]
            pairs = zip(pairwise(ends), parts, strict=True)
            joined = (f"{near} {part} {far}" for (near, far), part in pairs)
            rest = text_without(query, block, {triple})
            text = " . ".join(filter(None, (*joined, rest)))
            yield Edit(STEP, ((block.start, block.end, text),))
            return


def _parts(query: Query, triple: TriplePattern) -> list[str]:
    """The path of a triple pattern, closures parted from the steps between them."""
    verb = triple.property.verb
    if isinstance(verb, Node) or not (triple.subject.is_plain and triple.object.is_plain):
        return []
    found: list[str] = []
    indexed = after_closure = False
    for step in steps(query.text, verb):
        is_closure = walk(query, step.path, inverted=step.inverted) is not None
        if found and not is_closure and not after_closure:
            found[-1] += f"/{step.text}"
        else:
            found.append(step.text)
        indexed, after_closure = indexed or is_closure, is_closure
    return found if indexed else []
