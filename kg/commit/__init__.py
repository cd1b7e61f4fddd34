"""Commit: records become a change, a change becomes a revision."""

from kg.commit.commit import Committer
from kg.commit.plan import Change, Plan, plan

__all__ = ["Change", "Committer", "Plan", "plan"]
