"""The journal: every accepted change, durably, in order; the truth that all else is a view of."""

from kg.journal.journal import Journal
from kg.journal.patch import GraphPatch, to_quads
from kg.journal.quarantine import Finding, Held, Quarantine, Refused, identifier
from kg.journal.rows import Entry, PatchRow, RevisionInfo, StoredRecord
from kg.journal.statistics import Statistics
from kg.journal.tokens import Scope, Token, Tokens

__all__ = [
    "Entry",
    "Finding",
    "GraphPatch",
    "Held",
    "Journal",
    "PatchRow",
    "Quarantine",
    "Refused",
    "RevisionInfo",
    "Scope",
    "Statistics",
    "StoredRecord",
    "Token",
    "Tokens",
    "identifier",
    "to_quads",
]
