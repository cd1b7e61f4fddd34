"""What shapes find, kept: the report that is always current, and the history of each finding."""

from kg.findings.ledger import Cause, Finding, Ledger, State, Wanted
from kg.findings.live import LiveReport

__all__ = ["Cause", "Finding", "Ledger", "LiveReport", "State", "Wanted"]
