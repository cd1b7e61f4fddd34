"""Credentials are taken out of an event before anything else looks at it.

Emitters copy connection strings into namespaces, names, ``dataSource`` URIs and error messages.
What is removed here reaches neither identifiers, nor records, nor remembered states.
"""

from __future__ import annotations

import re
from typing import Any

# A user alone is no credential, and ``abfss://container@account`` is not even a user; but in
# web URLs a lone user is often an access token. Lengths are bounded to keep matching linear.
_USER_INFO = re.compile(
    r"(?<=://)[^/?#\s@:]*:[^/?#\s]*@"
    r"|(?<=https://)[^/?#\s@]+@|(?<=http://)[^/?#\s@]+@"
    r"|(?<=jdbc:oracle:thin:)[^/@\s]{1,200}/[^@\s]{1,200}@",
    re.IGNORECASE,
)
# Tokens only with a telling prefix, since ``eos_token`` is a model parameter.
_SENSITIVE = (
    r"[\w.-]{0,64}(?:password|passwd|passphrase|secret|credential)[\w.-]{0,64}"
    r"|(?:[\w.-]{0,64}[_.-])?(?:pwd|sig|signature)"
    r"|(?:[\w.-]{0,64}(?:auth|access|api|bearer|refresh|session|security|sas)[_.-]?)?token"
    r"|[\w.-]{0,64}(?:api|access|account|private)[_.-]?key"
)
_PARAMETER = re.compile(rf"(?<=[?&;])((?:{_SENSITIVE})=)[^&;\s\"']*", re.IGNORECASE)
_SENSITIVE_NAME = re.compile(rf"(?:{_SENSITIVE})\Z", re.IGNORECASE)
MASK = "***"


def scrub_text(text: str) -> str:
    """The text without the user info of URIs and with secret URI parameters masked."""
    if "@" in text:
        text = _USER_INFO.sub("", text)
    if "=" in text:
        text = _PARAMETER.sub(rf"\1{MASK}", text)
    return text


def scrub(value: Any) -> Any:
    """A copy of a JSON value with every credential in it removed.

    An entry that names a secret (``{"name": "DB_PASSWORD", "value": ...}``, as environment
    variables and execution parameters are written) keeps its name and loses its value.
    Raises ``UnicodeEncodeError`` for text that is not Unicode (a lone surrogate).
    """
    if isinstance(value, str):
        if not value.isascii():
            value.encode()
        return scrub_text(value)
    if isinstance(value, list):
        return [scrub(item) for item in value]
    if isinstance(value, dict):
        return _scrub_object(value)
    return value


def _scrub_object(value: dict[str, Any]) -> dict[str, Any]:
    cleaned = {scrub(key): scrub(item) for key, item in value.items()}
    named = (cleaned.get("name"), cleaned.get("key"))
    if "value" in cleaned and any(_is_sensitive(name) for name in named):
        cleaned["value"] = MASK
    return cleaned


def _is_sensitive(name: object) -> bool:
    return isinstance(name, str) and _SENSITIVE_NAME.match(name) is not None
