"""Is a rule well formed: does it say what a report needs, and will every engine read it alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import rdflib
from rdflib import SH

from kg.assets import asset
from kg.errors import KGError
from kg.namespaces import PREFIXES
from kg.shacl.rdflib_bridge import Node
from kg.shacl.reference import validate
from kg.shacl.rule import root_shapes
from kg.shacl.shapes import Shapes, load_shapes, read_graph, without_literals
from kg.store import EmbeddedStore

_EVIDENCE: Final = rdflib.URIRef(f"{PREFIXES['mlg']}evidenceQuery")
_RULE: Final = rdflib.URIRef("https://w3id.org/mlg/shapes/lint#Rule")
_SHARED: Final = rdflib.URIRef("https://w3id.org/mlg/rules")

# What answers otherwise tomorrow, reads other data, or engines bind variables in differently.
_FORBIDDEN: Final = re.compile(
    r"(?<![\w:?$-])(NOW|RAND|UUID|STRUUID|SERVICE|FROM|MINUS|VALUES)(?![\w:-])", re.IGNORECASE
)


def lint(path: Path) -> list[str]:
    """What is wrong with the rules of a file, one line each; empty where nothing is.

    Raises :class:`InputError` for a file that is not Turtle.
    """
    graph = read_graph(path)
    roots = root_shapes(graph)
    if not roots:
        return ["there is no rule in it: no named node shape"]
    found = {*_said(graph, roots), *_queries(graph)}
    return sorted(found)


def _said(graph: rdflib.Graph, roots: list[rdflib.URIRef]) -> Iterator[str]:
    """What the rules do not say of themselves, by the shapes for rules."""
    shapes = load_shapes(asset("shapes", "lint", "rule.ttl"))
    for root in roots:
        shapes.graph.add((_RULE, SH.targetNode, root))
    for result in validate(graph, shapes).results:
        text = result.message
        if result.path is None:
            text = "needs a target (sh:targetClass, sh:targetObjectsOf, …)"
        yield f"{_name(result.focus.value)}: {text}"


def _queries(graph: rdflib.Graph) -> Iterator[str]:
    for node, text in graph.subject_objects(SH.select):
        yield from _query(graph, node, str(text), graph.value(node, SH.prefixes))
        if not re.search(r"SELECT[^{]*[$?]this\b", str(text), re.IGNORECASE):
            yield f"{_name(str(node))}: the query must select $this"
    for node, text in graph.subject_objects(_EVIDENCE):
        yield from _query(graph, node, str(text), _SHARED)


def _query(graph: rdflib.Graph, node: Node, text: str, prefixes: Node | None) -> Iterator[str]:
    name = _name(str(node))
    for word in sorted({m[1].upper() for m in _FORBIDDEN.finditer(without_literals(text))}):
        hint = "; use mlg:asOf" if word == "NOW" else ""
        yield f"{name}: {word} is not allowed in a rule{hint}"
    try:
        EmbeddedStore.in_memory().query(_prologue(graph, prefixes) + text)
    except KGError as error:
        yield f"{name}: the query does not parse: {error}"


def _prologue(graph: rdflib.Graph, prefixes: Node | None) -> str:
    shared = load_shapes(asset("shapes", "governance", "prefixes.ttl")).graph
    declared = {
        str(source.value(node, SH.prefix)): str(source.value(node, SH.namespace))
        for source in (shared, Shapes(graph).graph)
        for node in source.objects(prefixes, SH.declare)
    }
    return "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in declared.items())


def _name(iri: str) -> str:
    return re.split(r"[/#]", iri.rstrip("/#"))[-1]
