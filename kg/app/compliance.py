"""Asking whether the graph conforms: the shipped shapes, with those of its owner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from kg.app.graph import KnowledgeGraph
from kg.assets import asset
from kg.compliance.waivers import apply_waivers, read_waivers
from kg.config import DataDirectory
from kg.shacl import Report, Shapes, load_shapes, rules_of, set_upcoming_apart
from kg.shacl.engines import validate_store


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
    of ``packs``; where none is given, of those that the data directory sets. The ``engine`` is
    ``compiled``, which asks the store, or ``pyshacl``, which works on a copy in memory.

    Raises :class:`NotFound` for a pack that there is not.
    """
    return judge(graph, asked_shapes(graph.data, shapes, packs), as_of, engine=engine)


def judge(
    graph: KnowledgeGraph,
    shapes: Shapes,
    as_of: datetime | None = None,
    *,
    engine: str = "compiled",
) -> Report:
    """What shapes find in the whole graph at an instant, now unless given.

    Rules that do not apply yet at the instant are told apart, and waivers that hold then count.
    """
    moment = as_of or datetime.now(UTC).replace(microsecond=0)
    store, index = graph.store, graph.index.at()
    found = validate_store(store, shapes, moment, graph.revision, engine=engine, index=index)
    report = set_upcoming_apart(found)
    return apply_waivers(report, read_waivers(graph.store), moment)


def asked_shapes(
    data: DataDirectory | None, shapes: Sequence[Path] = (), packs: Sequence[str] = ()
) -> Shapes:
    """The shapes given, or else those of the packs given, or else of the packs that are set."""
    return load_shapes(*shapes) if shapes else chosen_shapes(data, packs)


def chosen_shapes(data: DataDirectory | None, packs: Sequence[str] = ()) -> Shapes:
    """The structure shapes and the rules of the packs given, or else of those that are set."""
    return chosen_from(all_shapes(data), chosen_packs(data, packs), structure_rules())


def chosen_from(everything: Shapes, packs: Sequence[str], always: frozenset[str]) -> Shapes:
    """The rules of the packs named, and those (IRIs) that are asked always; all without a name.

    Raises :class:`NotFound` for a pack that there is not.
    """
    if not packs:
        return everything
    governance = everything.rules.keys() - always
    return everything.only(always | rules_of(everything.packs, packs, governance))


def chosen_packs(data: DataDirectory | None, packs: Sequence[str] = ()) -> tuple[str, ...]:
    """The packs given, or else those that the data directory sets; none stands for all."""
    return tuple(packs or (data.settings().packs if data else ()))


def all_shapes(data: DataDirectory | None) -> Shapes:
    """Every shape that ships and every one in the data directory, read anew."""
    return load_shapes(*shape_folders(data))


def shape_folders(data: DataDirectory | None) -> list[Path]:
    """Where the shapes lie that ship, and those of the data directory."""
    own = [data.shapes] if data and data.shapes.is_dir() else []
    return [asset("shapes", "structure"), asset("shapes", "governance"), *own]


@cache
def structure_rules() -> frozenset[str]:
    """The IRIs of the shapes that say what a sane record is; they ship, so they are read once."""
    return frozenset(load_shapes(asset("shapes", "structure")).rules)
