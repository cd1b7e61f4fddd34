"""Trying rules on example data: files that must pass, fail, or only nearly fail.

The name of a file says what it must give: ``pass…`` and ``near-miss…`` nothing, ``fail…`` at
least one result. An ``expected.yaml`` beside the files says more: the results of each by the
keys ``focus``, ``value``, ``severity`` and ``constraint``, and the instant (``asOf``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import yaml

from kg.errors import InputError, NotFound
from kg.instants import read_instant
from kg.iri import Names
from kg.namespaces import MLG, SKOS
from kg.ontology import Ontology
from kg.propagation import facts_of
from kg.rdfio import read_quads
from kg.shacl.rdflib_bridge import to_graph
from kg.shacl.reference import validate
from kg.shacl.report import Result
from kg.shacl.shapes import Shapes
from kg.terms import Term, Triple

_SORTS: Final = ("pass", "fail", "near-miss")
_BACKGROUND: Final = (SKOS.broader, MLG.stops, MLG.weakens)


@dataclass(frozen=True)
class Trial:
    """What rules gave on one file, and whether that was due."""

    file: Path
    found: tuple[Result, ...]
    as_expected: bool


def example_files(rules: Path) -> list[Path]:
    """The example data of a file of rules: in ``examples/<name of the file>`` beside it.

    Raises :class:`NotFound` where there are none.
    """
    folder = rules.parent / "examples" / rules.stem
    files = sorted(folder.glob("*.ttl"))
    if not files:
        raise NotFound(f"there is no example data (*.ttl) in {folder}")
    return files


def try_rules(
    shapes: Shapes, files: Iterable[Path], ontology: Ontology, names: Names, as_of: datetime
) -> list[Trial]:
    """Try rules on example data at an instant, unless the examples tell their own.

    Raises :class:`InputError` for a file whose name does not say what it must give.
    """
    return [_try(shapes, path, ontology, names, as_of) for path in files]


def described(triples: Iterable[Triple], ontology: Ontology) -> set[Triple]:
    """Triples as a graph would hold them: with what is entailed and derived, and what the
    ontology tells of categories and measures."""
    told = {t for t in ontology.triples if t.predicate in _BACKGROUND}
    known = {*triples, *told}
    known |= ontology.entail(known)
    return known | facts_of(known)


def _try(shapes: Shapes, path: Path, ontology: Ontology, names: Names, as_of: datetime) -> Trial:
    expected = _expected(path)
    moment = read_instant(str(expected["asOf"])) if "asOf" in expected else as_of
    data = described((quad.triple for quad in read_quads(path)), ontology)
    found = validate(to_graph(data), shapes, moment).results
    due = expected.get(path.name)
    if due is None:
        return Trial(path, found, bool(found) == (_sort(path) == "fail"))
    return Trial(path, found, _same(found, due, names))


def _expected(path: Path) -> Mapping[str, Any]:
    file = path.with_name("expected.yaml")
    try:
        told = yaml.safe_load(file.read_text(encoding="utf-8")) if file.is_file() else {}
    except (OSError, yaml.YAMLError) as error:
        raise InputError(f"not valid YAML: {error}", where=str(file)) from error
    return told if isinstance(told, Mapping) else {}


def _sort(path: Path) -> str:
    for sort in _SORTS:
        if path.name.startswith(sort):
            return sort
    raise InputError(
        "the name does not say what it must give",
        where=str(path),
        hint="begin it with pass, fail or near-miss",
    )


def _same(found: Iterable[Result], due: list[dict[str, str]], names: Names) -> bool:
    keys = set(due[0]) if due else {"focus"}
    shown = [{key: value for key, value in _words(r, names).items() if key in keys} for r in found]
    return sorted(shown, key=str) == sorted(due, key=str)


def _words(result: Result, names: Names) -> dict[str, str]:
    return {
        "focus": _short(result.focus, names),
        "path": result.path_text,
        "value": _short(result.value, names),
        "severity": result.level,
        "constraint": _short(result.constraint, names).rpartition("/")[2],
    }


def _short(term: Term | None, names: Names) -> str:
    return "" if term is None else names.short(term.value)
