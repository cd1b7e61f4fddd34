"""The results that are known, by shape and focus node, and how answers change them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kg.findings.encoding import decode, encode, identities, read_terms
from kg.findings.ledger import Finding
from kg.shacl import Result
from kg.shacl.affected import Answer
from kg.terms import Term


@dataclass(frozen=True)
class Known:
    """A result that is known, its identity and its text."""

    identity: str
    result: Result
    payload: str


@dataclass
class Difference:
    """What answers change: results that are new, gone, or told with other blank nodes."""

    opened: list[tuple[Term, Term, Known]] = field(default_factory=list)
    closed: list[tuple[Term, Term, Known]] = field(default_factory=list)
    rewritten: list[tuple[Term, Term, Known]] = field(default_factory=list)
    replaced: list[Known] = field(default_factory=list)
    """What stood in the place of those that are told otherwise."""


class KeptResults:
    """All results of all shapes, each by the shape and the focus node it was found from."""

    def __init__(self) -> None:
        self._known: defaultdict[Term, dict[Term, dict[str, Known]]] = defaultdict(dict)

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> KeptResults:
        """The results of open findings."""
        kept, rows = cls(), list(findings)
        terms = read_terms(text for row in rows for text in (row.root, row.focus))
        for row, result in zip(rows, decode([row.payload for row in rows]), strict=True):
            by_focus = kept._known[terms[row.root]].setdefault(terms[row.focus], {})
            by_focus[row.id] = Known(row.id, result, row.payload)
        return kept

    def __iter__(self) -> Iterator[Known]:
        for by_focus in self._known.values():
            for known in by_focus.values():
                yield from known.values()

    def roots(self) -> set[Term]:
        """The shapes that have results."""
        return {root for root, by_focus in self._known.items() if by_focus}

    def difference(self, answers: Iterable[Answer], gone: Iterable[Term] = ()) -> Difference:
        """What answers change, and that some shapes are no more; nothing is changed yet."""
        found = Difference()
        for answer in answers:
            self._compare(answer, found)
        for root in gone:
            self._compare(Answer(root, None, ()), found)
        return found

    def towards(self, other: KeptResults) -> Difference:
        """What makes these results the others; nothing is changed yet."""
        found = Difference()
        for root in {*self._known, *other._known}:
            before, after = self._known.get(root, {}), other._known.get(root, {})
            for focus in {*before, *after}:
                _compare(root, focus, before.get(focus, {}), after.get(focus, {}), found)
        return found

    def copy(self) -> KeptResults:
        """The same results, to which others can be applied."""
        found = KeptResults()
        for root, by_focus in self._known.items():
            found._known[root] = {focus: dict(known) for focus, known in by_focus.items()}
        return found

    def apply(self, difference: Difference) -> None:
        """Take in a difference."""
        for root, focus, known in difference.closed:
            by_focus = self._known[root]
            del by_focus[focus][known.identity]
            if not by_focus[focus]:
                del by_focus[focus]
        for root, focus, known in (*difference.opened, *difference.rewritten):
            self._known[root].setdefault(focus, {})[known.identity] = known

    def _compare(self, answer: Answer, found: Difference) -> None:
        root, by_focus = answer.shape, self._known[answer.shape]
        now: defaultdict[Term, list[Result]] = defaultdict(list)
        for focus, result in answer.results:
            now[focus].append(result)
        asked = by_focus.keys() if answer.nodes is None else by_focus.keys() & answer.nodes
        for focus in {*asked, *now}:
            after = {known.identity: known for known in _known(root, focus, now[focus])}
            _compare(root, focus, by_focus.get(focus, {}), after, found)


def _compare(
    root: Term,
    focus: Term,
    before: Mapping[str, Known],
    after: Mapping[str, Known],
    found: Difference,
) -> None:
    """Note how the results of a shape at a focus node differ."""
    found.closed += [(root, focus, known) for i, known in before.items() if i not in after]
    for identity, known in after.items():
        if identity not in before:
            found.opened.append((root, focus, known))
        elif before[identity].payload != known.payload:
            found.rewritten.append((root, focus, known))
            found.replaced.append(before[identity])


def _known(root: Term, focus: Term, results: list[Result]) -> Iterator[Known]:
    ordered = sorted(results, key=Result.sort_key)
    for identity, result in zip(identities(root, focus, ordered), ordered, strict=True):
        yield Known(identity, result, encode(result))
