"""The rules of a graph: which there are, what each says, trying them, and what they reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kg.app.compliance import all_shapes, structure_rules
from kg.app.graph import KnowledgeGraph
from kg.app.ontology_files import OntologyFiles
from kg.assets import asset
from kg.config import DEFAULT_BASE, DataDirectory
from kg.errors import NotFound
from kg.iri import Names
from kg.shacl import Rule, load_shapes, packs_by_rule
from kg.shacl.coverage import Coverage, coverage
from kg.shacl.trial import Trial, example_files, try_rules


@dataclass(frozen=True)
class KnownRule:
    """A rule with the names of the packs that it is in."""

    rule: Rule
    packs: tuple[str, ...]


def known_rules(data: DataDirectory) -> list[KnownRule]:
    """The governance rules that ship and those of a data directory, by name."""
    shapes = all_shapes(data)
    packs = packs_by_rule(shapes.packs, shapes.rules.keys() - structure_rules())
    found = [KnownRule(shapes.rules[iri], names) for iri, names in packs.items()]
    return sorted(found, key=lambda known: (known.rule.name, known.rule.iri))


def find_rule(data: DataDirectory, name: str) -> KnownRule:
    """The rule of a name or IRI.

    Raises :class:`NotFound` where there is none.
    """
    rules = known_rules(data)
    for known in rules:
        if name in (known.rule.name, known.rule.iri):
            return known
    near = [known.rule.name for known in rules if known.rule.name.startswith(name[:2])]
    raise NotFound(f"there is no rule {name!r}", suggestions=near[:3])


def try_file(
    data: DataDirectory, rules: Path, examples: Sequence[Path], as_of: datetime | None = None
) -> list[Trial]:
    """Try the rules of a file on its own examples, or on the files given.

    At the instant that the examples tell, else at the one given, else now.
    """
    shared = asset("shapes", "governance", "prefixes.ttl")
    return try_rules(
        load_shapes(rules, shared),
        list(examples) or example_files(rules),
        OntologyFiles(data.ontology).read(),
        Names(DEFAULT_BASE),
        as_of or datetime.now(UTC),
    )


def rule_coverage(graph: KnowledgeGraph) -> Coverage:
    """What all governance rules reach in a graph."""
    shapes = all_shapes(graph.data)
    governance = frozenset(shapes.rules.keys() - structure_rules())
    return coverage(graph.store, shapes, governance)
