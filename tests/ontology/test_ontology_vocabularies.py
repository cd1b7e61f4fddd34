"""Every term of a vocabulary that we use exists in what its publisher has published."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rdflib import DCTERMS, FOAF, OWL, RDF, RDFS, SDO, SKOS, VANN, VOID, XSD, URIRef

from kg.assets import ROOT, asset, asset_files
from kg.namespaces import PREFIXES
from kg.terms import Literal, NamedNode, Quad, RdfFormat, parse

PUBLISHED = ("ODRL22", "dcat3", "dqv", "mls", "org", "prov-o", "shacl")
PRIVACY = ("ai", "dpv", "eu-aiact", "pd", "tech")
# Vocabularies whose terms rdflib lists.
LISTED = (DCTERMS, FOAF, OWL, RDF, RDFS, SDO, SKOS, VANN, VOID, XSD)
# Vocabularies of which only the use by a published application profile is at hand.
PROFILES = ("dcat-ap-3.0.1/shapes.ttl", "mldcat-ap-3.1.0/shacl/mldcat-ap-SHACL.ttl")
# Terms of vocabularies of which nothing is at hand: BIBO, vCard and vocab-status, by name.
BY_NAME = {
    "http://purl.org/ontology/bibo/status",
    "http://purl.org/ontology/bibo/status/published",
    "http://www.w3.org/2003/06/sw-vocab-status/ns#term_status",
    "http://www.w3.org/2006/vcard/ns#Kind",
    "http://www.w3.org/2006/vcard/ns#fn",
    "http://www.w3.org/2006/vcard/ns#hasEmail",
}
# Not terms of a vocabulary: our own identifiers, and things that we point to.
IDENTIFIERS = (
    "https://w3id.org/mlg/",
    "http://localhost:7077/id/",
    "https://spdx.org/licenses/",
    "http://data.europa.eu/eli/",
    "https://example.org/",
)
DOCUMENTS = {f"{RDFS}isDefinedBy", f"{RDFS}seeAlso", f"{OWL}versionIRI"}

_PREFIXED = re.compile(rf"(?<![\w:/-])({'|'.join(PREFIXES)}):([A-Za-z]\w*)")


def _turtle(path: Path) -> Iterator[Quad]:
    return parse(path=path, format=RdfFormat.TURTLE)


def _used_in(path: Path) -> Iterator[str]:
    """The IRIs of a Turtle file, and those named with a prefix in its texts (SPARQL, messages)."""
    for quad in _turtle(path):
        ends = [] if quad.predicate.value in DOCUMENTS else [quad.subject, quad.object]
        for term in (quad.predicate, *ends):
            if isinstance(term, NamedNode):
                yield term.value
            elif isinstance(term, Literal):
                yield term.datatype.value
                yield from (PREFIXES[m[1]] + m[2] for m in _PREFIXED.finditer(term.value))


def _used_in_context(terms: dict[str, Any]) -> Iterator[str]:
    """The IRIs that keys of a JSON-LD context, and of the contexts within, stand for."""
    for key, definition in terms.items():
        inner = definition if isinstance(definition, dict) else {"@id": definition}
        prefix, colon, local = str(inner.get("@id", "")).partition(":")
        if colon and prefix in PREFIXES and not key.startswith("@"):
            yield PREFIXES[prefix] + local
        yield from _used_in_context(inner.get("@context", {}))


def _missing(used: Iterable[str], known: set[str]) -> list[str]:
    return sorted(
        iri
        for iri in set(used) - known - BY_NAME
        if not iri.startswith(IDENTIFIERS) and not any(URIRef(iri) in ns for ns in LISTED)
    )


@pytest.fixture(scope="module")
def known(vocab_dir: Path, conformance: Path, core_files: list[Path]) -> set[str]:
    """The IRIs that vocabularies at hand describe, and ours, and those that profiles use."""
    files = [vocab_dir / "w3c" / f"{name}.ttl" for name in PUBLISHED]
    files += [vocab_dir / "dpv-2.3" / f"{name}.ttl" for name in PRIVACY]
    quads = [quad for path in [*files, *core_files] for quad in _turtle(path)]
    fair4ml = vocab_dir / "fair4ml" / "fair4ml-0.1.0.jsonld"
    quads += parse(path=fair4ml, format=RdfFormat.JSON_LD)
    subjects = {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}
    used = (quad.object for name in PROFILES for quad in _turtle(conformance / name))
    return {"https://w3id.org/mlg"} | subjects | {t.value for t in used if isinstance(t, NamedNode)}


@pytest.mark.parametrize(
    "path",
    [*asset_files("ontology", ".ttl"), *asset_files("shapes", ".ttl")],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_the_terms_of_a_file_exist(path: Path, known: set[str]) -> None:
    """No term is misspelt or made up."""
    assert _missing(_used_in(path), known) == []


def test_the_terms_of_the_context_exist(known: set[str]) -> None:
    """No key of the native format stands for a term that nobody has defined."""
    document = json.loads(asset("ontology", "context.jsonld").read_text(encoding="utf-8"))
    used = set(_used_in_context(document["@context"]))
    assert len(used) > 100
    assert _missing(used, known) == []


def test_a_term_that_does_not_exist_is_found(tmp_path: Path, known: set[str]) -> None:
    """In triples and in the text of a query alike."""
    file = tmp_path / "made-up.ttl"
    file.write_text(
        "@prefix prov: <http://www.w3.org/ns/prov#> .\n"
        '<https://example.org/a> prov:wasInventedBy "SELECT ?x { ?x dct:inventor ?y }" .'
    )
    assert _missing(_used_in(file), known) == [
        "http://purl.org/dc/terms/inventor",
        "http://www.w3.org/ns/prov#wasInventedBy",
    ]
