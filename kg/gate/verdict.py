"""A verdict: whether something may be done, by which rules and findings, and of which state.

Its content is plain values, from which its digest is worked out and everything is written that
people read; so a verdict that somebody kept can be checked without the graph.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from kg import __version__
from kg.compliance.as_json import result_object
from kg.compliance.findings import instant_text
from kg.compliance.overview import Entry, Overview
from kg.gate.canonical import digest
from kg.gate.purpose import Purpose, refuses
from kg.iri import Names
from kg.shacl import Rule
from kg.terms import NamedNode, Triple

DIGEST: Final = "digest"

ENGINE: Final = f"kg {__version__}"
"""What answers: rules compiled to SPARQL by this version."""

Change = Mapping[str, Any]
"""A proposed change as plain values: its ``records``, each with its statements, and what is
``withdrawn``, each with the source that no longer speaks of it."""


@dataclass(frozen=True)
class Asked:
    """What was asked, of which state, by which rules.

    ``shapes`` and ``ontology`` are digests; ``supposed`` are the statements of the purpose's
    hypothesis.
    """

    purpose: Purpose
    asset: NamedNode | None
    as_of: datetime
    revision: int
    shapes: str
    ontology: str
    refuses_from: str
    packs: tuple[str, ...] = ()
    change: Change | None = None
    supposed: tuple[Triple, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """The answer as plain values, and the findings that decide as report formats take them."""

    content: Mapping[str, Any]
    overview: Overview = field(repr=False)

    @property
    def allowed(self) -> bool:
        """Whether it may be done."""
        return bool(self.content["allowed"])

    @cached_property
    def digest(self) -> str:
        """The digest of the content; see :mod:`kg.gate.canonical`."""
        return digest(self.content)

    def to_json(self) -> dict[str, Any]:
        """The content with its digest."""
        return {**self.content, DIGEST: self.digest}


def is_untouched(document: Mapping[str, Any]) -> bool:
    """Whether the digest in a verdict that somebody kept is that of its content."""
    content = {key: value for key, value in document.items() if key != DIGEST}
    return document.get(DIGEST) == digest(content)


def make_verdict(
    asked: Asked,
    found: Overview,
    names: Names,
    *,
    rules: Mapping[Rule, int],
    standing: Sequence[Entry] = (),
    closed: Sequence[Entry] = (),
    tell: Iterable[NamedNode] = (),
    reasons: Sequence[str] = (),
) -> Verdict:
    """The verdict on what was found.

    ``found`` are the findings that decide; ``standing`` those that were there before and stay,
    ``closed`` those that would go. ``rules`` counts the nodes that each was asked of; ``tell``
    are the owners of what would be broken.
    """
    findings = [_finding(entry, asked.refuses_from, names) for entry in found.entries]
    content = {
        "allowed": not any(finding["refuses"] for finding in findings),
        "purpose": asked.purpose.name,
        "asset": None if asked.asset is None else names.short(asked.asset),
        "assetIri": None if asked.asset is None else asked.asset.value,
        "asOf": instant_text(asked.as_of),
        "revision": asked.revision,
        "shapes": asked.shapes,
        "ontology": asked.ontology,
        "engine": ENGINE,
        "packs": list(asked.packs),
        "refusesFrom": asked.refuses_from,
        "change": asked.change,
        "supposed": sorted(str(triple) for triple in asked.supposed),
        "rules": [
            {"name": rule.name, "iri": rule.iri, "nodes": nodes}
            for rule, nodes in sorted(rules.items(), key=lambda item: (item[0].name, item[0].iri))
        ],
        "counts": found.report.counts,
        "waived": found.report.waived,
        "findings": findings,
        "upcoming": [result_object(entry, names) for entry in found.upcoming],
        "standing": [result_object(entry, names) for entry in standing],
        "closed": [result_object(entry, names) for entry in closed],
        "tell": sorted(names.short(owner) for owner in set(tell)),
        "complete": not reasons,
        "reasons": list(reasons),
    }
    return Verdict(content, found)


def _finding(entry: Entry, refuses_from: str, names: Names) -> dict[str, Any]:
    refused = entry.result.waived is None and refuses(entry.result.level, refuses_from)
    return {"refuses": refused, **result_object(entry, names)}
