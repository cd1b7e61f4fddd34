"""Lineage and impact: walks over what depends on what, answered whole and with evidence."""

from kg.lineage.answers import Edge, ImpactAnswer, LineageAnswer, NodeInfo, PathAnswer
from kg.lineage.questions import FOREMOST, Direction, LineageService

__all__ = [
    "FOREMOST",
    "Direction",
    "Edge",
    "ImpactAnswer",
    "LineageAnswer",
    "LineageService",
    "NodeInfo",
    "PathAnswer",
]
