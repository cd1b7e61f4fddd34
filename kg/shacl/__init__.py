"""SHACL: shapes and the rules in them, validation, and the report it gives."""

from kg.shacl.affected import Answer, AskedShapes, Inquirer, Inquiry, ask_again
from kg.shacl.engines import ENGINES, validate_endpoint, validate_files, validate_store
from kg.shacl.extract import extract
from kg.shacl.packs import HOUSE, Pack, packs_by_rule, rules_of
from kg.shacl.reference import validate
from kg.shacl.report import Report, Result, set_upcoming_apart
from kg.shacl.rule import Rule, Source
from kg.shacl.shapes import Shapes, load_shapes
from kg.shacl.waiver import NotWaived, Waived, Waiver

__all__ = [
    "ENGINES",
    "HOUSE",
    "Answer",
    "AskedShapes",
    "Inquirer",
    "Inquiry",
    "NotWaived",
    "Pack",
    "Report",
    "Result",
    "Rule",
    "Shapes",
    "Source",
    "Waived",
    "Waiver",
    "ask_again",
    "extract",
    "load_shapes",
    "packs_by_rule",
    "rules_of",
    "set_upcoming_apart",
    "validate",
    "validate_endpoint",
    "validate_files",
    "validate_store",
]
