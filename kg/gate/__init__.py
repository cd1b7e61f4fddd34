"""The gate's words: purposes that it may be asked for, and the verdicts that it gives."""

from kg.gate.purpose import Purpose, read_purposes
from kg.gate.verdict import Asked, Verdict, is_untouched

__all__ = ["Asked", "Purpose", "Verdict", "is_untouched", "read_purposes"]
