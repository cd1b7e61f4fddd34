"""What a change concerns: the focus nodes that shapes must be asked about again, and answers."""

from kg.shacl.affected.about import Inquirer, Inquiry
from kg.shacl.affected.asking import Answer, AskedShapes, ask_again
from kg.shacl.affected.focus import affected
from kg.shacl.affected.shapes import ByProperty
from kg.shacl.affected.walker import Nodes, Walker

__all__ = [
    "Answer",
    "AskedShapes",
    "ByProperty",
    "Inquirer",
    "Inquiry",
    "Nodes",
    "Walker",
    "affected",
    "ask_again",
]
