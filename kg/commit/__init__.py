"""Commit: records become a change, a change becomes a revision."""

from kg.commit.admission import Admission, NotAdmitted, Retried, Verdict, record_of
from kg.commit.commit import Committer
from kg.commit.effects import graph_changes, store_patch
from kg.commit.plan import Change, Counts, Plan, check_record, plan
from kg.commit.reentailment import ontology_in
from kg.commit.views import GraphChange, Replay, Statements, View
from kg.commit.well_typed import IllTyped, ill_typed, refusal
from kg.commit.writer import Writer

__all__ = [
    "Admission",
    "Change",
    "Committer",
    "Counts",
    "GraphChange",
    "IllTyped",
    "NotAdmitted",
    "Plan",
    "Replay",
    "Retried",
    "Statements",
    "Verdict",
    "View",
    "Writer",
    "check_record",
    "graph_changes",
    "ill_typed",
    "ontology_in",
    "plan",
    "record_of",
    "refusal",
    "store_patch",
]
