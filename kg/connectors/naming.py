"""Names of datasets: the OpenLineage namespace and name for what a tool calls a location.

Every connector names datasets here, so that a file that one tool logged as a model's input and
another reported as a job's output is one node of the graph. Rules:
https://github.com/OpenLineage/OpenLineage/blob/main/spec/Naming.md. Names hold no credentials.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from kg.errors import InputError
from kg.iri import Names
from kg.terms import NamedNode

HUGGING_FACE: Final = "hf"
LOCAL_FILES: Final = "file"
SESSION_CATALOG: Final = "spark"

# Where a bucket, a broker or a database is the data source, a name is relative to it ...
_RELATIVE: Final = {
    "abfs": "abfss",
    "abfss": "abfss",
    "bigquery": "bigquery",
    "gcs": "gs",
    "gs": "gs",
    "hive": "hive",
    "kafka": "kafka",
    "mssql": "sqlserver",
    "mysql": "mysql",
    "oracle": "oracle",
    "postgres": "postgres",
    "postgresql": "postgres",
    "redshift": "redshift",
    "s3": "s3",
    "s3a": "s3",
    "s3n": "s3",
    "snowflake": "snowflake",
    "sqlserver": "sqlserver",
    "trino": "trino",
    "wasb": "wasbs",
    "wasbs": "wasbs",
}
# ... and in a file system or on the web (every other scheme) it is a path from the root.

_DEFAULT_PORTS: Final = {
    "mysql": 3306,
    "oracle": 1521,
    "postgres": 5432,
    "redshift": 5439,
    "sqlserver": 1433,
}
_DEFAULT_SCHEMAS: Final = {"postgres": "public", "redshift": "public", "sqlserver": "dbo"}
_NO_SCHEMAS: Final = ("hive", "mysql")
# Azure writes container@account where other schemes have user:password@host.
_CONTAINERS: Final = ("abfs", "abfss", "wasb", "wasbs")

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
# URLs are looked for inside JSON text too, so an escaped letter (\u00fc) does not end one.
_USERINFO = re.compile(r"://((?:[^\s/?#\"'\\<>]|\\+u[0-9A-Fa-f]{4})*)@")
_REMAINDER = re.compile(r"://(?:[^\s\"'\\<>]|\\+u[0-9A-Fa-f]{4})*")
_SECRET = re.compile(r"sig|token|secret|passw|pwd|key|credential|auth", re.IGNORECASE)


@dataclass(frozen=True)
class DatasetName:
    """What OpenLineage identifies a dataset by: its data source and its name there."""

    namespace: str
    name: str

    def dataset(self, names: Names) -> NamedNode:
        """The IRI of the dataset."""
        return names.mint("dataset", self.namespace, self.name)

    def version(self, names: Names, version: str) -> NamedNode:
        """The IRI of one version of the dataset, such as a digest or a snapshot."""
        return names.mint("dataset-version", self.namespace, self.name, version)


def scrub(text: str) -> str:
    """The text with the credentials taken out of every URL in it.

    Goes: the user and password before a host, and a query with a parameter that looks like a
    secret (a signature, a token, a key).
    """
    if "://" not in text:
        return text
    return _REMAINDER.sub(_without_secrets, _USERINFO.sub(_without_userinfo, text))


def _without_userinfo(found: re.Match[str]) -> str:
    before = found.string[max(found.start() - 5, 0) : found.start()].lower()
    container = before.endswith(_CONTAINERS) and ":" not in found[1]
    return found[0] if container else "://"


def _without_secrets(found: re.Match[str]) -> str:
    address, _, rest = found[0].partition("?")
    query, hash_, fragment = rest.partition("#")
    return address + hash_ + fragment if _SECRET.search(query) else found[0]


def from_event(namespace: str, name: str) -> DatasetName:
    """The name that an OpenLineage event gives as a pair; raises InputError when half is empty."""
    if not namespace or not name:
        raise InputError(f"a dataset needs a namespace and a name, not {namespace!r} and {name!r}")
    return DatasetName(scrub(namespace), scrub(name))


def from_uri(uri: str) -> DatasetName:
    """The name of the dataset at a URI or at a path of the local file system.

    Raises :class:`InputError` for an empty location.
    """
    location = scrub(uri.strip())
    scheme = _SCHEME.match(location)
    if not location:
        raise InputError("a dataset's location is empty")
    if not scheme:
        return DatasetName(LOCAL_FILES, location.rstrip("/") or "/")
    if scheme[1].lower() == HUGGING_FACE:
        return _from_hub(location)
    return _from_parts(scheme[1].lower(), location)


def _from_parts(scheme: str, location: str) -> DatasetName:
    authority, path = _split(location)
    if scheme == LOCAL_FILES:
        namespace = f"file://{authority}" if authority not in ("", "localhost") else LOCAL_FILES
        return DatasetName(namespace, unquote(path).rstrip("/") or "/")
    if scheme in ("http", "https"):
        path = path.partition("#")[0]
    canonical = _RELATIVE.get(scheme)
    name = path.strip("/") if canonical else path.rstrip("/")
    return DatasetName(_source(canonical or scheme, authority), name or "/")


def _split(location: str) -> tuple[str, str]:
    """Authority and all that follows it: ``?`` and ``#`` are ordinary in an object's key."""
    rest = location.partition(":")[2]
    if not rest.startswith("//"):
        return "", rest
    authority, slash, path = rest[2:].partition("/")
    return authority, slash + path


def _source(scheme: str, authority: str) -> str:
    if not authority:
        return scheme
    port = _DEFAULT_PORTS.get(scheme)
    has_port = re.search(r":\d+\Z", authority)
    return f"{scheme}://{authority}" + (f":{port}" if port and not has_port else "")


def _from_hub(location: str) -> DatasetName:
    """``hf://datasets/{organisation}/{name}@{revision}/{file}`` is a file of the dataset."""
    parts = location.partition("://")[2].removeprefix("datasets/").split("/")
    return from_hugging_face("/".join(parts[:2]).partition("@")[0])


def from_hugging_face(repository: str) -> DatasetName:
    """The name of a dataset repository on the Hugging Face Hub (OpenLineage has no rule)."""
    return from_event(HUGGING_FACE, repository.strip("/"))


def from_catalog(table: str) -> DatasetName:
    """The name of a table known only by its name in the catalog of a Spark session."""
    return from_event(SESSION_CATALOG, table.replace("`", "").strip())


def from_table(database: str, table: str) -> DatasetName:
    """The name of a table of the database at a connection URL.

    ``from_table("postgresql+psycopg2://u:p@db/shop", "orders")`` is ``postgres://db:5432`` and
    ``shop.public.orders``. Raises :class:`InputError` when the URL names no scheme.
    """
    url = scrub(database.strip())
    found = _SCHEME.match(url)
    if not found or not table:
        raise InputError(f"{url!r} and {table!r} do not name a table of a database")
    scheme = found[1].lower().partition("+")[0]
    scheme = _RELATIVE.get(scheme, scheme)
    authority, path = _split(url.partition("?")[0])
    outer = [part for part in path.split("/") if part]
    if len(outer) == 1 and scheme in _DEFAULT_SCHEMAS:
        outer.append(_DEFAULT_SCHEMAS[scheme])
    depth = 2 if scheme in _NO_SCHEMAS else 3
    missing = max(depth - len(table.split(".")), 0)
    return DatasetName(_source(scheme, authority), ".".join([*outer[:missing], table]))
