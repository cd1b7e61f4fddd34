"""From what a person types to the thing meant, or to near names."""

from __future__ import annotations

from kg.errors import InputError, NotFound
from kg.iri import Names
from kg.journal import Journal
from kg.lineage import LineageService
from kg.near import near
from kg.terms import NamedNode

_CANDIDATES = 20_000
_SUGGESTED = 3
_NEAR_ENOUGH = 60.0


def resolve(
    text: str, names: Names, lineage: LineageService, journal: Journal, *, past: bool = False
) -> NamedNode:
    """The node of a short form or IRI that the graph knows of, or with ``past`` ever knew of.

    Raises :class:`NotFound`, with names that come near, for anything else.
    """
    try:
        node = names.parse(text)
        if lineage.exists(node) or (past and journal.knew(node)):
            return node
    except InputError:
        pass
    raise NotFound(f"nothing is known of {text!r}", suggestions=suggest(text, names, journal))


def suggest(text: str, names: Names, journal: Journal) -> list[str]:
    """A few described things whose short form is near a text; looks at 20,000 at most."""
    kind, colon, _ = text.partition(":")
    fragment = f"{names.instances}{kind}/" if colon else text
    found = journal.find_subjects(fragment, _CANDIDATES)
    if not found:
        found = journal.find_subjects(names.instances, _CANDIDATES)
    shorts = [names.short(iri) for iri in found]
    return near(text, shorts, most=_SUGGESTED, least=_NEAR_ENOUGH)
