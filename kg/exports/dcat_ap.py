"""The catalog as DCAT-AP 3.0.1, the application profile that European data portals harvest.

What is said lies in the queries (``queries/export/dcat-ap``), how it must be said in the profile
(``shapes/profiles/dcat-ap.ttl``); here the one is put through the other.
Source: SEMICeu/DCAT-AP, release 3.0.1, ``html/shacl/shapes.ttl`` and ``range.ttl``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, cast

from kg.assets import asset, asset_files
from kg.errors import InputError
from kg.exports.conform import ExportWarning, Statements, WarningLog, conform
from kg.exports.profile import load_profile
from kg.exports.serialize import to_bytes
from kg.iri import Names, is_iri
from kg.model import Description
from kg.namespaces import DCAT, DCT, FOAF, SPDX
from kg.sparql.catalog import read_query
from kg.store import GraphStore
from kg.terms import NamedNode, RdfFormat, Triple

_QUERIES: Final = "queries/export/dcat-ap"
_SOURCE: Final = "export"


@dataclass(frozen=True)
class CatalogInfo:
    """What the catalog says of itself; IRIs may be left out, all texts are needed.

    ``iri`` is ``{base}/catalog`` unless given; give the address at which it is published.
    """

    title: str
    description: str
    publisher: str
    publisher_iri: str | None = None
    homepage: str | None = None
    license: str | None = None
    iri: str | None = None


@dataclass(frozen=True)
class DcatCatalog:
    """A conforming catalog, its triples in reading order, and what was changed to conform."""

    triples: tuple[Triple, ...]
    warnings: tuple[ExportWarning, ...]

    def serialize(self, format_: RdfFormat = RdfFormat.TURTLE) -> bytes:
        """The catalog in an RDF format; the same graph gives the same bytes every time."""
        return to_bytes(self.triples, format_)


def export(store: GraphStore, names: Names, catalog: CatalogInfo) -> DcatCatalog:
    """The catalog of everything described in the store.

    Cost is linear in the number of assets and versions. Raises :class:`InputError` for a catalog
    without title, description or publisher, or with an IRI that is none.
    """
    root = _node(catalog.iri, "iri") or NamedNode(f"{names.base}/catalog")
    statements: Statements = {}
    _add(statements, _catalog_triples(root, names, catalog))
    _add(statements, _answers(store, names, root))
    log = WarningLog(names)
    _share_with_distributions(root, statements, log)
    profile = load_profile(asset("shapes", "profiles", "dcat-ap.ttl"))
    triples = conform(root, DCAT.Catalog, statements, profile, names, log)
    return DcatCatalog(tuple(triples), log.all())


def _answers(store: GraphStore, names: Names, catalog: NamedNode) -> Iterator[Triple]:
    """The triples that all queries of the mapping construct."""
    values = {
        "catalog": catalog,
        "datasets": NamedNode(f"{names.instances}dataset/"),
        "skolems": NamedNode(names.skolems),
    }
    for path in asset_files(_QUERIES, ".rq"):
        query = read_query(path, path.stem)
        wanted = {parameter.name: values[parameter.name] for parameter in query.parameters}
        yield from cast(Iterable[Triple], store.query(query.bind(wanted)))


def _catalog_triples(root: NamedNode, names: Names, info: CatalogInfo) -> frozenset[Triple]:
    for field in ("title", "description", "publisher"):
        if not getattr(info, field).strip():
            raise InputError(f"a DCAT-AP catalog needs a {field}")
    publisher = _node(info.publisher_iri, "publisher_iri") or names.skolem("catalog-publisher")
    about = Description(_SOURCE, root)
    about.add(DCT.title, info.title).add(DCT.description, info.description)
    about.add(FOAF.homepage, _node(info.homepage, "homepage"))
    about.add(DCT.license, _node(info.license, "license"))
    about.node(DCT.publisher, publisher).add(FOAF.name, info.publisher)
    return about.record().triples


def _node(iri: str | None, field: str) -> NamedNode | None:
    if iri is None:
        return None
    if not is_iri(iri):
        raise InputError(f"{iri!r} is not an IRI", where=f"{field} of the catalog")
    return NamedNode(iri)


def _add(statements: Statements, triples: Iterable[Triple]) -> None:
    for triple in triples:
        if isinstance(triple.subject, NamedNode):
            properties = statements.setdefault(triple.subject, {})
            properties.setdefault(triple.predicate, set()).add(triple.object)


def _share_with_distributions(root: NamedNode, statements: Statements, log: WarningLog) -> None:
    """Give distributions what sources state of the dataset but DCAT-AP of distributions alone.

    The licence of a dataset covers all its distributions; a checksum can only be that of one.
    """
    datasets = statements[root].get(DCAT.dataset, ())
    for dataset in sorted(node for node in datasets if isinstance(node, NamedNode)):
        about = statements.get(dataset, {})
        distributions = about.get(DCAT.distribution, ())
        if DCT.license in about and not distributions:
            log.add("dct:license left out, it belongs to a location and none is known", dataset)
        for distribution in distributions:
            if isinstance(distribution, NamedNode):
                own = statements.setdefault(distribution, {})
                own.setdefault(DCT.license, about.get(DCT.license, set()))
                if len(distributions) == 1:
                    own.setdefault(SPDX.checksum, about.get(SPDX.checksum, set()))
