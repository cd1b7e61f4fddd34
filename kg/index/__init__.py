"""The lineage index: what depends on what, at every revision, as arrays of integers."""

from kg.index.closure import Closure
from kg.index.edge import Edge
from kg.index.exported import ExportedIndex
from kg.index.facts import Facts, Pairs
from kg.index.lineage import LineageIndex
from kg.index.repeated import Hop, RepeatedPath
from kg.index.repeated import Ways as PathWays
from kg.index.snapshots import Snapshots, open_snapshot
from kg.index.steps import Walk
from kg.index.supposed import SupposedIndex
from kg.index.view import IndexView

__all__ = [
    "Closure",
    "Edge",
    "ExportedIndex",
    "Facts",
    "Hop",
    "IndexView",
    "LineageIndex",
    "Pairs",
    "PathWays",
    "RepeatedPath",
    "Snapshots",
    "SupposedIndex",
    "Walk",
    "open_snapshot",
]
