"""The gate over HTTP: ``POST /api/gate``.

The answer is that of ``kg gate --format json``. A dry run needs no more than reading does; to put
the answer on record needs a token that may write.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Response, request
from werkzeug.exceptions import UnsupportedMediaType

from kg.app.gate import Question, decision_of, record
from kg.commit import Change
from kg.connectors import native
from kg.errors import InputError
from kg.instants import read_instant
from kg.iri import Names
from kg.journal import Scope
from kg.web.site import Site

_TEXTS: Final = ("asset", "purpose", "asOf", "failOn")
_MEMBERS: Final = (*_TEXTS, "packs", "change", "withdraw", "dryRun")
_LEVELS: Final = ("violation", "warning", "info")


def blueprint(site: Site) -> Blueprint:
    """The route of the gate."""
    routes = Blueprint("gate", __name__, url_prefix="/api")
    names = site.graph.names

    def ask() -> Response:
        body = _body()
        is_dry = body.get("dryRun", False)
        agent = "" if is_dry else site.access.require(Scope.WRITE).name
        question = _question(body, names)
        with site.walking.place(site.access.caller()):
            verdict = site.gate.ask(question)
        answer = json.dumps(verdict.to_json(), ensure_ascii=False)
        response = Response(answer, mimetype="application/json")
        response.headers["X-KG-Revision"] = str(verdict.content["revision"])
        response.headers["Cache-Control"] = "no-store"
        if not is_dry:
            record(site.gate, verdict, agent)
            response.status_code = 201
            response.headers["Location"] = decision_of(verdict.digest, names).value
        return response

    routes.add_url_rule("/gate", "ask", ask, methods=["POST"])
    return routes


def _body() -> Mapping[str, Any]:
    """The body, its members of the right kinds; raises :class:`InputError`."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("send application/json")
    body = native.read_json(request.get_data(), "the body")
    if not isinstance(body, dict):
        raise InputError("the body is no JSON object")
    unknown = sorted(body.keys() - set(_MEMBERS))
    if unknown:
        raise InputError(f"there is no member {unknown[0]!r}", hint=", ".join(_MEMBERS))
    for name in _TEXTS:
        if not isinstance(body.get(name, ""), str):
            raise InputError(f"{name} is no text")
    packs = body.get("packs", [])
    if not isinstance(packs, list) or not all(isinstance(pack, str) for pack in packs):
        raise InputError("packs is no list of names")
    if not isinstance(body.get("dryRun", False), bool):
        raise InputError("dryRun is neither true nor false")
    if body.get("failOn", _LEVELS[0]) not in _LEVELS:
        raise InputError(f"failOn is {body['failOn']!r}", hint=f"one of {', '.join(_LEVELS)}")
    return body


def _question(body: Mapping[str, Any], names: Names) -> Question:
    as_of, level = body.get("asOf"), body.get("failOn")
    return Question(
        asset=body.get("asset"),
        purpose=body.get("purpose"),
        change=_change(body, names),
        as_of=None if as_of is None else read_instant(as_of),
        packs=tuple(body.get("packs", ())),
        refuses_from=level.capitalize() if level else None,
    )


def _change(body: Mapping[str, Any], names: Names) -> Change | None:
    """What is put and withdrawn, in the native format; it is taken whole or not at all."""
    if "change" not in body and "withdraw" not in body:
        return None
    nodes = body.get("change", [])
    if not isinstance(nodes, list):
        raise InputError("change is no list of nodes")
    document = {"withdraw": body.get("withdraw", []), "@graph": nodes}
    batch = native.nodes_batch(document, "change", names=names)
    if batch.rejections:
        first = batch.rejections[0]
        raise InputError(first.reason, where=first.where)
    return Change(batch.records, batch.withdrawn)
