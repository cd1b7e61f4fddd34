"""Estates and questions by chance, about what the lineage index knows beside closures.

Estates have the same statement in two records, types in several layers, blank nodes' statements,
and things that have ended. Questions put closures beside these, and beside what it does not know.
"""

from __future__ import annotations

from random import Random

from kg.app import KnowledgeGraph
from kg.commit import Change
from kg.model import Record
from kg.namespaces import DCAT, DCT, MLG, PROV, RDF, XSD
from kg.terms import Literal, NamedNode, Triple

THINGS = 8
PROLOGUE = (
    "PREFIX : <http://localhost:7077/id/thing/t/> PREFIX mlg: <https://w3id.org/mlg#> "
    "PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX dcat: <http://www.w3.org/ns/dcat#> "
    "PREFIX dct: <http://purl.org/dc/terms/> "
)
_CLASSES = [MLG.Dataset, MLG.Service, MLG.Deployment, MLG.Run, PROV.Entity]
_RELATIONS = [PROV.used, PROV.wasDerivedFrom, MLG.deploys, MLG.servedBy, MLG.ownedBy]
_VARIABLES = ["?a", "?b", "?c"]
_TYPES = ["mlg:Dataset", "mlg:Service", "prov:Entity", "mlg:Deployment", "mlg:Asset", "?t"]
_STEPS = [
    "mlg:ownedBy",
    "mlg:servedBy",
    "dcat:isVersionOf",
    "mlg:directlyDependsOn",
    "^mlg:ownedBy",
]
_WALKS = ["mlg:dependsOn", "mlg:directlyDependsOn*", "^mlg:directlyDependsOn+"]
_PATHS = ["prov:wasDerivedFrom*", "prov:used/prov:wasDerivedFrom*", "prov:used+"]
_ELSE = [
    "{0} dct:title ?n .",
    "OPTIONAL {{ {0} dct:title ?n }}",
    "OPTIONAL {{ {0} mlg:ownedBy {1} }}",
    "MINUS {{ {0} mlg:ownedBy :3 }}",
    "{{ {0} dct:title ?n }} UNION {{ {0} a mlg:Service }}",
    "VALUES {0} {{ :1 :2 :3 :9 }}",
    "FILTER({0} != {1})",
    "BIND(STR({0}) AS ?s)",
    "FILTER EXISTS {{ {0} dct:title 'one' }}",
]
_FORMS = [
    ("SELECT * {{ {} }}", ""),
    ("SELECT ?a {{ {} }}", ""),
    ("SELECT ?a ?b {{ {} }}", ""),
    ("SELECT DISTINCT ?a {{ {} }}", ""),
    ("SELECT DISTINCT ?b ?t {{ {} }}", ""),
    ("ASK {{ {} }}", ""),
    ("SELECT (COUNT(*) AS ?n) {{ {} }}", ""),
    ("SELECT (COUNT(?a) AS ?k) {{ {} }}", ""),
    ("SELECT (COUNT(DISTINCT ?a) AS ?k) {{ {} }}", ""),
    ("SELECT ?b (COUNT(?a) AS ?k) {{ {} }} GROUP BY ?b", ""),
    ("SELECT ?b (COUNT(DISTINCT ?a) AS ?k) (COUNT(*) AS ?m) {{ {} }} GROUP BY ?b", ""),
    ("SELECT ?b ?t (COUNT(DISTINCT ?a) AS ?k) {{ {} }} GROUP BY ?b ?t", ""),
    ("SELECT ?t (COUNT(DISTINCT ?a) AS ?k) (MAX(?b) AS ?m) {{ {} }} GROUP BY ?t", ""),
    ("SELECT ?b (SUM(1) AS ?k) {{ {} }} GROUP BY ?b HAVING(COUNT(?a) > 1)", ""),
    ("CONSTRUCT {{ ?a dct:relation ?b }} WHERE {{ {} }}", ""),
]


def estate(graph: KnowledgeGraph, random: Random) -> None:
    """Records of some things by two sources, in two commits, of which the second changes some."""
    for _ in range(2):
        records = {}
        for _ in range(random.randint(4, 10)):
            number, source = random.randrange(THINGS), random.choice(["curated", "other"])
            subject = _thing(graph, number)
            triples = frozenset(_statements(graph, random, subject))
            records[source, number] = Record(source, subject, triples)
        graph.committer.commit(Change(list(records.values())), agent="test")


def question(random: Random) -> str:
    """A query with at least one closure in it, or a path that the index does not know."""
    parts = [f"{_end(random, 4)} {random.choice(_WALKS)} {_end(random, 2)} ."]
    if random.random() < 0.25:
        parts = [
            f"{random.choice(_VARIABLES)} {random.choice(_PATHS)} :{random.randrange(THINGS)} ."
        ]
    parts += [_known(random) for _ in range(random.randint(1, 3))]
    if random.random() < 0.4:
        inner = " ".join(_inner(random) for _ in range(random.randint(1, 2)))
        parts.append(f"FILTER {random.choice(['', 'NOT '])}EXISTS {{ {inner} }}")
    for _ in range(random.choice([0, 0, 1, 1, 2])):
        variables = random.sample(_VARIABLES, 2)
        parts.append(random.choice(_ELSE).format(*variables))
    if random.random() < 0.5:
        random.shuffle(parts)
    return PROLOGUE + random.choice(_FORMS)[0].format(" ".join(parts))


def _known(random: Random) -> str:
    if random.random() < 0.5:
        return f"{random.choice(_VARIABLES)} a {random.choice(_TYPES)} ."
    return f"{_end(random, 6)} {random.choice(_STEPS)} {_end(random, 4)} ."


def _inner(random: Random) -> str:
    return random.choice(
        [
            "?a prov:endedAtTime ?e .",
            f"?a mlg:dependsOn :{random.randrange(THINGS)} .",
            f"?b mlg:dependsOn :{random.randrange(THINGS)} .",
            "?a mlg:ownedBy ?o .",
            "?a mlg:ownedBy ?o . ?o a mlg:Service .",
        ]
    )


def _end(random: Random, among: int) -> str:
    """A variable, or now and then a node."""
    if random.randrange(among) == 0:
        return f":{random.randrange(THINGS)}"
    return random.choice(_VARIABLES)


def _thing(graph: KnowledgeGraph, number: int) -> NamedNode:
    return graph.names.mint("thing", "t", str(number))


def _statements(graph: KnowledgeGraph, random: Random, subject: NamedNode) -> list[Triple]:
    found = [
        Triple(subject, RDF.type, cls) for cls in random.sample(_CLASSES, random.randint(0, 2))
    ]
    for _ in range(random.randint(0, 3)):
        about = subject if random.random() < 0.8 else graph.names.skolem(str(random.randrange(2)))
        target = _thing(graph, random.randrange(THINGS))
        found.append(Triple(about, random.choice(_RELATIONS), target))
        if about != subject:
            found.append(Triple(subject, PROV.used, about))
            found.append(Triple(about, RDF.type, random.choice(_CLASSES)))
    if random.random() < 0.3:
        found.append(Triple(subject, DCAT.isVersionOf, _thing(graph, random.randrange(THINGS))))
    if random.random() < 0.4:
        end = Literal("2026-01-01T00:00:00Z", datatype=XSD.dateTime)
        found.append(Triple(subject, PROV.endedAtTime, end))
    if random.random() < 0.4:
        found.append(Triple(subject, DCT.title, Literal(random.choice(["one", "two"]))))
    return found
