"""What constraints see beside the data: the instant of the report and the rules' settings.

They are not written into the store. Where a text asks for a property that is stated of them,
the answer is put into the text, in union with that of the data where the data has the property
too. A property that is a variable ranges over the data alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Final

from kg.shacl.compiled.errors import NotCompiled
from kg.shacl.compiled.groups import all_groups
from kg.shacl.compiled.templates import Fragment, render
from kg.sparql.planner.edits import Edit
from kg.sparql.reader.nodes import Node, NodeKind, Property, Statement, properties_in, properties_of
from kg.sparql.reader.paths import Path, Step, parts_of
from kg.sparql.reader.patterns import Group, Triples
from kg.sparql.reader.queries import Query
from kg.sparql.tokens import Kind
from kg.sparql.values import parse_term
from kg.terms import BlankNode, NamedNode, Term, Triple

Pair = tuple[Term, Term]
Holds = Callable[[NamedNode], bool]


class Context:
    """Triples that stand beside the data while it is validated; blank nodes get names."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._pairs: defaultdict[str, list[Pair]] = defaultdict(list)
        for triple in triples:
            pair = (_named(triple.subject), _named(triple.object))
            self._pairs[triple.predicate.value].append(pair)
        self.properties: Final = frozenset(map(NamedNode, self._pairs))
        """Those that are stated beside the data."""
        self._asked: dict[str, tuple[NamedNode, ...]] = {}
        self.texts: Final[dict[Hashable, str]] = {}
        """Texts as they are asked, by all that they hang on; rules are asked again and again."""

    def __contains__(self, predicate: str) -> bool:
        return predicate in self._pairs

    def asked_by(self, query: Query) -> tuple[NamedNode, ...]:
        """The properties in a text that are stated beside the data."""
        if query.text not in self._asked:
            names = (t.text for t in query.tokens if t.kind in (Kind.IRI, Kind.PNAME))
            found = {iri for iri in map(query.iri, names) if iri in self}
            self._asked[query.text] = tuple(map(NamedNode, sorted(found)))
        return self._asked[query.text]

    def pairs(self, predicate: str) -> list[Pair]:
        """The subjects and objects of a property, in a stable order."""
        return sorted(self._pairs.get(predicate, ()), key=str)


def _named(term: object) -> Term:
    if isinstance(term, BlankNode):
        return NamedNode(f"urn:kg:setting:{term.value}")
    if isinstance(term, Triple):
        raise NotCompiled("a setting is a triple term")
    return term  # type: ignore[return-value]


def context_edits(query: Query, where: Group, context: Context, holds: Holds) -> Iterator[Edit]:
    """The edits that answer what a text asks of the context.

    ``holds`` tells whether the data has a property.
    """
    for group in all_groups(where):
        for element in group.elements:
            if isinstance(element, Triples):
                for statement in element.statements:
                    edit = _edit(query, statement, context, holds)
                    if edit:
                        yield edit


def _edit(query: Query, statement: Statement, context: Context, holds: Holds) -> Edit | None:
    asked = [(prop, _predicate(query, prop.verb, context)) for prop in statement.properties]
    if not any(predicate in context for _, predicate in asked):
        _check_nested(query, statement, context)
        return None
    if not statement.is_plain:
        raise NotCompiled("it asks for a setting of a rule by a blank node")
    subject = _fragment(query, statement.subject)
    pieces = [
        piece
        for prop, predicate in asked
        for piece in _pieces(query, subject, prop, predicate, context, holds)
    ]
    return Edit("context", ((statement.start, statement.end, " ".join(pieces)),))


def _check_nested(query: Query, statement: Statement, context: Context) -> None:
    inside = [p for prop in statement.properties for p in properties_in(prop)]
    for prop in (*inside, *properties_of(statement.subject)):
        if _predicate(query, prop.verb, context) in context:
            raise NotCompiled("it asks for a setting of a rule by a blank node")


def _predicate(query: Query, verb: Path | Node, context: Context) -> str:
    """The property that a verb is; empty for paths and variables."""
    if isinstance(verb, Step):
        return query.iri(verb.text) if verb.text != "a" else ""
    if isinstance(verb, Node):
        return ""
    steps = [part for part in parts_of(verb) if isinstance(part, Step)]
    if any(query.iri(step.text) in context for step in steps):
        raise NotCompiled("it asks for a setting of a rule by a path")
    return ""


def _pieces(
    query: Query, subject: Fragment, prop: Property, predicate: str, context: Context, holds: Holds
) -> Iterator[str]:
    if predicate not in context:
        yield f"{subject} {query.text[prop.start : prop.end]} ."
        return
    for node in prop.objects:
        object_ = _fragment(query, node)
        places = (subject, object_)
        yield render(
            "beside",
            subject=subject,
            predicate=NamedNode(predicate),
            object=object_,
            variables=[place for place in places if place.startswith("?")],
            rows=[
                [term for term, place in zip(pair, places, strict=True) if place.startswith("?")]
                for pair in context.pairs(predicate)
                if all(map(_may_be, pair, places))
            ],
            held=holds(NamedNode(predicate)),
        )


def _may_be(term: Term, place: Fragment) -> bool:
    """Whether a term can stand in a place: any in a variable's, else the term itself."""
    return place.startswith("?") or parse_term(place) == term


def _fragment(query: Query, node: Node) -> Fragment:
    """A node as it can stand where a term can."""
    if node.kind is NodeKind.VARIABLE:
        return Fragment(f"?{node.text}")
    if node.kind is NodeKind.IRI:
        return Fragment(f"<{query.iri(node.text)}>")
    return Fragment(query.text[node.start : node.end])
