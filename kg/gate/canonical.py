"""The one text of plain values, and its digest: the JSON Canonicalization Scheme (RFC 8785).

For text, whole numbers, booleans, null, lists and objects whose keys are ASCII, which is all that
a verdict holds; the scheme's rules for other numbers are not needed.
"""

from __future__ import annotations

import hashlib
import json


def canonical_json(value: object) -> bytes:
    """Equal values give equal bytes, in whatever order their members come."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def digest(value: object) -> str:
    """``sha256:`` and the SHA-256 of the canonical text."""
    return f"sha256:{hashlib.sha256(canonical_json(value)).hexdigest()}"
