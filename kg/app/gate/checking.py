"""Checking a verdict that somebody kept: is it as it was given, and does it still hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from kg.app.gate.asking import Gate
from kg.app.gate.question import Question
from kg.app.gate.recording import SOURCE, decision_of
from kg.app.sharing.messages import to_change
from kg.errors import InputError
from kg.gate import is_untouched
from kg.gate.verdict import DIGEST
from kg.instants import read_instant

Document = Mapping[str, Any]

_STATE: Final = ("shapes", "ontology", "engine")


@dataclass(frozen=True)
class Check:
    """What a check found; ``problems`` are why the verdict is not to be relied on.

    ``remarks`` are what has changed since without changing the answer; ``decision`` is the
    record of it in the graph, if there is one.
    """

    allowed: bool
    problems: tuple[str, ...]
    remarks: tuple[str, ...]
    decision: str | None

    @property
    def passes(self) -> bool:
        """Whether it is sound, holds, and allows."""
        return self.allowed and not self.problems


def check(gate: Gate, document: Document, as_of: datetime | None = None) -> Check:
    """Check a verdict against the graph as it is, at an instant, now unless given.

    Where the graph stands where it stood, the answer is made again and must be the same to the
    letter; where it has moved on, the question is asked anew. Raises :class:`InputError` for
    what is no verdict.
    """
    question = _question(gate, document)
    if not is_untouched(document):
        altered = "it was altered: its digest is not that of its content"
        return Check(bool(document["allowed"]), (altered,), (), None)
    problems: list[str] = []
    remarks: list[str] = []
    if moved := _moved(gate, document):
        remarks += moved
    else:
        again = gate.ask(replace(question, as_of=read_instant(document["asOf"])))
        same = {**again.content, "revision": document["revision"]}
        if replace(again, content=same).digest != document[DIGEST]:
            problems.append("the same question of the same state is answered otherwise")
    now = gate.ask(replace(question, as_of=as_of))
    if now.allowed != document["allowed"]:
        answer = "allowed" if now.allowed else "refused"
        problems.append(f"it no longer holds: asked at {now.content['asOf']} it is {answer}")
    return _result(gate, document, problems, remarks)


def _result(gate: Gate, document: Document, problems: list[str], remarks: list[str]) -> Check:
    graph = gate.graph
    decision = decision_of(str(document[DIGEST]), graph.names)
    is_known = bool(graph.journal.records([graph.names.graph(SOURCE, decision)]))
    known = graph.names.short(decision) if is_known else None
    return Check(bool(document["allowed"]), tuple(problems), tuple(remarks), known)


def _moved(gate: Gate, document: Document) -> list[str]:
    """What is not as it was when the verdict was given; decisions of the gate do not count."""
    graph = gate.graph
    moved = []
    now = gate.state(document["packs"])
    moved += [f"other {name} are in force" for name in _STATE if now[name] != document[name]]
    since = document["revision"]
    if since > graph.revision:
        return [*moved, f"the graph is at revision {graph.revision} only"]
    changed = (graph.names.source(name) for name in graph.journal.changed_since(since))
    if any(source != SOURCE for source in changed):
        moved.append(f"the graph has moved on from revision {since} to {graph.revision}")
    return moved


def _question(gate: Gate, document: Document) -> Question:
    """The question that a verdict answers."""
    try:
        change = document["change"]
        question = Question(
            asset=document["assetIri"],
            purpose=document["purpose"],
            change=None if change is None else to_change(change, gate.graph.names),
            packs=tuple(document["packs"]),
            refuses_from=document["refusesFrom"],
        )
        facts = [document[key] for key in ("allowed", DIGEST, *_STATE)]
        if not isinstance(document["revision"], int) or not all(map(_is_plain, facts)):
            raise TypeError
        read_instant(document["asOf"])
    except (KeyError, TypeError, ValueError, AttributeError, SyntaxError) as error:
        raise InputError("this is no verdict of the gate") from error
    return question


def _is_plain(value: object) -> bool:
    return isinstance(value, str | bool)
