"""A package: files, a manifest with the digest of each, and a signature of the manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from kg.evidence.keys import SigningKey, fingerprint

FORMAT: Final = "https://w3id.org/mlg/evidence/1"
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
PUBLIC_KEY: Final = "public-key.pem"


@dataclass(frozen=True)
class Manifest:
    """What a package is about; instants as RFC 3339, things by IRI.

    ``undescribed`` are things in it of which no source says anything; ``ontology`` is the digest
    of the ontology that was in use.
    """

    deployment: str
    base: str
    revision: int
    as_of: str
    complete: bool
    reasons: tuple[str, ...]
    undescribed: tuple[str, ...]
    rules: tuple[str, ...]
    ontology: str
    product: str


def sign(manifest: Manifest, files: Mapping[str, bytes], key: SigningKey) -> dict[str, bytes]:
    """All files of the package by name: those given, the manifest, its signature and the key."""
    whole = {**files, PUBLIC_KEY: key.public_pem}
    about = {
        "format": FORMAT,
        **{_camel(name): value for name, value in asdict(manifest).items()},
        "key": fingerprint(key.public_pem),
        "files": {name: entry(whole[name]) for name in sorted(whole)},
    }
    text = json.dumps(about, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    return {**whole, MANIFEST: text.encode(), SIGNATURE: key.sign(text.encode())}


def entry(content: bytes) -> dict[str, Any]:
    """What the manifest says of a file."""
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
