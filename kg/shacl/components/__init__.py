"""Constraint components, one a module, each named after the term of the specification.

A component reads its parameters from the shapes graph into constraints, and says how they are
asked: as a query for all focus nodes, and, where there is one, as an expression on a node.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from kg.shacl.components import (
    class_,
    closed,
    constraint_component,
    count,
    datatype,
    has_value,
    in_,
    language_in,
    logical,
    node,
    node_kind,
    pattern,
    property_pair,
    qualified_value_shape,
    sparql,
    string_length,
    unique_lang,
    value_range,
)
from kg.shacl.components import property as property_shape
from kg.shacl.model.shape import Constraint
from kg.terms import Term

if TYPE_CHECKING:
    from kg.shacl.model.reader import ShapesReader

READERS: Final[tuple[Callable[[ShapesReader, Term], Iterator[Constraint]], ...]] = (
    class_.read,
    datatype.read,
    node_kind.read,
    count.read,
    value_range.read,
    string_length.read,
    pattern.read,
    language_in.read,
    unique_lang.read,
    property_pair.read,
    logical.read,
    node.read,
    property_shape.read,
    qualified_value_shape.read,
    closed.read,
    has_value.read,
    in_.read,
    sparql.read,
    constraint_component.read,
)
"""How the constraints of each component are read from a shape."""
