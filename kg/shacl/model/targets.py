"""Targets: which nodes a shape is about (SHACL, 2.1.3; SPARQL-based targets: SHACL-AF, 3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from kg.terms import Literal, NamedNode


@dataclass(frozen=True)
class TargetClass:
    """The instances of a class and of its sub-classes; implicit class targets are these too."""

    cls: NamedNode


@dataclass(frozen=True)
class TargetNode:
    """One node, in the data or not."""

    node: NamedNode | Literal


@dataclass(frozen=True)
class TargetSubjectsOf:
    """The subjects of a property."""

    predicate: NamedNode


@dataclass(frozen=True)
class TargetObjectsOf:
    """The objects of a property."""

    predicate: NamedNode


@dataclass(frozen=True)
class SparqlTarget:
    """What a SELECT finds as ``?this``; the text has its prefixes declared."""

    select: str


Target: TypeAlias = TargetClass | TargetNode | TargetSubjectsOf | TargetObjectsOf | SparqlTarget
