"""Which paths of a SPARQL text the lineage index knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kg.index import Hop, PathWays
from kg.index.links import Family
from kg.namespaces import DCAT, MLG
from kg.sparql.reader.nodes import Node
from kg.sparql.reader.paths import Alternative, Inverse, Path, Repeated, Sequence, Step
from kg.sparql.reader.queries import Query

_FAMILIES: Final = {
    MLG.directlyDependsOn.value: Family.DEPENDENCY,
    DCAT.isVersionOf.value: Family.VERSION,
}


def ways(query: Query, verb: Path | Node) -> PathWays | None:
    """What a path repeats once or more, where that is dependencies and version steps alone."""
    if not isinstance(verb, Repeated) or verb.mark != "+":
        return None
    found = tuple(_alternatives(query, verb.path))
    return None if () in found else found


def _alternatives(query: Query, path: Path) -> Iterator[tuple[Hop, ...]]:
    """The sequences of hops that a path may be; an empty one for what the index does not know."""
    parts = path.parts if isinstance(path, Alternative) else (path,)
    for part in parts:
        if isinstance(part, Alternative):
            yield from _alternatives(query, part)
        else:
            steps = part.parts if isinstance(part, Sequence) else (part,)
            hops = [_hop(query, step) for step in steps]
            yield tuple(hop for hop in hops if hop) if all(hops) else ()


def _hop(query: Query, path: Path) -> Hop | None:
    match path:
        case Inverse(path=inner):
            hop = _hop(query, inner)
            return hop and Hop(hop.family, not hop.down)
        case Step(text=text):
            family = _FAMILIES.get(query.iri(text))
            return None if family is None else Hop(family, down=False)
    return None
