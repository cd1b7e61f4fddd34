"""Validating stores and files, by compiled shapes or by the reference engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kg.errors import InputError
from kg.index import IndexView
from kg.propagation import facts_of, with_facts
from kg.rdfio import read_quads
from kg.shacl.compiled.sources import EndpointSource, ScratchSource, StoreSource
from kg.shacl.compiled.validate import validate_source
from kg.shacl.extract import extract
from kg.shacl.rdflib_bridge import to_graph, triples_of
from kg.shacl.reference import validate
from kg.shacl.report import Report
from kg.shacl.shapes import Shapes, load_shapes
from kg.store import EmbeddedStore
from kg.terms import BlankNode, Literal, NamedNode, Triple

if TYPE_CHECKING:
    from kg.store.endpoint import Endpoint

ENGINES: Final = ("compiled", "pyshacl")


def validate_store(
    store: EmbeddedStore,
    shapes: Shapes,
    as_of: datetime,
    revision: int | None = None,
    *,
    engine: str = "compiled",
    focus_nodes: Sequence[NamedNode | Literal] | None = None,
    index: IndexView | None = None,
) -> Report:
    """Validate everything in a store; the report bears the revision (the store's by default).

    ``focus_nodes`` restricts compiled shapes to those nodes. With the lineage ``index`` of the
    store paths over dependencies are answered from it.
    """
    stands_at = store.revision() if revision is None else revision
    whole = with_facts(store)
    if _is_compiled(engine):
        source = StoreSource(whole, index)
        return validate_source(source, shapes, as_of, stands_at, focus_nodes)
    return validate(extract(whole), shapes, as_of, stands_at)


def validate_files(
    data: Sequence[Path],
    shapes: Sequence[Path],
    as_of: datetime | None = None,
    *,
    engine: str = "compiled",
) -> Report:
    """Validate RDF files (together, as one graph) against shapes files or folders."""
    known = load_shapes(*shapes)
    read = {t for number, path in enumerate(data) for t in _read(path, number)}
    triples = read | facts_of(read)
    if _is_compiled(engine):
        source = ScratchSource(triples, triples_of(known.graph))
        return validate_source(source, known, as_of)
    return validate(to_graph(triples), known, as_of)


def validate_endpoint(endpoint: Endpoint, shapes: Shapes, as_of: datetime | None = None) -> Report:
    """Validate the default graph of a SPARQL endpoint by compiled shapes."""
    return validate_source(EndpointSource(endpoint), shapes, as_of)


def _read(path: Path, number: int) -> Iterator[Triple]:
    """The triples of a file; its blank nodes are not those of another."""
    for quad in read_quads(path):
        subject, object_ = (_apart(term, number) for term in (quad.subject, quad.object))
        yield Triple(subject, quad.predicate, object_)  # type: ignore[arg-type]


def _apart(term: object, number: int) -> object:
    return BlankNode(f"f{number}{term.value}") if isinstance(term, BlankNode) else term


def _is_compiled(engine: str) -> bool:
    if engine not in ENGINES:
        raise InputError(f"no engine {engine!r}", hint=f"one of {', '.join(ENGINES)}")
    return engine == "compiled"
