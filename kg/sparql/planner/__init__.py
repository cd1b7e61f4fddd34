"""Queries rewritten so that the engine plans them well, their answers unchanged."""

from kg.sparql.planner.plan import Planned, evaluated, plan

__all__ = ["Planned", "evaluated", "plan"]
