"""SHACL: shapes and the rules in them, and the report that validation gives.

Validation itself is in ``engines`` (of everything) and ``affected`` (of what a change concerns),
judging records before they are written in ``admission``; each loads what the others do not need.
"""

from kg.shacl.packs import HOUSE, Pack, packs_by_rule, rules_of
from kg.shacl.report import Report, Result, set_upcoming_apart
from kg.shacl.rule import Rule, Source
from kg.shacl.shapes import Shapes, load_shapes
from kg.shacl.waiver import NotWaived, Waived, Waiver

__all__ = [
    "HOUSE",
    "NotWaived",
    "Pack",
    "Report",
    "Result",
    "Rule",
    "Shapes",
    "Source",
    "Waived",
    "Waiver",
    "load_shapes",
    "packs_by_rule",
    "rules_of",
    "set_upcoming_apart",
]
