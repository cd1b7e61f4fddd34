"""Lineage and impact: walks over what depends on what, answered whole and with evidence."""

from kg.index import Edge
from kg.lineage.answers import Impacted, LineageAnswer, NodeInfo, PathAnswer, PathsAnswer
from kg.lineage.impact import ImpactAnswer
from kg.lineage.questions import FOREMOST, MOST_PATHS, Direction, LineageService
from kg.lineage.selection import Selection

__all__ = [
    "FOREMOST",
    "MOST_PATHS",
    "Direction",
    "Edge",
    "ImpactAnswer",
    "Impacted",
    "LineageAnswer",
    "LineageService",
    "NodeInfo",
    "PathAnswer",
    "PathsAnswer",
    "Selection",
]
