"""What constraints see beside the data: the instant of the report and the rules' settings.

They are not written into the store. Where a text asks for what is said of one of their
subjects, named by its IRI, the answer is put into the text. A subject that is a variable ranges
over the data alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from kg.shacl.compiled.errors import NotCompiled
from kg.shacl.compiled.groups import all_groups
from kg.shacl.compiled.templates import Fragment, render
from kg.sparql.planner.edits import Edit
from kg.sparql.reader.nodes import Node, NodeKind, Property, Statement
from kg.sparql.reader.paths import Path, Step, parts_of
from kg.sparql.reader.patterns import Group, Triples
from kg.sparql.reader.queries import Query
from kg.sparql.values import parse_term
from kg.terms import BlankNode, NamedNode, Term, Triple


class Context:
    """Triples that stand beside the data while it is validated."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._objects: defaultdict[tuple[str, str], list[Term]] = defaultdict(list)
        for triple in triples:
            subject, object_ = triple.subject, triple.object
            if isinstance(subject, NamedNode) and not isinstance(object_, BlankNode | Triple):
                self._objects[subject.value, triple.predicate.value].append(object_)
        self.subjects = {subject for subject, _ in self._objects}
        self.predicates = {predicate for _, predicate in self._objects}

    def objects(self, subject: str, predicate: str) -> list[Term]:
        """What is said of a subject by a property, in a stable order."""
        return sorted(self._objects.get((subject, predicate), ()), key=str)


def context_edits(query: Query, where: Group, context: Context) -> Iterator[Edit]:
    """The edits that answer what a text asks of the context."""
    for group in all_groups(where):
        for element in group.elements:
            if isinstance(element, Triples):
                for statement in element.statements:
                    edit = _edit(query, statement, context)
                    if edit:
                        yield edit


def _edit(query: Query, statement: Statement, context: Context) -> Edit | None:
    node = statement.subject
    if node.kind is not NodeKind.IRI or query.iri(node.text) not in context.subjects:
        return None
    subject = query.iri(node.text)
    asked = [(prop, _predicate(query, prop.verb, context)) for prop in statement.properties]
    if not any(predicate in context.predicates for _, predicate in asked):
        return None
    pieces = [
        _answer(query, prop, context.objects(subject, predicate))
        if predicate in context.predicates
        else f"<{subject}> {query.text[prop.start : prop.end]} ."
        for prop, predicate in asked
    ]
    return Edit("context", ((statement.start, statement.end, " ".join(pieces)),))


def _predicate(query: Query, verb: Path | Node, context: Context) -> str:
    if isinstance(verb, Step):
        return query.iri(verb.text)
    if isinstance(verb, Node):
        raise NotCompiled("it asks for any property of a rule")
    names = {query.iri(part.text) for part in parts_of(verb) if isinstance(part, Step)}
    if names & context.predicates:
        raise NotCompiled("it asks for a setting of a rule by a path")
    return ""


def _answer(query: Query, prop: Property, known: list[Term]) -> str:
    return " ".join(_one(query, node, known) for node in prop.objects)


def _one(query: Query, node: Node, known: list[Term]) -> str:
    if node.is_variable:
        return render("nodes", node=Fragment(f"?{node.text}"), nodes=known)
    if node.kind is NodeKind.IRI:
        named = NamedNode(query.iri(node.text)) in known
    elif node.kind is NodeKind.LITERAL:
        named = parse_term(query.text[node.start : node.end]) in known
    else:
        raise NotCompiled("it asks for a setting of a rule by a blank node")
    return "" if named else "FILTER (false)"
