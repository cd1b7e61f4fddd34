"""The gate: may this be promoted, removed, merged; asked of what would be, and kept on record."""

from kg.app.gate.asking import Gate
from kg.app.gate.checking import Check, check
from kg.app.gate.question import Question
from kg.app.gate.recording import decision_of, record

__all__ = ["Check", "Gate", "Question", "check", "decision_of", "record"]
