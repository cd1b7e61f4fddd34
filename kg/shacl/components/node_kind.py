"""sh:nodeKind: each value node is an IRI, a blank node or a literal (SHACL, 4.1.3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from kg.errors import InputError
from kg.namespaces import SH
from kg.shacl.compiled.templates import Fragment, render
from kg.shacl.components.base import ValueConstraint
from kg.terms import NamedNode, Term

if TYPE_CHECKING:
    from kg.shacl.compiled.evaluation import Evaluation
    from kg.shacl.model.reader import ShapesReader

_KINDS: Final = {
    SH.IRI: ("IRI",),
    SH.BlankNode: ("blank node",),
    SH.Literal: ("literal",),
    SH.BlankNodeOrIRI: ("blank node", "IRI"),
    SH.BlankNodeOrLiteral: ("blank node", "literal"),
    SH.IRIOrLiteral: ("IRI", "literal"),
}


@dataclass(frozen=True)
class NodeKind(ValueConstraint):
    """The kinds that value nodes may be of: ``IRI``, ``blank node``, ``literal``."""

    kinds: tuple[str, ...]
    component: ClassVar = SH.NodeKindConstraintComponent

    def fails(self, value: Fragment, evaluation: Evaluation) -> Fragment:
        """Of none of the kinds."""
        return render(
            "conditions/node-kind",
            node=value,
            iri="IRI" in self.kinds,
            blank="blank node" in self.kinds,
            literal="literal" in self.kinds,
        )

    def message(self) -> str:
        """What is wrong, in words."""
        return f"a value must be of the kind {' or '.join(self.kinds)}"


def read(reader: ShapesReader, node: Term) -> Iterator[NodeKind]:
    """The constraint, if there is one."""
    kind: NamedNode | None = reader.iri(node, SH.nodeKind)
    if kind is not None:
        if kind not in _KINDS:
            raise InputError(f"{kind.value} is no node kind", where=f"shape {node}")
        yield NodeKind(_KINDS[kind])
