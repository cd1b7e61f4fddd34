"""Queries and graphs by chance, over everything a pattern can stand in.

Variables, predicates and nodes are few, so that patterns share variables and have answers.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from kg.terms import NamedNode, Quad

PROLOGUE = "PREFIX : <http://e/> PREFIX mlg: <https://w3id.org/mlg#> "

_NODES = [f":n{number}" for number in range(5)]
_VARIABLES = ["?x", "?y", "?z"]
_PREDICATES = [":p", ":q", "mlg:directlyDependsOn"]
_DEPENDS = "mlg:dependsOn"


def quads(random: Random) -> list[Quad]:
    """A small dataset: some triples in two graphs, some cycles."""
    found = []
    for _ in range(random.randint(0, 18)):
        subject, target = (_iri(random.choice(_NODES)) for _ in range(2))
        found.append(
            Quad(
                subject,
                _iri(random.choice(_PREDICATES)),
                target,
                _iri(random.choice([":g1", ":g2", ":g2"])),
            )
        )
    return found


def query(random: Random) -> str:
    """A query of any form but DESCRIBE."""
    where = _Patterns(random).group(3)
    form = random.randrange(8)
    if form == 0:
        return f"{PROLOGUE}ASK {where}"
    if form == 1:
        return f"{PROLOGUE}CONSTRUCT {{ ?x :p ?y . ?y :q ?z }} WHERE {where}"
    if form == 2:
        return f"{PROLOGUE}SELECT ?x (COUNT(*) AS ?n) WHERE {where} GROUP BY ?x"
    head = random.choice(["*", "?x", "?x ?y ?z", "DISTINCT ?x ?y"])
    tail = random.choice(["", "", "", " VALUES ?x { :n0 :n1 }"])
    return f"{PROLOGUE}SELECT {head} WHERE {where}{tail}"


def _iri(name: str) -> NamedNode:
    prefix, _, local = name.partition(":")
    return NamedNode(("https://w3id.org/mlg#" if prefix else "http://e/") + local)


class _Patterns:
    """Writes patterns; ``budget`` is how deep groups may still go."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._bound = 0

    def group(self, budget: int) -> str:
        """A group: a sub-select now and then, else elements."""
        if 0 < budget < 3 and self._chance(8):
            head = self._any(["*", "?x", "?x ?y", "DISTINCT ?x", "(COUNT(?x) AS ?n)"])
            return f"{{ SELECT {head} {self.group(budget - 1)} }}"
        parts = [self._triples() if self._chance(2) else self._element(budget)]
        for _ in range(self._random.choice([0, 1, 1, 2, 2])):
            parts.append(self._element(budget))
        text = ""
        for part in parts:
            joint = " . " if text and not text.endswith(("}", ")")) else " "
            text += joint + part
        return f"{{{text} }}"

    def _element(self, budget: int) -> str:
        if budget == 0 or self._chance(3):
            return self._triples()
        makers: list[Callable[[int], str]] = [
            lambda depth: f"OPTIONAL {self.group(depth)}",
            lambda depth: f"OPTIONAL {self.group(depth)}",
            lambda depth: f"{self.group(depth)} UNION {self.group(depth)}",
            lambda depth: f"{self.group(depth)}",
            lambda depth: f"GRAPH {self._any(['?g', ':g1', ':g2'])} {self.group(depth)}",
            lambda depth: f"MINUS {self.group(depth)}",
            lambda depth: f"FILTER {self._any(['', 'NOT '])}EXISTS {self._exists(depth)}",
            lambda depth: f"FILTER {self._any(['', 'NOT '])}EXISTS {self._exists(depth)}",
            lambda depth: f"FILTER (?x = :n1 || EXISTS {self._exists(depth)})",
            lambda _: self._any(["FILTER (?x != ?y)", "FILTER (BOUND(?z))", "FILTER (?x = :n2)"]),
            lambda _: self._binding(),
            lambda _: self._values(),
        ]
        return self._any(makers)(budget - 1)

    def _exists(self, budget: int) -> str:
        if self._chance(4):
            return self.group(budget)
        if self._chance(3):
            condition = self._any(["?x != ?y", "?y = ?z || ?x = :n1", "BOUND(?w)"])
            return f"{{ {self._triples()} . {self._triples()} FILTER ({condition}) }}"
        return f"{{ {self._triples()} }}"

    def _binding(self) -> str:
        self._bound += 1
        value = self._any([*_NODES, "?x", "IRI(STR(?y))"])
        name = self._any([f"?b{self._bound}", f"?b{self._bound}", "?x", "?y"])
        return f"BIND ({value} AS {name})"

    def _values(self) -> str:
        return self._any(
            [
                f"VALUES {self._any(_VARIABLES)} {{ {self._any(_NODES)} }}",
                f"VALUES ({self._any(_VARIABLES)}) {{ ({self._any(_NODES)}) }}",
                f"VALUES (?x ?y) {{ ({self._any(_NODES)} UNDEF) (:n1 :n2) }}",
            ]
        )

    def _triples(self) -> str:
        count = self._random.choice([1, 1, 1, 2])
        return " . ".join(self._statement() for _ in range(count))

    def _statement(self) -> str:
        nodes = [*_VARIABLES, *_VARIABLES, *_VARIABLES, *_NODES]
        subject = self._any([*nodes, *nodes, "?b1", "[]", "[ :p ?y ]"])
        pairs = []
        for _ in range(self._random.choice([1, 1, 1, 2, 3])):
            targets = [self._any([*nodes, *nodes, "[ :q ?z ]"])]
            if self._chance(6):
                targets.append(self._any(nodes))
            pairs.append(f"{self._verb()} {' , '.join(targets)}")
        return f"{subject} {' ; '.join(pairs)}"

    def _verb(self) -> str:
        return self._any(_PREDICATES) if self._chance(3) else self._path(2)

    def _path(self, budget: int) -> str:
        if budget == 0 or self._chance(3):
            return self._any([*_PREDICATES, _DEPENDS, "^:q", f"{self._any(_PREDICATES)}+"])
        inner = self._path(budget - 1)
        grouped = f"({inner})"
        return self._any(
            [
                f"{grouped}+",
                f"{grouped}*",
                f"{grouped}?",
                f"^{grouped}",
                f"{grouped}/{self._path(budget - 1)}",
                f"{self._path(budget - 1)}/{grouped}",
                f"({inner}|{self._path(budget - 1)})",
            ]
        )

    def _any(self, choices: list):  # type: ignore[no-untyped-def,type-arg]
        return self._random.choice(choices)

    def _chance(self, among: int) -> bool:
        return self._random.randrange(among) == 0
