"""What a record was read from, as text to keep: secrets removed, and not without bound."""

from __future__ import annotations

import json
from typing import Final

from kg.connectors.scrub import scrub

MOST: Final = 256 * 1024
"""Characters of a payload that are kept."""


def payload_text(payload: object) -> str:
    """JSON text of a payload without its secrets; what is too long is cut, and says so.

    Values that are not of JSON, and text that is not Unicode, are told as best they can be.
    """
    unicode = json.dumps(payload, ensure_ascii=False, default=str).encode(errors="replace")
    text = json.dumps(scrub(json.loads(unicode)), ensure_ascii=False, indent=2)
    if len(text) <= MOST:
        return text
    told = {"cut": f"the first {MOST} of {len(text)} characters", "text": text[:MOST]}
    return json.dumps(told, ensure_ascii=False, indent=2)
