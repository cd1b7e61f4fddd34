"""Making statements conform to a profile: what a walk from the root reaches and the profile has.

Every value is made to fit (its class stated, its datatype restored) or is left out; of several
values one is kept where one is allowed; a missing text is stood in for. Whatever is changed or
lost on the way is a warning.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict, deque
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from kg.exports.profile import Profile, PropertyRule
from kg.iri import Names, is_iri
from kg.literals import is_well_typed
from kg.namespaces import DCT, RDF, SKOS, XSD, compact
from kg.terms import Literal, NamedNode, Term, Triple

Statements = dict[NamedNode, dict[NamedNode, set[Term | Triple]]]
"""Subject, property, values."""

_SHOWN: Final = 5
_TYPE: Final = RDF.type
_LATEST: Final = frozenset({DCT.modified})
_DATES: Final = frozenset({XSD.date, XSD.dateTime})
# XML Schema has more, but readers in common use (rdflib's among them) take these alone.
_COMMON_DATE: Final = re.compile(r"(?!0000)\d{4}-\d\d-\d\d(?!T24)")


@dataclass(frozen=True)
class ExportWarning:
    """Something that an export changed, made up or left out, and for which nodes (short form)."""

    problem: str
    nodes: tuple[str, ...]

    def __str__(self) -> str:
        more = len(self.nodes) - _SHOWN
        listed = ", ".join(self.nodes[:_SHOWN])
        return f"{self.problem}: {listed}" + (f" and {more} more" if more > 0 else "")


class WarningLog:
    """Gathers warnings, one for each problem."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._nodes: defaultdict[str, set[str]] = defaultdict(set)

    def add(self, problem: str, node: NamedNode) -> None:
        """Note that a node has a problem; twice is once."""
        self._nodes[problem].add(self._names.short(node))

    def all(self) -> tuple[ExportWarning, ...]:
        """The warnings, sorted."""
        return tuple(ExportWarning(p, tuple(sorted(n))) for p, n in sorted(self._nodes.items()))


def conform(
    root: NamedNode,
    class_: NamedNode,
    statements: Statements,
    profile: Profile,
    names: Names,
    log: WarningLog,
) -> list[Triple]:
    """The triples of a conforming graph about ``root``, in reading order and free of chance.

    What is not reached from the root through properties of the profile is not in it.
    """
    return _Walk(statements, profile, names, log).triples(root, class_)


class _Walk:
    def __init__(
        self, statements: Statements, profile: Profile, names: Names, log: WarningLog
    ) -> None:
        self._statements = statements
        self._profile = profile
        self._names = names
        self._log = log

    def triples(self, root: NamedNode, class_: NamedNode) -> list[Triple]:
        """Breadth first, so that what the root lists comes before what those refer to."""
        blocks: dict[NamedNode, dict[Triple, None]] = {}
        todo = deque([(root, class_)])
        seen = set(todo)
        while todo:
            node, class_ = todo.popleft()
            block = blocks.setdefault(node, {})
            block[Triple(node, _TYPE, class_)] = None
            for rule in self._rules(class_):
                for value in self._values(node, class_, rule):
                    block[Triple(node, rule.path, value)] = None
                    if rule.class_ and isinstance(value, NamedNode):
                        step = (value, rule.class_)
                        if step not in seen:
                            seen.add(step)
                            todo.append(step)
        return [triple for block in blocks.values() for triple in block]

    def _rules(self, class_: NamedNode | None) -> tuple[PropertyRule, ...]:
        return self._profile.get(class_, ()) if class_ else ()

    def _values(self, node: NamedNode, class_: NamedNode, rule: PropertyRule) -> list[Term]:
        stated = self._statements.get(node, {}).get(rule.path)
        if not stated and not rule.is_label:
            return []
        fitted = {value: self._fit(value, rule) for value in stated or ()}
        fitting = {term for term in fitted.values() if term is not None}
        if None in fitted.values():
            self._log.add(f"{_what(class_, rule)} left out, not {_wanted(rule)}", node)
        if not fitting and rule.is_label:
            return [self._stand_in(node, class_, rule)]
        if rule.single and len(fitting) > 1:
            self._log.add(f"one of several {_what(class_, rule)} kept", node)
            return [_chosen(fitting, rule)]
        return sorted(fitting, key=sort_key)

    def _fit(self, value: Term | Triple, rule: PropertyRule) -> Term | None:
        if rule.literal:
            return _literal(value, rule.datatypes) if isinstance(value, Literal) else None
        node = self._node(value, rule.class_) if isinstance(value, Literal) else value
        if not isinstance(node, NamedNode):
            return None
        return node if rule.class_ is None or self._is_complete(node, rule.class_) else None

    def _node(self, text: Literal, class_: NamedNode | None) -> NamedNode | None:
        """The node that a text stands for: the URL it is, else a node that bears it as label."""
        if "://" in text.value and is_iri(text.value):
            return _named_node(text.value)
        label = next((r.path for r in self._rules(class_) if r.is_label), None)
        if class_ is None or label is None:
            return None
        digest = hashlib.sha256(str(text).encode()).hexdigest()[:32]
        node = self._names.skolem(f"{_local(class_)}-{digest}")
        self._statements.setdefault(node, {})[label] = {text}
        return node

    def _is_complete(self, node: NamedNode, class_: NamedNode) -> bool:
        """Whether all that the class requires is stated, what can be stood in for aside."""
        return all(
            any(
                self._fit(value, rule) is not None
                for value in self._statements.get(node, {}).get(rule.path, ())
            )
            for rule in self._rules(class_)
            if rule.required and not rule.is_label
        )

    def _stand_in(self, node: NamedNode, class_: NamedNode, rule: PropertyRule) -> Literal:
        text = rule.default or Literal(self._name(node, class_))
        if not rule.silent:
            stands_in = f'"{text.value}"' if rule.default else "its name"
            self._log.add(f"{_what(class_, rule)} missing, {stands_in} stands in", node)
        return text

    def _name(self, node: NamedNode, class_: NamedNode) -> str:
        """An asset is known by its short form, a concept or licence by the end of its IRI."""
        if class_ == SKOS.Concept or not node.value.startswith(self._names.instances):
            return _local(node)
        return self._names.short(node)


def sort_key(term: Term) -> tuple[str, str, str]:
    """An order of terms that does not depend on chance: text, then language or datatype."""
    if isinstance(term, Literal):
        return ("literal", term.value, term.language or term.datatype.value)
    return ("node", term.value, "")


def _chosen(terms: set[Term], rule: PropertyRule) -> Term:
    choose = max if rule.path in _LATEST else min
    return choose(terms, key=sort_key)


def _what(class_: NamedNode, rule: PropertyRule) -> str:
    return f"{compact(rule.path.value)} of {compact(class_.value)}"


def _wanted(rule: PropertyRule) -> str:
    if rule.datatypes:
        return " or ".join(compact(datatype.value) for datatype in rule.datatypes)
    if rule.literal:
        return "a literal"
    return f"a complete {compact(rule.class_.value)}" if rule.class_ else "an IRI"


def _literal(literal: Literal, datatypes: tuple[NamedNode, ...]) -> Literal | None:
    """The literal in one of the datatypes, or as RDF 1.1 where any will do.

    The store makes an integer of every type derived from it (oxigraph issue 526), so a declared
    datatype is given back to whatever is in its lexical space.
    """
    if not datatypes:
        return Literal(literal.value, language=literal.language) if literal.language else literal
    own = (literal.datatype,) if literal.datatype in datatypes else datatypes
    candidates = (Literal(literal.value.strip(), datatype=datatype) for datatype in own)
    return next(filter(_is_readable, candidates), None)


def _is_readable(literal: Literal) -> bool:
    if literal.datatype in _DATES and not _COMMON_DATE.match(literal.value):
        return False
    return is_well_typed(literal)


def _named_node(text: str) -> NamedNode | None:
    try:
        return NamedNode(text)
    except ValueError:
        return None


def _local(node: NamedNode) -> str:
    last = re.split(r"[/#]", node.value.rstrip("/#"))[-1]
    return unquote(last) or node.value
