"""Facets that have terms of their own in the graph.

Each function states what it understands of one facet and tells whether that was all of it; what
was not said in full is kept beside it as JSON, so that no facet is ever lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from kg.connectors.openlineage.events import Facet, Facets, Identity
from kg.connectors.openlineage.page import Page, keep, unmapped
from kg.model import Description
from kg.namespaces import (
    ADMS,
    DCAT,
    DCT,
    FOAF,
    MLG,
    MLS,
    ORG,
    PROV,
    STATUS_BASE,
    expand,
)
from kg.terms import NamedNode

_DIRECTORY = "org"
"""The system of people and teams: one for all tools, so that owners named alike are one node."""

_TEAM_PREFIXES = frozenset({"team", "group"})
_PERSON_PREFIXES = frozenset({"user", "person"})


def describe_facets(page: Page, facets: Facets) -> None:
    """State every facet of the page's subject: in terms where there are any, else as JSON."""
    for name, facet in facets.items():
        state = _TERMS.get(name)
        if state is None or not state(page, facet):
            keep(page.about, name, facet)


def _documentation(page: Page, facet: Facet) -> bool:
    text = facet.get("description")
    if not isinstance(text, str):
        return False
    page.about.add(DCT.description, text)
    return _has_only(facet, "description")


def _schema(page: Page, facet: Facet) -> bool:
    fields = facet.get("fields")
    return _fields(page, fields, "") and _has_only(facet, "fields")


def _fields(page: Page, fields: object, prefix: str) -> bool:
    """State the fields and those nested in them, under dotted names."""
    items = list(objects(fields))
    named = [item for item in items if _text(item, "name")]
    complete = [_field(page, item, prefix) for item in named]
    return isinstance(fields, list) and len(named) == len(fields) and all(complete)


def _field(page: Page, field: Mapping[str, Any], prefix: str) -> bool:
    path = f"{prefix}{field['name']}"
    node = _field_node(page, path)
    node.add(DCT.type, _text(field, "type")).add(DCT.description, _text(field, "description"))
    position = field.get("ordinal_position")
    if isinstance(position, int) and not isinstance(position, bool):
        node.add(unmapped("ordinal_position"), position)
    told = {"name", "type", "description", "ordinal_position", "fields"}
    for key, value in field.items():
        if key not in told and value not in (None, "", [], {}):
            keep(node, key, value)
    return not field.get("fields") or _fields(page, field["fields"], f"{path}.")


def _field_node(page: Page, path: str) -> Description:
    return page.part(page.about, MLG.field, path).add(DCT.title, path)


def _ownership(page: Page, facet: Facet) -> bool:
    for owner in objects(facet.get("owners")):
        name = _text(owner, "name")
        if name:
            _owner(page, name)
    return False


def _owner(page: Page, name: str) -> None:
    """An owner such as ``team:data`` or ``user:jdoe``; an address is a person, a bare name a team.

    Any other prefix (``application:x``) names neither person nor team and is left to the JSON.
    """
    prefix, colon, rest = name.partition(":")
    key = rest if colon else name
    if prefix in _PERSON_PREFIXES or (not colon and "@" in name):
        kind, agent_class = "person", PROV.Person
    elif prefix in _TEAM_PREFIXES or not colon:
        kind, agent_class = "team", ORG.OrganizationalUnit
    else:
        return
    if key:
        agent = page.names.mint(kind, _DIRECTORY, key)
        page.about.node(MLG.ownedBy, agent).a(agent_class).add(FOAF.name, key)


def _tags(page: Page, facet: Facet) -> bool:
    for tag in objects(facet.get("tags")):
        key, value, field = (_text(tag, name) for name in ("key", "value", "field"))
        if key:
            keyword = key if value is None or value.lower() == "true" else f"{key}:{value}"
            described = _field_node(page, field) if field else page.about
            described.add(DCAT.keyword, keyword)
    return False


def _symlinks(page: Page, facet: Facet) -> bool:
    for item in objects(facet.get("identifiers")):
        other = identity(item)
        if other and page.dataset(other) != page.about.subject:
            page.about.add(PROV.alternateOf, page.describe_dataset(other))
    return False


def _lifecycle(page: Page, facet: Facet) -> bool:
    if facet.get("lifecycleStateChange") == "DROP":
        page.about.add(ADMS.status, NamedNode(STATUS_BASE + "retired"))
    return False


def _source_code(page: Page, facet: Facet) -> bool:
    url = _text(facet, "repoUrl") or _text(facet, "url")
    if url:
        # Not every URL that tools send is an IRI; the JSON has it in any case.
        with suppress(ValueError):
            page.about.add(expand("schema:codeRepository"), NamedNode(url))
    return False


def _parent(page: Page, facet: Facet) -> bool:
    """The parent run and, where told, the root of the hierarchy."""
    for item in (facet, facet.get("root")):
        match item:
            case {"run": {"runId": str(run_id)}, "job": dict(job)} if run_id:
                parent = identity(job)
                if parent and page.run(run_id.lower()) != page.about.subject:
                    page.about.add(DCT.isPartOf, page.describe_job(parent, run_id.lower()))
    return False


def _parameters(page: Page, facet: Facet) -> bool:
    parameters = facet.get("parameters")
    complete = [_parameter(page, item) for item in objects(parameters)]
    all_read = isinstance(parameters, list) and len(complete) == len(parameters)
    return all_read and all(complete) and _has_only(facet, "parameters")


def _parameter(page: Page, item: Mapping[str, Any]) -> bool:
    key, value = _text(item, "key"), item.get("value")
    if key is None or not isinstance(value, str | None):
        return False
    node = page.part(page.about, MLG.parameter, key).a(MLS.HyperParameterSetting)
    node.add(DCT.identifier, key).add(MLS.hasValue, value)
    node.add(DCT.title, _text(item, "name")).add(DCT.description, _text(item, "description"))
    return True


_TERMS: Final[Mapping[str, Callable[[Page, Facet], bool]]] = {
    "documentation": _documentation,
    "executionParameters": _parameters,
    "lifecycleStateChange": _lifecycle,
    "ownership": _ownership,
    "parent": _parent,
    "schema": _schema,
    "sourceCodeLocation": _source_code,
    "symlinks": _symlinks,
    "tags": _tags,
}


def objects(value: object) -> Iterator[Mapping[str, Any]]:
    """The objects in what should be an array of them."""
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def identity(item: Mapping[str, Any]) -> Identity | None:
    """The namespace and name in an object, if both are there."""
    namespace, name = _text(item, "namespace"), _text(item, "name")
    return Identity(namespace, name) if namespace and name else None


def _text(item: Mapping[str, Any], key: str) -> str | None:
    value = item.get(key)
    return value if isinstance(value, str) and value else None


def _has_only(facet: Facet, *keys: str) -> bool:
    return all(key in keys or key.startswith("_") for key in facet)
