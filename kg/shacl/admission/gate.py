"""The gate: records are judged by the structure shapes before they are written.

What a record is held to, exactly:

* It is judged as it would be after the change, with what the ontology entails from it.
* Results count whose focus node is one that the record itself states something of. What other
  records say of the same node, of another source or of the same, does not count for or against it.
* Of the nodes that it refers to, only their classes are looked at: as the records of the batch say,
  or, for nodes that none of these describes, as the present graph says, graphs that the batch
  replaces aside. What is described nowhere has no class, and can be of any.
* A result of severity ``sh:Violation`` keeps the record out; others are remarks.

All records of a batch are asked at once, with queries that are made once for the shapes: what a
record costs is its share of loading and of one query for each constraint of a shape that it could
concern; of a few records look-ups tell that without a query. Only where something is found, the
compiled shapes are asked for the results themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from kg.assets import asset
from kg.commit import GraphChange, Verdict
from kg.iri import Names, asserting_graph
from kg.journal import Finding, Refused, StoredRecord
from kg.namespaces import RDF
from kg.shacl.admission.doubtful import Doubtful
from kg.shacl.admission.layers import Layer, Node, Words, layered, words_of
from kg.shacl.admission.questions import Flat, Question, Questions, make_questions
from kg.shacl.compiled.focus import Targeted
from kg.shacl.compiled.sources import StoreSource
from kg.shacl.paths import path_text
from kg.shacl.rdflib_bridge import to_rdflib
from kg.shacl.report import Result
from kg.shacl.shapes import Shapes, load_shapes
from kg.store import EmbeddedStore, GraphStore
from kg.terms import NamedNode, Quad, Term

_VIOLATION = "Violation"

Found = list[tuple[Words, Result]]


class StructureGate:
    """Judges records by structure shapes; see :class:`kg.commit.Admission`."""

    def __init__(self, shapes: Shapes) -> None:
        """Raises :class:`kg.errors.Unsupported` for a shape that a record alone cannot meet."""
        self._shapes = shapes
        self._questions = make_questions(shapes)

    def judge(self, changes: Sequence[GraphChange], store: GraphStore, names: Names) -> Verdict:
        """Look at each record as it would be, before it is written.

        Costs two look-ups in ``store`` for each node that a record refers to and its classes
        count, and nothing that grows with the graph.
        """
        words = [words_of(c, self._questions) for c in changes if c.after.triples]
        if not words:
            return Verdict()
        types = _Types(changes, words, self._questions, store)
        found = [hit for layer in layered(words) for hit in self._found(layer, types)]
        return self._verdict(changes, found, names)

    def _found(self, layer: Layer, types: _Types) -> Found:
        source = EmbeddedStore.in_memory()
        quads = list(layer.quads())
        source.extend([*quads, *types.behind(quads, layer)])
        properties = {quad.predicate for quad in quads}
        classes = {quad.object for quad in quads if quad.predicate == RDF.type}
        asked = [
            question
            for question in self._questions.all
            if not (
                question.classes.isdisjoint(classes) and question.properties.isdisjoint(properties)
            )
        ]
        left = Doubtful(source, layer.answering)
        wrong = [q for q in asked if left.has(q.shape) and self._finds(q, source, layer)]
        return list(self._results(wrong, source, layer)) if wrong else []

    @staticmethod
    def _finds(question: Question, source: EmbeddedStore, layer: Layer) -> bool:
        """Whether something is found in a node that a record answers for."""
        answers = (StoreSource(source).select(text) for text in question.texts)
        return any(row[0] in layer.answering for answer in answers for row in answer.rows)

    def _results(
        self, wrong: Iterable[Question], source: EmbeddedStore, layer: Layer
    ) -> Iterator[tuple[Words, Result]]:
        evaluation = Flat(StoreSource(source))
        for question in wrong:
            shape = question.shape
            for hit in evaluation.hits(shape, Targeted(shape.targets)):
                for words in layer.answering.get(hit.result.focus, ()):
                    yield words, hit.result

    def _verdict(self, changes: Iterable[GraphChange], found: Found, names: Names) -> Verdict:
        findings: defaultdict[NamedNode, list[Finding]] = defaultdict(list)
        remarks = []
        for words, result in found:
            finding = self._finding(result)
            if finding.severity == _VIOLATION:
                findings[words.change.graph].append(finding)
            else:
                remarks.append(f"{names.short(words.change.subject)}: {finding.message}")
        return Verdict(
            tuple(
                Refused(_record(change), tuple(sorted(findings[change.graph], key=_order)))
                for change in changes
                if change.graph in findings
            ),
            tuple(remarks),
        )

    def _finding(self, result: Result) -> Finding:
        shape = to_rdflib(result.shape)
        rule = self._shapes.rule_of(shape)
        path = "" if result.path is None else path_text(self._shapes.graph, to_rdflib(result.path))
        return Finding(
            focus=_iri(result.focus),
            path=path,
            value="" if result.value is None else str(result.value),
            severity=result.level,
            message=result.message,
            remedy=rule.remedy if rule else "",
            shape=rule.iri if rule else _iri(result.shape),
            component=result.component.value,
        )


class _Types:
    """The classes of nodes that records refer to, as the batch or else the graph says."""

    def __init__(
        self,
        changes: Iterable[GraphChange],
        words: Iterable[Words],
        questions: Questions,
        store: GraphStore,
    ) -> None:
        self._questions = questions
        self._store = store
        self._replaced = {change.graph for change in changes}
        self._batch: defaultdict[Node, set[Quad]] = defaultdict(set)
        for record in words:
            for node in record.described:
                typed = (q for q in record.told.get(node, ()) if q.predicate == RDF.type)
                self._batch[node].update(typed)
        self._known: dict[Term, list[Quad]] = {}

    def behind(self, quads: Iterable[Quad], layer: Layer) -> Iterator[Quad]:
        """The types of what a layer refers to and does not describe itself."""
        typing = self._questions.typing
        for node in {quad.object for quad in quads if quad.predicate in typing}:
            if isinstance(node, NamedNode) and node not in layer.answering:
                yield from self._of(node)

    def _of(self, node: NamedNode) -> Iterable[Quad]:
        if node in self._batch:
            return self._batch[node]
        if node not in self._known:
            self._known[node] = [
                quad
                for cls in self._questions.named
                for quad in self._store.quads(node, RDF.type, cls, None)
                if isinstance(quad.graph_name, NamedNode)
                and asserting_graph(quad.graph_name) not in self._replaced
            ]
        return self._known[node]


@cache
def structure_gate() -> StructureGate:
    """The gate of the shapes that ship; they are read once in a process."""
    return StructureGate(load_shapes(asset("shapes", "structure")))


def _record(change: GraphChange) -> StoredRecord:
    return StoredRecord(change.graph, change.source, change.subject, tuple(change.after.triples))


def _order(finding: Finding) -> tuple[str, str, str, str]:
    return (finding.focus, finding.path, finding.message, finding.value)


def _iri(term: Term) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)
