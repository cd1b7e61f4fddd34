"""Access tokens over HTTP, for who has one of scope ``admin``: ``/api/tokens``.

What ``kg token`` does on the machine itself. A secret is told once, in the answer that makes it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from flask import Blueprint, Response, jsonify, request, url_for
from werkzeug.exceptions import UnsupportedMediaType

from kg.app.tokens import expiry, token_json
from kg.errors import InputError, NotFound
from kg.journal import Scope, Token
from kg.web.site import Site

_DEFAULTS: Final = {"scope": Scope.READ.value, "expires": "90d"}
_LONGEST: Final = 200
_NAME: Final = re.compile(r"[!-~]([ -~]*[!-~])?")

_log = logging.getLogger(__name__)


def blueprint(site: Site) -> Blueprint:
    """The routes of tokens."""
    views = TokenApi(site)
    routes = Blueprint("tokens", __name__, url_prefix="/api/tokens")
    routes.add_url_rule("", "all", views.all)
    routes.add_url_rule("", "create", views.create, methods=["POST"])
    routes.add_url_rule("/<identifier>", "one", views.one)
    routes.add_url_rule("/<identifier>", "revoke", views.revoke, methods=["DELETE"])
    return routes


class TokenApi:
    """Lists, makes and revokes tokens."""

    def __init__(self, site: Site) -> None:
        self._access = site.access
        self._tokens = site.access.tokens

    def all(self) -> Response:
        """Every token ever made, without secrets, which are not kept."""
        self._access.require(Scope.ADMIN)
        return _private(jsonify([token_json(token) for token in self._tokens.all()]))

    def one(self, identifier: str) -> Response:
        """A token by its id."""
        self._access.require(Scope.ADMIN)
        return _private(jsonify(token_json(self._found(identifier))))

    def create(self) -> Response:
        """Make a token; its secret is in this answer and nowhere else."""
        admin = self._access.require(Scope.ADMIN)
        name, scope, end = _asked()
        token, secret = self._tokens.create(name, scope, end)
        _log.info("token %s (%s) made by %s", token.id, token.scope, admin.id)
        response = jsonify({**token_json(token), "secret": secret})
        response.status_code = 201
        response.headers["Location"] = url_for("tokens.one", identifier=token.id)
        return _private(response)

    def revoke(self, identifier: str) -> Response:
        """End a token now, one's own too."""
        admin = self._access.require(Scope.ADMIN)
        self._tokens.revoke(self._found(identifier).id)
        _log.info("token %s revoked by %s", identifier, admin.id)
        return Response(status=204)

    def _found(self, identifier: str) -> Token:
        for token in self._tokens.all():
            if token.id == identifier:
                return token
        raise NotFound(f"there is no token {identifier!r}")


def _asked() -> tuple[str, Scope, datetime | None]:
    """Name, scope and end of the token that the body asks for."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("send application/json")
    body = request.get_json()
    if not isinstance(body, Mapping) or not all(isinstance(v, str) for v in body.values()):
        raise InputError("the body is no JSON object of strings")
    unknown = sorted(body.keys() - {"name", *_DEFAULTS})
    if unknown:
        raise InputError(f"there is no member {unknown[0]!r}", hint="name, scope, expires")
    given: dict[str, Any] = {**_DEFAULTS, **body}
    name = given.get("name", "")
    if len(name) > _LONGEST or not _NAME.fullmatch(name):
        raise InputError(
            f"a token needs a name of 1 to {_LONGEST} printable ASCII characters",
            hint="no space before or after it",
        )
    if given["scope"] not in list(Scope):
        raise InputError(f"there is no scope {given['scope']!r}", hint=", ".join(Scope))
    return name, Scope(given["scope"]), expiry(given["expires"], datetime.now(UTC))


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
