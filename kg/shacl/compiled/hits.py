"""What a constraint finds: a result, and the focus node of the shape it was found from."""

from __future__ import annotations

from dataclasses import dataclass

from kg.shacl.report import Result
from kg.terms import Term


@dataclass(frozen=True)
class Hit:
    """A result and its ``root``: the node that the shape was asked about.

    The two differ for results of nested property shapes, whose focus nodes are value nodes.
    """

    root: Term
    result: Result
