"""Commit: records become a change, a change becomes a revision."""

from kg.commit.commit import Committer
from kg.commit.plan import Change, Plan, plan
from kg.commit.views import GraphChange, Replay, Statements, View

__all__ = ["Change", "Committer", "GraphChange", "Plan", "Replay", "Statements", "View", "plan"]
