"""What labels flow where, worked out from statements by networkx and plain Python.

It shares no code with the product: steps, labels and measures are read here from sets of
statements, and distances are networkx's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import networkx as nx

from kg.namespaces import ADMS, DCAT, DCT, DPV, MLG, ODRL, PREFIXES, PROV, SKOS
from kg.terms import NamedNode, Triple

LABEL = "https://w3id.org/mlg/label/"
CONTENT = ("personal-data", "special-category", "consent", "licence", "prohibition")
DEPENDENCY = ("retraction", "deprecation")
CUT = ("personal-data", "special-category", "consent")
REFERENCE = NamedNode("https://w3id.org/mlg/data-role/reference")
TRAINING = NamedNode("https://w3id.org/mlg/data-role/training")
MASKING, BLURRING = DPV.Anonymisation, DPV.Pseudonymisation
SPECIAL, HEALTH, MAIL = (
    DPV.SpecialCategoryPersonalData,
    *(NamedNode(f"{PREFIXES['pd']}{name}") for name in ("Health", "EmailAddress")),
)
RETRACTED, DEPRECATED = (
    NamedNode(f"https://w3id.org/mlg/status/{name}") for name in ("retracted", "deprecated")
)
BACKGROUND = [
    *(Triple(MASKING, MLG.stops, NamedNode(LABEL + kind)) for kind in CUT),
    *(Triple(BLURRING, MLG.weakens, NamedNode(LABEL + kind)) for kind in CUT),
]

Cost = tuple[int, int, int]
"""Steps that weaken, unpinned steps, steps."""

Carried = dict[tuple[str, NamedNode, NamedNode | None, NamedNode], Cost]
"""Kind, label, the origin where each is told, and the carrier."""

_FACTORS = (1 << 30, 1 << 15, 1)


class Said:
    """Statements, looked up from their subjects."""

    def __init__(self, statements: Iterable[Triple]) -> None:
        self._objects: defaultdict[tuple[NamedNode, NamedNode], set[NamedNode]] = defaultdict(set)
        self.nodes: set[NamedNode] = set()
        for s, p, o in statements:
            self._objects[s, p].add(o)
            self.nodes |= {s, o}

    def of(self, node: NamedNode, *path: NamedNode) -> set[NamedNode]:
        found = {node}
        for prop in path:
            found = {o for s in found for o in self._objects[s, prop]}
        return found

    def described(self, node: NamedNode) -> set[NamedNode]:
        """The node and what it is a version of."""
        return {node} | self.of(node, DCAT.isVersionOf)


def arcs(said: Said, kind: str) -> nx.DiGraph:
    """From sources to carriers, each with the least cost of a step that is open to the kind."""
    graph = nx.DiGraph()
    graph.add_nodes_from(said.nodes)
    for carrier in said.nodes:
        steps = [(v, (0, 1, 1)) for v in said.nodes if carrier in said.of(v, DCAT.isVersionOf)]
        if kind in DEPENDENCY:
            for node in said.described(carrier):
                steps += [(y, (0, 0, 1)) for y in said.of(node, MLG.directlyDependsOn)]
        else:
            steps += _content_steps(said, carrier, kind)
        for source, paid in steps:
            weight = sum(a * b for a, b in zip(paid, _FACTORS, strict=True))
            known = graph.get_edge_data(source, carrier, {"weight": weight})["weight"]
            if source != carrier:
                graph.add_edge(source, carrier, weight=min(weight, known))
    return graph


def _content_steps(said: Said, carrier: NamedNode, kind: str) -> Iterator[tuple[NamedNode, Cost]]:
    for source in said.nodes:
        passed = [_passes(kind, measures) for measures in _ways(said, carrier, source)]
        open_ones = [cost for cost in passed if cost is not None]
        if open_ones:
            yield source, (min(open_ones), 0, 1)


def _passes(kind: str, measures: set[NamedNode]) -> int | None:
    if kind not in CUT:
        return 0
    return None if MASKING in measures else int(BLURRING in measures)


def _ways(said: Said, carrier: NamedNode, source: NamedNode) -> Iterator[set[NamedNode]]:
    """The measures on each way by which content came from the source."""
    runs = [
        run for run in said.of(carrier, PROV.wasGeneratedBy) if source in said.of(run, PROV.used)
    ]
    for run in runs:
        usages = [u for u in said.of(run, PROV.qualifiedUsage) if source in said.of(u, PROV.entity)]
        roles = {role for usage in usages for role in said.of(usage, PROV.hadRole)}
        if roles != {REFERENCE}:
            yield said.of(run, DPV.hasTechnicalMeasure)
    for node in said.described(carrier):
        for prop in (PROV.wasDerivedFrom, MLG.trainedOn, MLG.usesFeature):
            told = any(said.of(run, DPV.hasTechnicalMeasure) & {MASKING, BLURRING} for run in runs)
            if source in said.of(node, prop) and not told:
                yield set()
        for pipeline in said.of(node, MLG.writtenBy):
            if source in said.of(pipeline, MLG.reads):
                yield said.of(pipeline, DPV.hasTechnicalMeasure)


def labels(said: Said, node: NamedNode) -> Iterator[tuple[str, NamedNode]]:
    """Kind and label of what a node has of itself."""
    for owner in said.described(node):
        for category in said.of(owner, DPV.hasPersonalData):
            yield "personal-data", category
            if SPECIAL in _within(said, category):
                yield "special-category", NamedNode(f"{LABEL}special-category")
        if DPV.Consent in said.of(owner, DPV.hasLegalBasis):
            yield "consent", NamedNode(f"{LABEL}consent")
        for prop in (ODRL.hasPolicy, DCT.license):
            yield from (("licence", policy) for policy in said.of(owner, prop))
            actions = said.of(owner, prop, ODRL.prohibition, ODRL.action)
            yield from (("prohibition", action) for action in actions)
        states = said.of(owner, ADMS.status)
        if RETRACTED in states:
            yield "retraction", NamedNode(f"{LABEL}retraction")
        if DEPRECATED in states:
            yield "deprecation", NamedNode(f"{LABEL}deprecation")


def _within(said: Said, category: NamedNode) -> set[NamedNode]:
    found, new = {category}, {category}
    while new:
        new = {b for c in new for b in said.of(c, SKOS.broader)} - found
        found |= new
    return found


def carried(statements: Iterable[Triple]) -> Carried:
    """All that is carried, with the least cost of a way."""
    said = Said(statements)
    begun: defaultdict[tuple[str, NamedNode, NamedNode | None], set[NamedNode]] = defaultdict(set)
    for node in said.nodes:
        for kind, label in labels(said, node):
            told = node if label.value == LABEL + kind else None
            begun[kind, label, told].add(node)
    graphs = {kind: arcs(said, kind) for kind in (*CONTENT, *DEPENDENCY)}
    return {
        (kind, label, told, carrier): _split(int(total))
        for (kind, label, told), origins in begun.items()
        for carrier, total in nx.multi_source_dijkstra_path_length(graphs[kind], origins).items()
    }


def _split(total: int) -> Cost:
    weakened, rest = divmod(total, _FACTORS[0])
    return (weakened, *divmod(rest, _FACTORS[1]))
