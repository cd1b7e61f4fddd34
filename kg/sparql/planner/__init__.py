"""Queries rewritten so that the engine plans them well, their answers unchanged."""

from kg.sparql.planner.plan import Planned, plan

__all__ = ["Planned", "plan"]
