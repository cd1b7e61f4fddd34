"""Whether a record may enter the graph: the structure shapes, asked of it before it is written."""

from kg.shacl.admission.gate import StructureGate, structure_gate

__all__ = ["StructureGate", "structure_gate"]
