"""SHACL: shapes and the rules in them, validation, and the report it gives."""

from kg.shacl.extract import extract
from kg.shacl.report import Report, Result
from kg.shacl.rule import Rule, Source
from kg.shacl.shapes import Shapes, load_shapes
from kg.shacl.validate import validate, validate_files, validate_store
from kg.shacl.waiver import NotWaived, Waived, Waiver

__all__ = [
    "NotWaived",
    "Report",
    "Result",
    "Rule",
    "Shapes",
    "Source",
    "Waived",
    "Waiver",
    "extract",
    "load_shapes",
    "validate",
    "validate_files",
    "validate_store",
]
