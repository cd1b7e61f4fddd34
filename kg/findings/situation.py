"""What has happened since the report was of its revision, and what is to be asked for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kg.findings.changes import Changes
from kg.findings.ledger import Cause
from kg.findings.standing import Standing
from kg.propagation import Changed
from kg.terms import Term


@dataclass(frozen=True)
class Situation:
    """The newest revision, and what led to it as far as it is known."""

    revision: int
    ontology: str
    """What tells the ontology, and the rules of derived facts, from others."""

    changes: Changes | None
    """The changed triples of each revision missed; ``None`` where they are very many."""

    facts: Changed
    """The derived facts that changed meanwhile."""

    told: bool = True
    """Whether all before were told."""


@dataclass(frozen=True)
class Agenda:
    """The shapes to be asked about all their focus nodes, and why what they find may differ."""

    told: bool
    """Whether it is known which derived facts changed."""

    whole: frozenset[Term] = frozenset()
    by_rules: frozenset[Term] = frozenset()
    """Those whose text has changed."""

    otherwise: Cause = Cause.TIME
    """The cause where no single revision is."""

    anew: bool = False
    """Whether any statement may have changed."""

    @property
    def is_long(self) -> bool:
        """Whether it takes as long as a full run, or much of one."""
        return bool(self.whole) or not self.told


def agenda(
    situation: Situation,
    before: Standing,
    digests: Mapping[Term, str],
    *,
    drawn: bool,
) -> Agenda:
    """What is to be asked for a report that stands somewhere ``before``.

    ``digests`` are those of the shapes; ``drawn`` says that the graph of the report is there.
    """
    fresh = before.as_of is None or before.revision > situation.revision
    other = frozenset(node for node, d in digests.items() if before.shapes.get(str(node)) != d)
    anew = fresh or not drawn or situation.changes is None or before.ontology != situation.ontology
    told = situation.told and situation.facts is not None
    if fresh or situation.changes is None:
        otherwise = Cause.CHANGE
    else:
        otherwise = Cause.TIME if before.ontology == situation.ontology else Cause.RULES
    return Agenda(
        whole=frozenset(digests) if anew else other,
        by_rules=frozenset() if fresh else other,
        otherwise=otherwise,
        told=told or not (situation.facts or situation.changes),
        anew=anew,
    )
