"""sh:datatype: each value node is a literal of a datatype, well typed (SHACL, 4.1.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from kg.literals import INTEGER_RANGES
from kg.namespaces import PREFIXES, SH, XSD, compact
from kg.shacl.compiled.lexical import WELL_TYPED
from kg.shacl.compiled.templates import Fragment, render
from kg.shacl.components.base import ValueConstraint
from kg.terms import Literal, NamedNode, Term

if TYPE_CHECKING:
    from kg.shacl.compiled.evaluation import Evaluation
    from kg.shacl.model.reader import ShapesReader

_CAST: Final = frozenset(
    XSD[name] for name in ("boolean", "decimal", "float", "double", "integer", "dateTime", "date")
)
_DERIVED: Final = {XSD[name]: ends for name, ends in INTEGER_RANGES.items() if name != "integer"}


@dataclass(frozen=True)
class Datatype(ValueConstraint):
    """The datatype that value nodes must have.

    A store that keeps values only has no derived integer types: there, the type is the range.
    """

    datatype: NamedNode
    component: ClassVar = SH.DatatypeConstraintComponent

    def fails(self, value: Fragment, evaluation: Evaluation) -> Fragment:
        """Not a literal, of another datatype, or ill-typed."""
        source = evaluation.source
        if source.verbatim:
            disguise = NamedNode(WELL_TYPED + self.datatype.value)
            types = [self.datatype, *([disguise] if source.altered else [])]
            return render("conditions/datatype", node=value, types=types)
        if self.datatype in _DERIVED:
            return self._range(value, XSD.integer if source.normalises else self.datatype)
        if self.datatype in _CAST:
            return render("conditions/datatype-cast", node=value, type=self.datatype)
        return render("conditions/datatype", node=value, types=[self.datatype])

    def _range(self, value: Fragment, held: NamedNode) -> Fragment:
        low, high = _DERIVED[self.datatype]
        return render(
            "conditions/datatype-range",
            node=value,
            type=held,
            low=None if low is None else Literal(str(low), datatype=XSD.integer),
            high=None if high is None else Literal(str(high), datatype=XSD.integer),
        )

    def message(self) -> str:
        """What is wrong, in words."""
        return f"a value must be a literal of the datatype {compact(self.datatype.value)}"


@dataclass(frozen=True)
class AnyLiteral(ValueConstraint):
    """The datatype ``rdfs:Literal``, which all literals are taken to have."""

    component: ClassVar = SH.DatatypeConstraintComponent

    def fails(self, value: Fragment, evaluation: Evaluation) -> Fragment:
        """Not a literal."""
        return render("conditions/node-kind", node=value, iri=False, blank=False, literal=True)

    def message(self) -> str:
        """What is wrong, in words."""
        return "a value must be a literal"


_ANY: Final = NamedNode(f"{PREFIXES['rdfs']}Literal")


def read(reader: ShapesReader, node: Term) -> Iterator[Datatype | AnyLiteral]:
    """The constraint, if there is one."""
    datatype = reader.iri(node, SH.datatype)
    if datatype is not None:
        yield AnyLiteral() if datatype == _ANY else Datatype(datatype)
