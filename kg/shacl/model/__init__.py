"""The shapes graph as objects: shapes, their targets, paths and constraints."""

from kg.shacl.model.shape import Constraint, Shape
from kg.shacl.model.targets import Target

__all__ = ["Constraint", "Shape", "Target"]
