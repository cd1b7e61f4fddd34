"""Who may do what: bearer tokens (RFC 6750).

A token comes in the Authorization header alone, never in a URL, which logs would keep.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import Flask, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized

from kg.journal import Scope, Token, Tokens

_REALM: Final = "kg"
_OPEN: Final = ("pages.health", "static")


@dataclass(frozen=True)
class Access:
    """Decides by the tokens of the graph; ``public_read`` lets anyone read."""

    tokens: Tokens
    public_read: bool = True

    def require(self, scope: Scope) -> Token:
        """The request's token; raises :class:`Unauthorized` or :class:`Forbidden` without one."""
        authorization = request.authorization
        if authorization is None or authorization.type != "bearer" or not authorization.token:
            raise _unauthorized(f"This needs a token of scope {scope}: see 'kg token'.")
        token = self.tokens.find(authorization.token)
        if token is None:
            raise _unauthorized("The token is unknown, expired or revoked.", "invalid_token")
        if not token.scope.includes(scope):
            raise Forbidden(f"The token has scope {token.scope}, this needs {scope}.")
        return token

    def caller(self) -> str:
        """Who sent the request: a token that holds, else an address."""
        given = request.authorization
        secret = given.token if given and given.type == "bearer" else None
        token = self.tokens.find(secret) if secret else None
        return f"token {token.id}" if token else f"address {request.remote_addr}"

    def guard_reads(self, app: Flask) -> None:
        """Ask for a token before every answer but those of the health check and style sheet."""
        app.before_request(self._check_read)

    def _check_read(self) -> None:
        preflight = request.method == "OPTIONS"
        if not self.public_read and request.endpoint not in _OPEN and not preflight:
            self.require(Scope.READ)


def _unauthorized(message: str, error: str | None = None) -> Unauthorized:
    challenge = WWWAuthenticate("bearer", {"realm": _REALM, **({"error": error} if error else {})})
    return Unauthorized(message, www_authenticate=challenge)
