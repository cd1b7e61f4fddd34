"""Reading RDF files safely: no network, no file but the one given, no bomb, no laundered value.

JSON-LD contexts come from the package alone; a DOCTYPE in RDF/XML, whose entities could expand
without bound, is refused; blank nodes are replaced by IRIs made from what is said of them.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from kg.errors import InputError
from kg.iri import Names
from kg.jsonld import check_identifiers
from kg.terms import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
)

FORMATS: Final[dict[str, RdfFormat]] = {
    ".ttl": RdfFormat.TURTLE,
    ".turtle": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
    ".nq": RdfFormat.N_QUADS,
    ".trig": RdfFormat.TRIG,
    ".rdf": RdfFormat.RDF_XML,
    ".owl": RdfFormat.RDF_XML,
    ".xml": RdfFormat.RDF_XML,
    ".jsonld": RdfFormat.JSON_LD,
}
DATASET_FORMATS: Final = (RdfFormat.TRIG, RdfFormat.N_QUADS)

_DOCTYPE = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
MAX_JSON_DEPTH = 200


def read_quads(path: Path, format_: RdfFormat | None = None) -> list[Quad]:
    """Parse an RDF file, its format known by its ending unless given.

    Raises :class:`InputError` with file, line and column for anything that does not parse.
    """
    chosen = format_ or FORMATS.get(path.suffix.lower())
    if chosen is None:
        known = " ".join(FORMATS)
        raise InputError(f"cannot tell the format of {path.name}", hint=f"known endings: {known}")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read the file: {error.strerror}", where=str(path)) from error
    return parse_quads(data, chosen, where=str(path))


def parse_quads(
    data: bytes, format_: RdfFormat, *, where: str, base: str | None = None
) -> list[Quad]:
    """Parse RDF text; ``where`` names it in errors, relative IRIs are read against ``base``."""
    if format_ == RdfFormat.RDF_XML and _has_doctype(data):
        raise InputError("RDF/XML with a DOCTYPE is refused", where=where, hint="remove it")
    if format_ == RdfFormat.JSON_LD:
        check_json_depth(data, where)
        check_identifiers(data, where)
    return parse_trusted(data, format_, where=where, base=base)


def parse_trusted(
    data: bytes, format_: RdfFormat, *, where: str, base: str | None = None
) -> list[Quad]:
    """Parse RDF text whose structure is known to be harmless."""
    try:
        return list(parse(data, format=format_, base_iri=base))
    except SyntaxError as error:
        raise InputError(_reason(error), where=_place(where, error)) from error
    except ValueError as error:
        raise InputError(str(error), where=where) from error


def check_json_depth(data: bytes, where: str) -> None:
    """Refuse JSON nested so deeply that the parser's stack would overflow; linear in size."""
    if data.count(b"[") + data.count(b"{") <= MAX_JSON_DEPTH:
        return
    depth = 0
    for match in _JSON_STRUCTURE.finditer(data):
        token = match[0]
        if token in b"[{":
            depth += 1
            if depth > MAX_JSON_DEPTH:
                raise InputError(f"JSON nested deeper than {MAX_JSON_DEPTH}", where=where)
        elif token in b"]}":
            depth -= 1


_JSON_STRUCTURE = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


def _has_doctype(data: bytes) -> bool:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = data.decode("utf-16", errors="replace").encode()
    return _DOCTYPE.search(data) is not None


def _reason(error: SyntaxError) -> str:
    text = re.sub(r"^Parser error at line .*?: ", "", error.msg or str(error))
    if "LoadDocumentCallback" in text:
        return "a remote JSON-LD context is not loaded; use a context written in the file"
    return text


def _place(where: str, error: SyntaxError) -> str:
    if error.lineno is None:
        return where
    column = f", column {error.offset}" if error.offset else ""
    return f"{where}, line {error.lineno}{column}"


def skolemise(quads: Iterable[Quad], names: Names) -> list[Quad]:
    """Put a stable IRI in place of every blank node (RDF 1.1 Concepts, 3.5).

    The IRI is made from the canonical form (RDFC-1.0) of the blank nodes that hang together and
    of what is said with them, so the same description always gets the same IRI, whatever labels
    the file used and whatever else stands in it.
    """
    plain: list[Quad] = []
    anonymous: list[Quad] = []
    for quad in quads:
        (anonymous if _blanks(quad) else plain).append(quad)
    for component in _components(anonymous):
        plain.extend(_named(component, names))
    return plain


def _blanks(quad: Quad) -> list[BlankNode]:
    return [t for t in (quad.subject, quad.object, quad.graph_name) if isinstance(t, BlankNode)]


def _components(quads: list[Quad]) -> Iterator[list[Quad]]:
    """Group quads whose blank nodes are connected (union-find)."""
    parent: dict[BlankNode, BlankNode] = {}

    def root(node: BlankNode) -> BlankNode:
        while parent.setdefault(node, node) != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for quad in quads:
        first, *rest = _blanks(quad)
        for other in rest:
            parent[root(other)] = root(first)
    groups: defaultdict[BlankNode, list[Quad]] = defaultdict(list)
    for quad in quads:
        groups[root(_blanks(quad)[0])].append(quad)
    yield from groups.values()


def _named(component: list[Quad], names: Names) -> Iterator[Quad]:
    dataset = Dataset(component)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    lines = sorted(str(quad) for quad in dataset)
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]

    def name(term: object) -> object:
        return names.skolem(f"{digest}-{term.value}") if isinstance(term, BlankNode) else term

    for quad in dataset:
        parts = (quad.subject, quad.predicate, quad.object, quad.graph_name)
        yield Quad(*(name(part) for part in parts))  # type: ignore[arg-type]


def by_subject(triples: Iterable[Triple], names: Names) -> dict[NamedNode, frozenset[Triple]]:
    """Group triples into one description per subject, skolems going with what refers to them.

    A skolem that two subjects refer to goes with both; one that nothing refers to is a subject.
    """
    outgoing: defaultdict[NamedNode, list[Triple]] = defaultdict(list)
    for triple in triples:
        if isinstance(triple.subject, NamedNode):
            outgoing[triple.subject].append(triple)
    nested = {node for node in outgoing if node.value.startswith(names.skolems)}
    tops = [node for node in outgoing if node not in nested]
    described = {node: _closure(node, outgoing, nested) for node in tops}
    reached = {triple.subject for triples in described.values() for triple in triples}
    for node in sorted(nested - reached, key=lambda node: node.value):
        if node not in reached:
            described[node] = _closure(node, outgoing, nested)
            reached |= {triple.subject for triple in described[node]}
    return described


def _closure(
    top: NamedNode, outgoing: dict[NamedNode, list[Triple]], nested: set[NamedNode]
) -> frozenset[Triple]:
    found: set[Triple] = set()
    seen, todo = {top}, [top]
    while todo:
        for triple in outgoing.get(todo.pop(), ()):
            found.add(triple)
            target = triple.object
            if isinstance(target, NamedNode) and target in nested and target not in seen:
                seen.add(target)
                todo.append(target)
    return frozenset(found)


def in_default_graph(quad: Quad) -> bool:
    """Whether a quad names no graph."""
    return isinstance(quad.graph_name, DefaultGraph)
