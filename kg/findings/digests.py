"""What tells whether a shape is the same as before: a digest of all that it is made of."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping

from kg.shacl.affected import AskedShapes
from kg.shacl.rdflib_bridge import triples_of
from kg.terms import BlankNode, NamedNode, Term, Triple


def shape_digests(asked: AskedShapes) -> dict[Term, str]:
    """A digest of each shape with targets, by its node.

    It is of the triples of the shape and of whatever these lead to, and of what belongs to no
    shape with targets: prefixes, components, settings.
    """
    about: defaultdict[Term | Triple, list[Triple]] = defaultdict(list)
    for triple in triples_of(asked.shapes.graph):
        about[triple.subject].append(triple)
    nodes = [*(s.node for s in asked.plan.compiled), *(node for node, _ in asked.plan.rest)]
    own = {node: _reached(node, about) for node in nodes}
    claimed = set().union(*own.values())
    common = {t for subject, triples in about.items() if subject not in claimed for t in triples}
    common |= set(triples_of(asked.shapes.settings))
    shared = _digest(common)
    return {
        node: _digest((t for subject in reached for t in about.get(subject, ())), shared)
        for node, reached in own.items()
    }


def _reached(
    node: NamedNode | BlankNode, about: Mapping[Term | Triple, list[Triple]]
) -> set[Term | Triple]:
    seen: set[Term | Triple] = set()
    todo: list[Term | Triple] = [node]
    while todo:
        subject = todo.pop()
        if subject not in seen and subject in about:
            seen.add(subject)
            todo.extend(triple.object for triple in about[subject])
    return seen


def _digest(triples: Iterable[Triple], *more: str) -> str:
    lines = sorted(map(str, triples))
    return hashlib.sha256("\n".join([*more, *lines]).encode()).hexdigest()
