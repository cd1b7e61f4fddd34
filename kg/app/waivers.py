"""Asking for a waiver, approving it and taking it back: curated records, committed like any other.

Nothing is granted by default: a waiver that would not hold is not written. Whether one that is
written holds is decided each time a report is made, see :mod:`kg.compliance.waivers`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from kg.app.compliance import all_shapes
from kg.app.curated import CuratedGraphs
from kg.app.graph import KnowledgeGraph
from kg.compliance.waivers import LONGEST, objection, read_waiver, read_waivers
from kg.connectors.native import SOURCE
from kg.errors import InputError, NotFound
from kg.model import Description
from kg.namespaces import DCT, MLG, PROV, SCHEMA
from kg.near import near
from kg.shacl import Rule, Waiver
from kg.terms import NamedNode


@dataclass(frozen=True)
class Request:
    """What is asked for: that ``target`` may break ``rule`` until an instant, and why."""

    rule: str
    target: NamedNode
    requester: NamedNode
    reason: str
    until: datetime


class Waivers:
    """The waivers of a graph, and the rules that they may be of."""

    def __init__(self, graph: KnowledgeGraph, agent: str) -> None:
        """``agent`` stands in the history as who made a change."""
        self._graph = graph
        self._agent = agent
        self._curated = CuratedGraphs(graph)

    @cached_property
    def rules(self) -> Mapping[str, Rule]:
        """All rules by IRI."""
        return all_shapes(self._graph.data).rules

    def states(self, as_of: datetime) -> list[tuple[Waiver, str | None]]:
        """Every waiver, with why it does not hold at an instant, or ``None`` where it does."""
        return [
            (waiver, objection(waiver, self._rule_of(waiver), as_of))
            for waiver in read_waivers(self._graph.store)
        ]

    def request(self, wanted: Request, now: datetime, iri: NamedNode | None = None) -> NamedNode:
        """Write down a request; it does not count before another approves it.

        Raises :class:`NotFound` for a rule that is not known, and :class:`InputError` for one
        that cannot be waived, a request that could never hold, and a name that is taken.
        """
        rule = self.rule(wanted.rule)
        if not rule.waivable:
            raise InputError(f"{rule.name} cannot be waived", hint="mend what breaks it")
        if not wanted.reason.strip():
            raise InputError("a waiver needs a reason")
        if wanted.until <= now or wanted.until - now > LONGEST:
            raise InputError(
                f"a waiver cannot run until {wanted.until:%Y-%m-%d}",
                hint=f"it ends after now and within {LONGEST.days} days",
            )
        node = iri or self._name(rule, wanted, now)
        if self._graph.lineage.exists(node):
            raise InputError(f"there is {self._graph.names.short(node)} already")
        about = Description(SOURCE, node).a(MLG.Waiver)
        about.add(MLG.waives, NamedNode(rule.iri)).add(MLG.waiverFor, wanted.target)
        about.add(MLG.requestedBy, wanted.requester).add(DCT.description, wanted.reason)
        about.add(DCT.created, now).add(SCHEMA.expires, wanted.until)
        self._write(about, f"request a waiver of {rule.name}")
        return node

    def approve(self, node: NamedNode, approver: NamedNode, now: datetime) -> Waiver:
        """Approve a request from now on.

        Raises :class:`InputError` where the approver asked for it, and for whatever else keeps
        it from holding.
        """
        with self._graph.committer.exclusive():
            waiver = self._known(node)
            if waiver.approvers:
                raise InputError(f"{self._graph.names.short(node)} is approved already")
            if approver in waiver.requesters:
                raise InputError("who asked for a waiver cannot approve it", hint="ask another")
            start = frozenset({now.isoformat()})
            approved = replace(waiver, approvers=frozenset({approver}), starts=start)
            reason = objection(approved, self._rule_of(waiver), now)
            if reason is not None:
                raise InputError(f"the waiver would not hold: {reason}")
            about = self._present(node)
            about.add(PROV.wasAssociatedWith, approver).add(PROV.generatedAtTime, now)
            self._write(about, "approve a waiver")
            return read_waiver(self._graph.store, node)

    def revoke(self, node: NamedNode, now: datetime, reason: str) -> None:
        """Take a waiver or a request back, from now on; it stays on record."""
        with self._graph.committer.exclusive():
            if self._known(node).revoked:
                raise InputError(f"{self._graph.names.short(node)} is revoked already")
            about = self._present(node).add(PROV.invalidatedAtTime, now)
            self._write(about, f"revoke a waiver: {reason}" if reason else "revoke a waiver")

    def rule(self, text: str) -> Rule:
        """The rule of a name such as ``R08`` or of an IRI; raises :class:`NotFound`."""
        for rule in self.rules.values():
            if text in (rule.name, rule.iri):
                return rule
        names = (rule.name for rule in self.rules.values())
        raise NotFound(f"there is no rule {text!r}", suggestions=near(text, names))

    def _rule_of(self, waiver: Waiver) -> Rule | None:
        return next((self.rules[r.value] for r in waiver.rules if r.value in self.rules), None)

    def _known(self, node: NamedNode) -> Waiver:
        waiver = read_waiver(self._graph.store, node)
        if not waiver.rules:
            raise InputError(f"{self._graph.names.short(node)} is not a waiver")
        return waiver

    def _name(self, rule: Rule, wanted: Request, now: datetime) -> NamedNode:
        parts = (rule.iri, wanted.target.value, wanted.requester.value, now.isoformat())
        digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:8]
        return self._graph.names.mint("waiver", "org", f"{rule.name}-{digest}")

    def _present(self, node: NamedNode) -> Description:
        name = self._graph.names.graph(SOURCE, node)
        return Description(SOURCE, node).extend(self._curated.present(name))

    def _write(self, about: Description, message: str) -> None:
        name = self._graph.names.graph(SOURCE, about.subject)
        content = {name: about.record().triples}
        self._curated.commit(content, agent=self._agent, message=message)
