"""Checking a package: without the graph, without the network, byte for byte."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kg.evidence.keys import fingerprint, is_signed
from kg.evidence.package import FORMAT, MANIFEST, PUBLIC_KEY, SIGNATURE, entry

_REQUIRED = (MANIFEST, SIGNATURE, PUBLIC_KEY)


@dataclass(frozen=True)
class Verification:
    """What was found: nothing wrong where ``problems`` is empty.

    ``key`` is the fingerprint of the key that signed; unless ``key_checked``, it was taken from
    the package itself and must be compared with what its owner says.
    """

    problems: tuple[str, ...]
    key: str
    key_checked: bool
    manifest: Mapping[str, Any]

    @property
    def sound(self) -> bool:
        """Whether the package is as it was signed."""
        return not self.problems


def verify(files: Mapping[str, bytes] | None, trusted_key: bytes | None = None) -> Verification:
    """Check the files of a package, as :func:`kg.evidence.read_package` gives them.

    ``trusted_key`` is the public key (PEM) that must have signed it. Linear in the bytes.
    """
    if files is None:
        problem = "the file is not as it was written: bytes were changed, added or lost"
        return Verification((problem,), "", False, {})
    problems = tuple(_problems(files, trusted_key))
    key = fingerprint(files.get(PUBLIC_KEY, b""))
    return Verification(problems, key, trusted_key is not None, _manifest(files))


def _problems(files: Mapping[str, bytes], trusted_key: bytes | None) -> Iterator[str]:
    missing = [name for name in _REQUIRED if name not in files]
    if missing:
        yield from (f"{name} is missing" for name in missing)
        return
    public = files[PUBLIC_KEY]
    if trusted_key is not None and fingerprint(trusted_key) != fingerprint(public):
        yield f"it was signed with another key, {fingerprint(public) or 'which cannot be read'}"
    if not is_signed(files[MANIFEST], files[SIGNATURE], public):
        yield f"{MANIFEST} is not what was signed"
    manifest = _manifest(files)
    if manifest.get("format") != FORMAT or not isinstance(manifest.get("files"), dict):
        yield f"{MANIFEST} is not a manifest of {FORMAT}"
        return
    yield from _files(files, manifest["files"])


def _files(files: Mapping[str, bytes], listed: Mapping[str, Any]) -> Iterator[str]:
    present = files.keys() - {MANIFEST, SIGNATURE}
    yield from (f"{name} is missing" for name in sorted(listed.keys() - present))
    yield from (f"{name} is not in the manifest" for name in sorted(present - listed.keys()))
    for name in sorted(present & listed.keys()):
        if entry(files[name]) != listed[name]:
            yield f"{name} was changed"


def _manifest(files: Mapping[str, bytes]) -> Mapping[str, Any]:
    try:
        value = json.loads(files.get(MANIFEST, b"{}"))
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
