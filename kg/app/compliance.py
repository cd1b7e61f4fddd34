"""Asking whether the graph conforms: the shipped shapes, with those of its owner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from kg.app.graph import KnowledgeGraph
from kg.assets import asset
from kg.config import DataDirectory
from kg.shacl import Report, Shapes, load_shapes, rules_of, set_upcoming_apart, validate_store


def validate(
    graph: KnowledgeGraph,
    *,
    as_of: datetime | None = None,
    shapes: Sequence[Path] = (),
    packs: Sequence[str] = (),
    engine: str = "compiled",
) -> Report:
    """Validate the whole graph at an instant, now unless given.

    Against ``shapes`` where given, else against the structure shapes and the governance rules
    of ``packs``; where none is given, of those that the data directory sets. Rules that do not
    apply yet at the instant are told apart. The shapes are compiled and asked of the store; the
    engine ``pyshacl`` works on a copy in memory.

    Raises :class:`NotFound` for a pack that there is not.
    """
    chosen = load_shapes(*shapes) if shapes else chosen_shapes(graph.data, packs)
    moment = as_of or datetime.now(UTC).replace(microsecond=0)
    report = validate_store(graph.store, chosen, moment, graph.revision, engine=engine)
    return set_upcoming_apart(report)


def chosen_shapes(data: DataDirectory | None, packs: Sequence[str] = ()) -> Shapes:
    """The structure shapes and the rules of the packs given, or else of those that are set."""
    everything = all_shapes(data)
    names = packs or (data.settings().packs if data else ())
    if not names:
        return everything
    structure = structure_rules()
    governance = everything.rules.keys() - structure
    return everything.only(structure | rules_of(everything.packs, names, governance))


def all_shapes(data: DataDirectory | None) -> Shapes:
    """Every shape that ships and every one in the data directory, read anew."""
    places = [asset("shapes", "structure"), asset("shapes", "governance")]
    if data and data.shapes.is_dir():
        places.append(data.shapes)
    return load_shapes(*places)


def structure_rules() -> frozenset[str]:
    """The IRIs of the shapes that say what a sane record is."""
    return frozenset(load_shapes(asset("shapes", "structure")).rules)
