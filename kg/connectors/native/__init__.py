"""Files that people write: YAML, JSON and every RDF syntax, into the curated source.

YAML and JSON are JSON-LD under ``ontology/context.jsonld``. In Turtle, N-Triples, RDF/XML and
JSON-LD each described subject is a record; TriG and N-Quads keep their graphs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from kg.batches import in_batches
from kg.connectors.native.context import Context
from kg.connectors.native.documents import (
    FILE_TYPES,
    Item,
    Withdrawal,
    listed_nodes,
    read_json,
    read_nodes,
)
from kg.connectors.native.nodes import NodeReader
from kg.connectors.native.origins import Origins, Source
from kg.errors import InputError
from kg.iri import ENTAILED_SUFFIX, Names
from kg.model import Batch, Origin, Record, Rejection
from kg.rdfio import by_subject, in_default_graph, read_quads, skolemise
from kg.terms import NamedNode, Quad, Triple

__all__ = ["SOURCE", "batches", "nodes_batch", "read_json", "records"]

SOURCE = "curated"
"""The source whose graphs people may write."""


def batches(
    paths: Iterable[Path], *, names: Names, source: str = SOURCE, size: int = 5000
) -> Iterator[Batch]:
    """The records of files, in batches of about ``size`` nodes.

    A description that does not read is rejected and the rest goes on; so is a line of JSON Lines,
    and a file of any other form that does not parse, whole.
    """
    context = Context.load(names)
    for path in paths:
        native = path.suffix.lower() in FILE_TYPES
        try:
            if native:
                yield from _native(path, context, names, source, size)
            else:
                yield from _rdf(path, names, source, size)
        except InputError as error:
            yield Batch(rejections=[_rejection(error, str(path))])


def _native(path: Path, context: Context, names: Names, source: str, size: int) -> Iterator[Batch]:
    reader = NodeReader(context, names)
    for nodes in _steps(read_nodes(path), size):
        yield _batch(nodes, reader, str(path), names, source)


def nodes_batch(document: object, place: str, *, names: Names, source: str = SOURCE) -> Batch:
    """The records of a document that is read already, and what it withdraws.

    ``place`` is what it is called in rejections. Raises :class:`InputError` for what is no list
    of nodes.
    """
    reader = NodeReader(Context.load(names), names)
    return _batch(list(listed_nodes([document], place)), reader, place, names, source)


def _batch(
    nodes: Iterable[tuple[str, Item]],
    reader: NodeReader,
    place: str,
    names: Names,
    source: str,
) -> Batch:
    batch = Batch()
    read: list[Source] = []
    for where, node in nodes:
        try:
            if isinstance(node, Withdrawal):
                batch.withdrawn.append((source, reader.withdrawn(node, where)))
            else:
                read.append((where, node, reader.prepare(node, where)))
        except InputError as error:
            batch.rejections.append(_rejection(error, where))
    batch.warnings += reader.take_warnings()
    prepared = [node for _, _, node in read]
    batch.records += records(reader.quads(prepared, place), names, source)
    batch.origin = Origins(read).of
    return batch


def _rejection(error: InputError, where: str) -> Rejection:
    reason = f"{error.message} ({error.hint})" if error.hint else error.message
    return Rejection(error.where or where, reason)


def _rdf(path: Path, names: Names, source: str, size: int) -> Iterator[Batch]:
    found = records(read_quads(path), names, source)
    for chunk in in_batches(found, size):
        yield Batch(records=chunk, origin=lambda _: Origin(str(path), None))


def records(quads: Iterable[Quad], names: Names, source: str) -> list[Record]:
    """Records from quads: one per subject of the default graph, one per named graph.

    Raises :class:`InputError` for a graph that another source owns; graphs of entailments, as
    they stand in a dump of ours, are left out.
    """
    plain: list[Triple] = []
    named: dict[NamedNode, set[Triple]] = {}
    for quad in skolemise(quads, names):
        if in_default_graph(quad):
            plain.append(quad.triple)
        elif isinstance(quad.graph_name, NamedNode):
            named.setdefault(quad.graph_name, set()).add(quad.triple)
    described = by_subject(plain, names)
    found = [Record(source, subject, triples) for subject, triples in described.items()]
    for graph, triples in named.items():
        if not graph.value.endswith(ENTAILED_SUFFIX):
            found.append(_graph_record(graph, frozenset(triples), names, source))
    return found


def _graph_record(
    graph: NamedNode, triples: frozenset[Triple], names: Names, source: str
) -> Record:
    owner = names.source(graph)
    if owner is not None and owner != source:
        raise InputError(
            f"the graph {graph.value} belongs to the source {owner!r}",
            hint="only its connector writes it; state what you know in a graph of your own",
        )
    return Record(source, names.subject(graph) or graph, triples, graph)


def _steps(items: Iterator[tuple[str, Item]], size: int) -> Iterator[list[tuple[str, Item]]]:
    """Items in chunks in each of which what is withdrawn stands before what is described."""
    for chunk in in_batches(items, size):
        begin = 0
        for number in range(1, len(chunk)):
            if isinstance(chunk[number][1], Withdrawal) > isinstance(
                chunk[number - 1][1], Withdrawal
            ):
                yield chunk[begin:number]
                begin = number
        yield chunk[begin:]
