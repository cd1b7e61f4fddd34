"""One question on its way to its verdict."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from kg.app.gate.findings import Found
from kg.app.gate.overlays import Overlays
from kg.app.gate.question import Question
from kg.app.gate.rules import Rules
from kg.app.gate.situation import SUPPOSED, Situation
from kg.app.graph import KnowledgeGraph
from kg.app.resolve import suggest
from kg.app.sharing.messages import from_change
from kg.commit import Change
from kg.compliance import plain
from kg.compliance.context import ContextReader
from kg.compliance.evidence import EvidenceReader
from kg.compliance.overview import Overview, overview
from kg.compliance.selection import Selection
from kg.errors import InputError, NotFound
from kg.gate import Asked, Purpose, Verdict
from kg.gate.canonical import canonical_json
from kg.gate.verdict import make_verdict
from kg.index import IndexView
from kg.iri import Names
from kg.model import literal
from kg.namespaces import MLG, RDF
from kg.shacl import Report
from kg.shacl.affected import Inquirer, Inquiry, ask_again
from kg.sparql.catalog import QueryCatalog
from kg.store import EmbeddedStore, Lookups, QueryTriples
from kg.terms import NamedNode, Term, Triple

MOST_STEPS: Final = 2_000
"""Steps of ways that a verdict tells before it leaves further ways out, and says so."""


class Answering:
    """One question on its way to its verdict."""

    def __init__(
        self,
        graph: KnowledgeGraph,
        question: Question,
        rules: Rules,
        purpose: Purpose,
        queries: QueryCatalog,
        overlays: Overlays,
    ) -> None:
        self._graph = graph
        self._question = question
        self._rules = rules
        self._purpose = purpose
        self._queries = queries
        self._overlays = overlays
        self._moment = question.as_of or datetime.now(UTC).replace(microsecond=0)
        self._asset = None if question.asset is None else self._named(question.asset)

    def _named(self, text: str) -> NamedNode:
        try:
            return self._graph.names.parse(text)
        except InputError as error:
            raise self._unknown(text) from error

    def _unknown(self, text: str) -> NotFound:
        near = suggest(text, self._graph.names, self._graph.journal)
        return NotFound(f"nothing is known of {text!r}", suggestions=near)

    def verdict(self, situation: Situation) -> Verdict:
        """The verdict, the situation being that of the graph before.

        Costs what the change and the scope concern, whatever the size of the graph; see
        :func:`kg.shacl.ask_again`.
        """
        if self._question.change is not None:
            situation.change(self._question.change)
        self._require_asset(situation)
        supposed = self._hypothesis(situation)
        situation.suppose(supposed)
        view = situation.index.at()
        inquirer = self._inquirer(situation.store, view, situation.lookups)
        if not self._purpose.compares:
            inquiry = inquirer.about(self._scope(situation))
            return self._made(situation, supposed, self._found(inquiry, situation.lookups))
        answers = ask_again(
            situation.store,
            self._rules.asked,
            situation.changed,
            self._moment,
            untold=frozenset(),
            index=view,
            lookups=situation.lookups,
        )
        answers += inquirer.answers(_waiver_targets(situation))
        after = self._found(inquirer.inquiry(answers), situation.lookups)
        with self._overlays.take(situation.revision) as base:
            view = self._graph.index.at(base.revision)
            again = self._inquirer(base.store, view, base.lookups).again(answers)
            before = self._found(again, base.lookups)
        return self._made(situation, supposed, after, before)

    def _inquirer(self, store: EmbeddedStore, index: IndexView, lookups: Lookups) -> Inquirer:
        return Inquirer(store, self._rules.asked, self._moment, index, lookups)

    def _found(self, inquiry: Inquiry, store: Lookups) -> Found:
        return Found.of(inquiry, store, self._moment)

    def _made(
        self,
        situation: Situation,
        supposed: tuple[Triple, ...],
        after: Found,
        before: Found | None = None,
    ) -> Verdict:
        names, lineage = self._graph.names, situation.lineage
        deciding, standing, closed = after.report, None, None
        if before is not None:
            deciding, standing, closed = (
                after.since(before),
                after.kept(before),
                before.gone(after),
            )
        found, reasons = self._placed(deciding, situation)
        return make_verdict(
            self._asked(situation, supposed),
            found,
            names,
            rules=after.rules,
            standing=plain(standing, names).entries if standing else (),
            closed=plain(closed, names).entries if closed else (),
            tell=lineage.owners(_concerned(found)),
            reasons=reasons,
        )

    def _placed(self, report: Report, situation: Situation) -> tuple[Overview, tuple[str, ...]]:
        """The report with where each finding belongs, and why it does not tell all ways."""
        names = self._graph.names
        evidence = EvidenceReader(situation.store, situation.lineage, names, MOST_STEPS)
        contexts, packs = ContextReader(situation.lookups), self._rules.packs_of
        placed = overview(report, contexts, evidence, names, Selection(), packs)
        if not evidence.untold:
            return placed, ()
        return placed, (
            f"the ways of {evidence.untold} findings are not told, "
            f"after {MOST_STEPS} steps of the others",
        )

    def _asked(self, situation: Situation, supposed: tuple[Triple, ...]) -> Asked:
        question = self._question
        return Asked(
            purpose=self._purpose,
            asset=self._asset,
            as_of=self._moment,
            revision=situation.revision,
            shapes=self._rules.shapes.digest,
            ontology=self._graph.ontology.digest,
            refuses_from=question.refuses_from or self._purpose.refuses_from,
            packs=self._rules.packs,
            change=_told(question.change, self._graph.names),
            supposed=supposed,
        )

    def _require_asset(self, situation: Situation) -> None:
        asset, names = self._asset, self._graph.names
        if asset is None and self._purpose.needs_asset:
            raise InputError(f"{self._purpose.name} is asked of a thing", hint="name it")
        if self._question.change is None and not self._purpose.needs_asset:
            raise InputError(f"{self._purpose.name} is asked of a change", hint="give one")
        if asset is None:
            return
        if not situation.lineage.exists(asset):
            raise self._unknown(self._question.asset or "")
        classes = self._purpose.classes
        if classes and not any(
            any(situation.store.quads(asset, RDF.type, NamedNode(cls), None)) for cls in classes
        ):
            wanted = " or ".join(self._graph.ontology.label(NamedNode(cls)) for cls in classes)
            raise InputError(
                f"{names.short(asset)} is no {wanted}",
                hint=f"{self._purpose.name} is asked of a {wanted}",
            )

    def _hypothesis(self, situation: Situation) -> tuple[Triple, ...]:
        """What the purpose supposes, in a stable order."""
        if self._purpose.hypothesis is None:
            return ()
        answer = situation.store.query(self._text(self._purpose.hypothesis))
        if not isinstance(answer, QueryTriples):
            raise InputError("a hypothesis must be a CONSTRUCT", where=self._purpose.hypothesis)
        return tuple(sorted(set(answer), key=str))

    def _scope(self, situation: Situation) -> frozenset[NamedNode]:
        """The things whose findings decide."""
        scope: Any = situation.store.query(self._text(self._purpose.scope or ""))
        return frozenset(term for row in scope for term in row if isinstance(term, NamedNode))

    def _text(self, name: str) -> str:
        """A query of the purpose with what it asks for put in."""
        query = self._queries.get(name)
        known: Mapping[str, Term | None] = {
            "asset": self._asset,
            "at": literal(self._moment),
            "supposed": self._supposed(),
        }
        wanted = [parameter.name for parameter in query.parameters]
        return query.bind({n: v for n in wanted if (v := known.get(n)) is not None})

    def _supposed(self) -> NamedNode | None:
        """What a deployment is called that is supposed of the asset."""
        if self._asset is None:
            return None
        names = self._graph.names
        kind, _, key = names.short(self._asset).partition(":")
        return names.mint("deployment", SUPPOSED, f"{kind}/{key}")


def _waiver_targets(situation: Situation) -> frozenset[Term]:
    """What waivers are for that the change touches; no shape reads these."""
    changed, lookups = situation.changed, situation.lookups
    subjects = {t.subject for t in changed if isinstance(t.subject, NamedNode)}
    targets = [t.object for t in changed if t.predicate == MLG.waiverFor]
    for subject in subjects:
        stated = lookups.quads(subject, MLG.waiverFor, None, None)
        targets += [quad.object for quad in stated]
    return frozenset(target for target in targets if isinstance(target, NamedNode))


def _told(change: Change | None, names: Names) -> dict[str, Any] | None:
    """A change as plain values, in a stable order."""
    if change is None:
        return None
    told = from_change(change, names)
    return {
        "records": sorted(told["records"], key=canonical_json),
        "withdrawn": sorted(told["withdrawn"]),
    }


def _concerned(found: Overview) -> set[NamedNode]:
    """What findings that decide are about."""
    results = [entry.result for entry in found.entries if entry.result.waived is None]
    terms = (term for result in results for term in (result.focus, result.value))
    return {term for term in terms if isinstance(term, NamedNode)}
