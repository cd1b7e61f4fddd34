"""Which part of a report is asked for: by asset, team, domain, or the text a rule rests on."""

from __future__ import annotations

from dataclasses import dataclass

from kg.compliance.context import Context, ContextReader
from kg.compliance.findings import show
from kg.iri import Names
from kg.shacl import Result, Rule
from kg.terms import NamedNode, Term


@dataclass(frozen=True)
class Selection:
    """Conditions that all must hold; ``None`` asks for nothing.

    An asset stands for its versions and what serves them, a team for its members too. ``source``
    is a text that a source of the rule contains, or its IRI; ``things`` are the only ones that
    findings may be about.
    """

    asset: NamedNode | None = None
    team: NamedNode | None = None
    domain: NamedNode | None = None
    source: str | None = None
    things: frozenset[Term] | None = None

    def admits(self, result: Result, context: Context, contexts: ContextReader) -> bool:
        """Whether a result is asked for."""
        return (
            (self.asset is None or self.asset in context.belongs)
            and (self.team is None or self._owned(result, contexts))
            and (self.domain is None or self.domain in context.domains)
            and self.concerns(result.rule)
            and (self.things is None or result.focus in self.things)
        )

    def concerns(self, rule: Rule | None) -> bool:
        """Whether a rule rests on the text that is asked for."""
        if self.source is None:
            return True
        wanted = self.source.casefold()
        sources = rule.sources if rule else ()
        return any(wanted in s.title.casefold() or wanted == s.iri.casefold() for s in sources)

    def words(self, names: Names) -> dict[str, str]:
        """What is asked for, in words that people read."""
        nodes = {"asset": self.asset, "team": self.team, "domain": self.domain}
        said = {name: show(node, names) for name, node in nodes.items() if node is not None}
        if self.source is not None:
            said["source"] = self.source
        if self.things is not None:
            said["things"] = f"{len(self.things)} that belong together"
        return said

    def _owned(self, result: Result, contexts: ContextReader) -> bool:
        return any(
            self.team == owner or self.team in contexts.teams(owner) for owner in result.owners
        )
