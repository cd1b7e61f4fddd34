"""Telling by look-ups that a text has no solutions, so that the engine need not be asked.

Reading a text takes the engine far longer than such look-ups take, and most rules find nothing
about most nodes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kg.shacl.affected.plans import plan_of
from kg.shacl.affected.settings import Settings
from kg.shacl.affected.solutions import Solver
from kg.shacl.compiled.beside import Context
from kg.store import Lookups
from kg.terms import Literal, Term


class Finder:
    """Look-ups in a store as it stands; what has been looked up is remembered."""

    def __init__(self, store: Lookups, context: Context, instant: Literal | None = None) -> None:
        """``context`` is what stands beside the data, ``instant`` that of the report."""
        self.solver: Final = Solver(store, Settings(context, instant))

    def lacks(self, text: str, nodes: Iterable[Term]) -> bool:
        """Whether a text surely has no solution for any of the nodes as ``$this``."""
        plan = plan_of(text)
        return not any(self.solver.may_have(plan, node) for node in nodes)
