"""sh:sparql: constraints in SPARQL (SHACL, 5.1 to 5.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from kg.errors import InputError, QuerySyntaxError
from kg.namespaces import SH
from kg.shacl.compiled.aggregates import check_modifiers
from kg.shacl.compiled.errors import NoExpression
from kg.shacl.compiled.lineage import select
from kg.shacl.compiled.messages import filled_in
from kg.shacl.compiled.prebinding import read_prebound, select_for
from kg.shacl.components.shape_variables import shape_variables
from kg.shacl.model.shape import Constraint, Shape
from kg.terms import Literal, NamedNode, Term

if TYPE_CHECKING:
    from kg.shacl.compiled.evaluation import Evaluation
    from kg.shacl.compiled.focus import Focus
    from kg.shacl.compiled.hits import Hit
    from kg.shacl.compiled.templates import Fragment
    from kg.shacl.model.reader import ShapesReader

_PREBOUND = frozenset({"this"})


@dataclass(frozen=True)
class Annotation:
    """``sh:resultAnnotation``: what a result says by a property (SHACL, 5.2.4)."""

    property: NamedNode
    variable: str
    values: tuple[Term, ...]


@dataclass(frozen=True)
class Sparql(Constraint):
    """A SELECT whose solutions are results; ``node`` is the constraint in the shapes graph."""

    node: Term
    select: str
    messages: tuple[Literal, ...]
    annotations: tuple[Annotation, ...]
    component: ClassVar = SH.SPARQLConstraintComponent

    def hits(self, shape: Shape, focus: Focus, evaluation: Evaluation) -> Iterable[Hit]:
        """A result for each solution.

        Raises :class:`InputError` for a text that breaks the rules of pre-binding, and for one
        that answers ``?failure``; both name shape and constraint.
        """
        plain, place = evaluation.plain, self._place(shape)
        prebound = read_prebound(plain.text(self, shape), _PREBOUND, place)
        try:
            found = select(select_for(prebound, focus, plain), plain.source)
        except QuerySyntaxError as error:
            raise InputError(f"the SPARQL cannot be evaluated: {error}", where=place) from error
        for row in found.rows:
            said = {n: t for n, t in zip(found.variables, row, strict=True) if t is not None}
            if said.get("failure") == Literal(True):
                raise InputError("the constraint reports a failure", where=place)
            yield self._hit(shape, said, evaluation)

    def text(self, shape: Shape, evaluation: Evaluation) -> str:
        """The SELECT about one pre-bound node at a shape.

        Raises what :meth:`hits` raises for a text that is not in order, and for one whose solutions
        are not about one focus node each.
        """
        place = self._place(shape)
        text = shape_variables(self.select, shape, evaluation, place)
        prebound = read_prebound(text, _PREBOUND, place)
        check_modifiers(prebound.query, prebound.where, evaluation.source.merged)
        return text

    def _place(self, shape: Shape) -> str:
        return f"shape {shape.node}, constraint {self.node}"

    def _hit(self, shape: Shape, said: Mapping[str, Term], evaluation: Evaluation) -> Hit:
        this = said["this"]
        path = said.get("path")
        value = said.get("value", this if shape.path is None else None)
        templates = (*self.messages, *shape.messages)
        values = dict(said) if value is None else {**said, "value": value}
        return evaluation.hit(
            shape,
            self,
            this,
            value,
            path=path if isinstance(path, NamedNode) else None,
            source=self.node,
            messages=[filled_in(template, values) for template in templates],
            annotations={a.property: _annotated(a, said) for a in self.annotations},
        )

    def breaks(self, shape: Shape, node: Fragment, evaluation: Evaluation) -> Fragment:
        """Not known: its solutions are looked through."""
        raise NoExpression

    def message(self) -> str:
        """What is wrong, in words."""
        return "a SPARQL constraint is not met"


def _annotated(annotation: Annotation, said: Mapping[str, Term]) -> tuple[Term, ...]:
    bound = said.get(annotation.variable)
    return (bound,) if bound is not None else annotation.values


def read(reader: ShapesReader, node: Term) -> Iterator[Sparql]:
    """A constraint for each value that is not deactivated."""
    for value in reader.values(node, SH.sparql):
        if not reader.is_true(value, SH.deactivated):
            selects = reader.literals(value, SH.select)
            if len(selects) != 1:
                raise InputError("a SPARQL constraint has one sh:select", where=f"shape {node}")
            yield Sparql(
                node=value,
                select=reader.prefixes(value) + selects[0].value,
                messages=reader.literals(value, SH.message),
                annotations=tuple(_annotations(reader, value)),
            )


def _annotations(reader: ShapesReader, node: Term) -> Iterator[Annotation]:
    for value in reader.values(node, SH.resultAnnotation):
        prop = reader.iri(value, SH.annotationProperty)
        if prop is None:
            raise InputError("an annotation has no sh:annotationProperty", where=str(node))
        names = reader.literals(value, SH.annotationVarName)
        local = prop.value.replace("#", "/").rpartition("/")[2]
        name = names[0].value if names else local
        yield Annotation(prop, name, reader.values(value, SH.annotationValue))
