"""SPARQL-based constraint components: components that a shapes graph declares (SHACL, 6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING

from rdflib import RDF, RDFS

from kg.errors import InputError, QuerySyntaxError
from kg.namespaces import SH
from kg.shacl.compiled.errors import NoExpression
from kg.shacl.compiled.messages import filled_in
from kg.shacl.compiled.patterns import THIS, VALUE, values_pattern
from kg.shacl.compiled.prebinding import body, read_prebound, select_for, substitute
from kg.shacl.compiled.templates import Fragment, render
from kg.shacl.components.shape_variables import shape_variables
from kg.shacl.model.shape import Constraint, Shape
from kg.shacl.rdflib_bridge import from_rdflib, to_rdflib
from kg.sparql.planner import nested_exists
from kg.terms import Literal, NamedNode, Term

if TYPE_CHECKING:
    from kg.shacl.compiled.evaluation import Evaluation
    from kg.shacl.compiled.focus import Focus
    from kg.shacl.compiled.hits import Hit
    from kg.shacl.model.reader import ShapesReader


@dataclass(frozen=True)
class Validator:
    """How a component is validated: the text of an ASK or a SELECT."""

    text: str
    asks: bool
    messages: tuple[Literal, ...]


@dataclass(frozen=True)
class Declared(Constraint):
    """A declared component with the values of its parameters at a shape."""

    component: NamedNode  # type: ignore[misc]
    validator: Validator = field(repr=False)
    parameters: Mapping[str, Term]

    def hits(self, shape: Shape, focus: Focus, evaluation: Evaluation) -> Iterable[Hit]:
        """A result for each value node that an ASK denies, or each solution of a SELECT.

        Raises :class:`InputError` for a text that breaks the rules of pre-binding.
        """
        place = f"shape {shape.node}, component {self.component}"
        try:
            if self.validator.asks:
                yield from self._denied(shape, focus, evaluation, place)
            else:
                yield from self._selected(shape, focus, evaluation, place)
        except QuerySyntaxError as error:
            raise InputError(f"the SPARQL cannot be evaluated: {error}", where=place) from error

    def _denied(
        self, shape: Shape, focus: Focus, evaluation: Evaluation, place: str
    ) -> Iterator[Hit]:
        plain = evaluation.plain
        prebound = frozenset({"this", "value", *self.parameters})
        read_prebound(self.validator.text, prebound, place)
        text = self.bound(shape_variables(self.validator.text, shape, plain, place))
        prologue, pattern = body(read_prebound(text, frozenset({"this", "value"}), place), plain)
        start = focus.pattern(THIS, plain)
        values = values_pattern(start, shape.path, THIS, VALUE, plain)
        denied = render("conditions/denied", body=pattern)
        query = render("broken-values", values=values, condition=denied)
        for this, value in plain.select(nested_exists(prologue + query)).rows:
            yield self._hit(shape, {"this": this, "value": value}, None, evaluation)

    def _selected(
        self, shape: Shape, focus: Focus, evaluation: Evaluation, place: str
    ) -> Iterator[Hit]:
        plain = evaluation.plain
        read_prebound(self.validator.text, frozenset({"this", *self.parameters}), place)
        text = self.bound(shape_variables(self.validator.text, shape, plain, place))
        prebound = read_prebound(text, frozenset({"this"}), place)
        found = plain.select(select_for(prebound, focus, plain))
        for row in found.rows:
            said = dict(zip(found.variables, row, strict=True))
            if shape.path is None and said.get("value") is None:
                said["value"] = said["this"]
            path = said.get("path")
            yield self._hit(shape, said, path if isinstance(path, NamedNode) else None, evaluation)

    def bound(self, text: str) -> str:
        """The text with the values of the parameters in the place of their variables."""
        values = {name: render("node", node=term) for name, term in self.parameters.items()}
        return substitute(text, values)

    def _hit(
        self,
        shape: Shape,
        said: Mapping[str, Term | None],
        path: NamedNode | None,
        evaluation: Evaluation,
    ) -> Hit:
        values = {**self.parameters, **{n: t for n, t in said.items() if t is not None}}
        templates = (*self.validator.messages, *shape.messages)
        return evaluation.hit(
            shape,
            self,
            said["this"],
            said.get("value"),
            path=path,
            messages=[filled_in(template, values) for template in templates],
        )

    def breaks(self, shape: Shape, node: Fragment, evaluation: Evaluation) -> Fragment:
        """Not known: what it finds is looked through."""
        raise NoExpression

    def message(self) -> str:
        """What is wrong, in words."""
        return f"the constraint {self.component.value} is not met"


def read(reader: ShapesReader, node: Term) -> Iterator[Declared]:
    """A constraint for each component whose mandatory parameters the shape has."""
    for component in _components(reader):
        values = dict(_parameters(reader, component, node))
        if all(found or optional for found, optional in values.values()):
            if not any(found for found, optional in values.values() if not optional):
                continue
            validator = _validator(reader, component, node)
            names = [name for name, (found, _) in values.items() if found]
            for chosen in product(*(values[name][0] for name in names)):
                yield Declared(component, validator, dict(zip(names, chosen, strict=True)))


def _components(reader: ShapesReader) -> list[NamedNode]:
    graph = reader.graph
    base = to_rdflib(SH.ConstraintComponent)
    classes = graph.transitive_subjects(RDFS.subClassOf, base)
    found = {from_rdflib(node) for cls in classes for node in graph.subjects(RDF.type, cls)}
    named = [node for node in found if isinstance(node, NamedNode)]
    return sorted((n for n in named if reader.values(n, SH.parameter)), key=str)


def _parameters(
    reader: ShapesReader, component: NamedNode, node: Term
) -> Iterator[tuple[str, tuple[tuple[Term, ...], bool]]]:
    """The name of each parameter with its values at the shape, and whether it is optional."""
    for parameter in reader.values(component, SH.parameter):
        path = reader.iri(parameter, SH.path)
        if path is None:
            raise InputError("a parameter has no sh:path", where=f"component {component}")
        name = path.value.replace("#", "/").rpartition("/")[2]
        yield name, (reader.values(node, path), reader.is_true(parameter, SH.optional))


def _validator(reader: ShapesReader, component: NamedNode, node: Term) -> Validator:
    """The validator for the kind of shape, else the general one (SHACL, 6.3)."""
    kind = SH.propertyValidator if reader.values(node, SH.path) else SH.nodeValidator
    for parameter in (kind, SH.validator):
        for value in reader.values(component, parameter):
            for text in (SH.select, SH.ask):
                for literal in reader.literals(value, text):
                    prefixes = reader.prefixes(value)
                    messages = reader.literals(value, SH.message)
                    return Validator(prefixes + literal.value, text == SH.ask, messages)
    raise InputError("no validator for this shape", where=f"shape {node}, component {component}")
