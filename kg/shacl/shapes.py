"""Shapes graphs: reading shapes files and folders, and the rules in them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

import rdflib
from rdflib import OWL, SH

from kg.errors import InputError, NotFound, QueryRefused
from kg.namespaces import PREFIXES
from kg.shacl.numbered import numbered
from kg.shacl.packs import Pack, read_packs
from kg.shacl.rdflib_bridge import Node, to_graph, triples_of
from kg.shacl.rule import Rule, parts, read_rule, root_shapes
from kg.terms import (
    CanonicalizationAlgorithm,
    Dataset,
    Quad,
    RdfFormat,
    Triple,
    parse,
)

_QUERY_TEXT: Final = (SH.select, SH.ask, SH.construct)
EXAMPLES: Final = "examples"
_NOT_KEYWORDS: Final = re.compile(
    r'<[^<>"{}|^`\\\x00-\x20]*>'
    r'|"""(?:[^"\\]|\\.|"(?!""))*"""' + r"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r'|"(?:[^"\\\n]|\\.)*"' + r"|'(?:[^'\\\n]|\\.)*'" + r"|#[^\n]*",
    re.DOTALL,
)
_REACHES_OUT: Final = re.compile(r"(?<![\w:?$-])(SERVICE|FROM|LOAD)(?![\w:-])", re.IGNORECASE)


@dataclass(frozen=True)
class Shapes:
    """A shapes graph ready for validation; files are read by :func:`load_shapes`.

    Raises :class:`QueryRefused` for a constraint that would read other data than it is given.
    """

    graph: rdflib.Graph = field(repr=False)

    def __post_init__(self) -> None:
        refuse_outside_access(self.graph)
        import_prefixes(self.graph)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical triples (RDFC-1.0): equal exactly when shapes say the same."""
        quads = Dataset(Quad(t.subject, t.predicate, t.object) for t in triples_of(self.graph))
        quads.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        lines = sorted(f"{quad.triple} .\n" for quad in quads)
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """Every root shape as a rule, by IRI."""
        return {str(shape): read_rule(self.graph, shape) for shape in root_shapes(self.graph)}

    @cached_property
    def _owner(self) -> dict[Node, Rule]:
        return {
            part: rule
            for iri, rule in self.rules.items()
            for part in parts(self.graph, rdflib.URIRef(iri))
        }

    def rule_of(self, shape: Node) -> Rule | None:
        """The rule that a shape, nested or not, belongs to."""
        return self._owner.get(shape)

    def only(self, rules: Collection[str]) -> Shapes:
        """The shapes of some rules (IRIs) alone, with the settings of all."""
        kept = self._parts_of(rules)
        left_out = self._parts_of(self.rules.keys() - rules) - kept
        graph = rdflib.Graph()
        for triple in self.graph:
            if triple[0] not in left_out or str(triple[1]).startswith(PREFIXES["mlg"]):
                graph.add(triple)
        return Shapes(graph)

    def _parts_of(self, rules: Iterable[str]) -> set[Node]:
        return {part for iri in rules for part in parts(self.graph, rdflib.URIRef(iri))}

    @cached_property
    def packs(self) -> dict[str, Pack]:
        """The packs of rules, by name."""
        return read_packs(self.graph)

    @cached_property
    def settings(self) -> frozenset[tuple[Node, Node, Node]]:
        """What rules state in our own terms (thresholds, risk levels, required points).

        SHACL-SPARQL cannot portably read the shapes graph, so these triples are put beside the
        data while it is validated.
        """
        own = PREFIXES["mlg"]
        return frozenset(t for t in self.graph if str(t[1]).startswith(own))


def load_shapes(*paths: Path) -> Shapes:
    """Read shapes from Turtle files and from folders (all ``*.ttl`` below them).

    In a folder, what lies below a folder ``examples`` is data to try rules on, and is left out.

    Raises :class:`NotFound` for a missing path, :class:`InputError` for text that is not
    Turtle, :class:`QueryRefused` for a constraint that would read other data than it is given.
    """
    return Shapes(to_graph(triple for path in _files(paths) for triple in _read(path)))


def _files(paths: Iterable[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        if not path.exists():
            raise NotFound(f"no shapes at {path}")
        files.extend(_in_folder(path) if path.is_dir() else [path])
    if not files:
        raise NotFound(f"no shapes (*.ttl) in {', '.join(map(str, paths))}")
    return files


def _in_folder(folder: Path) -> list[Path]:
    found = sorted(folder.rglob("*.ttl"))
    return [path for path in found if EXAMPLES not in path.relative_to(folder).parts]


def _read(path: Path) -> list[Triple]:
    """The triples of a file; its blank nodes are named alike each time, by its content."""
    try:
        text = path.read_bytes()
        quads = parse(text, format=RdfFormat.TURTLE, base_iri=path.resolve().as_uri())
        mark = hashlib.sha256(bytes(path) + text).hexdigest()[:16]
        return list(numbered((quad.triple for quad in quads), mark))
    except (SyntaxError, OSError, ValueError) as error:
        raise InputError(f"cannot be read as Turtle: {error}", where=str(path)) from error


def read_graph(path: Path) -> rdflib.Graph:
    """The triples of one Turtle file as they stand, nothing refused.

    Raises :class:`InputError` for a file that is not Turtle.
    """
    return to_graph(_read(path))


def without_literals(query: str) -> str:
    """The text of a query without its IRIs, strings and comments: what may be a keyword."""
    return _NOT_KEYWORDS.sub(" ", query)


def refuse_outside_access(graph: rdflib.Graph) -> None:
    """Raise :class:`QueryRefused` where a constraint uses SERVICE, FROM or LOAD.

    rdflib would fetch what they name, files of this machine too.
    """
    for predicate in _QUERY_TEXT:
        for node, text in graph.subject_objects(predicate):
            found = _REACHES_OUT.search(without_literals(str(text)))
            if found:
                raise QueryRefused(f"{found[1].upper()} is not allowed in a shape", where=str(node))


def import_prefixes(graph: rdflib.Graph) -> None:
    """Give each prefix set the declarations that it takes over by ``owl:imports``.

    They belong to it by ``sh:prefixes/owl:imports*/sh:declare`` (SHACL, 5.2.1), but pySHACL
    does not follow the imports.
    """
    for node in set(graph.objects(None, SH.prefixes)):
        for imported in list(graph.transitive_objects(node, OWL.imports)):
            for declaration in list(graph.objects(imported, SH.declare)):
                graph.add((node, SH.declare, declaration))
