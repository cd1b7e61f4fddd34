"""The admission of records to a graph: the structure shapes that ship."""

from __future__ import annotations

from collections.abc import Sequence

from kg.commit import GraphChange, Verdict
from kg.iri import Names
from kg.store import GraphStore


class StructureAdmission:
    """A :class:`kg.commit.Admission` that loads the shapes when the first record comes.

    They need libraries that take half a second to load, and whoever only reads should not wait.
    """

    def judge(self, changes: Sequence[GraphChange], store: GraphStore, names: Names) -> Verdict:
        """See :meth:`kg.shacl.admission.StructureGate.judge`."""
        from kg.shacl.admission import structure_gate

        return structure_gate().judge(changes, store, names)
