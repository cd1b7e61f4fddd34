"""Every namespace prefix of the project, once.

The table is what ``ontology/context.jsonld``, the query files and all Turtle output use.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from kg.terms import NamedNode

PREFIXES: Final[dict[str, str]] = {
    "adms": "http://www.w3.org/ns/adms#",
    "ai": "https://w3id.org/dpv/ai#",
    "cc": "http://creativecommons.org/ns#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": "http://purl.org/dc/terms/",
    "dpv": "https://w3id.org/dpv#",
    "dqv": "http://www.w3.org/ns/dqv#",
    "eu-aiact": "https://w3id.org/dpv/legal/eu/aiact#",
    "fair4ml": "https://w3id.org/fair4ml#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "it6": "http://data.europa.eu/it6/",
    "mlg": "https://w3id.org/mlg#",
    "mls": "http://www.w3.org/ns/mls#",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "pd": "https://w3id.org/dpv/pd#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "unmapped": "https://w3id.org/mlg/unmapped#",
    "tech": "https://w3id.org/dpv/tech#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

_COMPACTED: Final = 10_000  # names that are kept as they were shortened

ONTOLOGY_IRI: Final = "https://w3id.org/mlg"
STATUS_BASE: Final = "https://w3id.org/mlg/status/"
RUN_TYPE_BASE: Final = "https://w3id.org/mlg/run-type/"
DATA_ROLE_BASE: Final = "https://w3id.org/mlg/data-role/"
EVIDENCE_LEVEL_BASE: Final = "https://w3id.org/mlg/evidence-level/"


class Namespace:
    """A prefix whose attributes are its terms: ``PROV.used`` is the node ``prov:used``."""

    def __init__(self, prefix: str) -> None:
        self.iri = PREFIXES[prefix]

    def __getattr__(self, local: str) -> NamedNode:
        if local.startswith("__"):
            raise AttributeError(local)
        return self[local]

    def __getitem__(self, local: str) -> NamedNode:
        return NamedNode(self.iri + local)


ADMS = Namespace("adms")
DCAT = Namespace("dcat")
DCT = Namespace("dct")
DPV = Namespace("dpv")
DQV = Namespace("dqv")
FOAF = Namespace("foaf")
MLG = Namespace("mlg")
MLS = Namespace("mls")
ORG = Namespace("org")
ODRL = Namespace("odrl")
OWL = Namespace("owl")
PROV = Namespace("prov")
RDF = Namespace("rdf")
RDFS = Namespace("rdfs")
SCHEMA = Namespace("schema")
SH = Namespace("sh")
SKOS = Namespace("skos")
SPDX = Namespace("spdx")
UNMAPPED = Namespace("unmapped")
VCARD = Namespace("vcard")
VOID = Namespace("void")
XSD = Namespace("xsd")


def expand(curie: str) -> NamedNode:
    """The node of a prefixed name such as ``prov:used``; ``KeyError`` for an unknown prefix."""
    prefix, _, local = curie.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


@lru_cache(_COMPACTED)
def compact(iri: str) -> str:
    """The shortest prefixed name for an IRI, or the IRI itself where no prefix fits."""
    best = ""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and len(namespace) > len(PREFIXES.get(best, "")):
            best = prefix
    return f"{best}:{iri[len(PREFIXES[best]) :]}" if best else iri
