"""Queries rewritten so that the engine plans them well, their answers unchanged."""

from kg.sparql.planner.costs import Costs
from kg.sparql.planner.plan import (
    Planned,
    evaluated,
    hangs_on_graph,
    is_worth_planning,
    nested_exists,
    plan,
)

__all__ = [
    "Costs",
    "Planned",
    "evaluated",
    "hangs_on_graph",
    "is_worth_planning",
    "nested_exists",
    "plan",
]
