"""Look-ups that seldom tell anything are left out, which changes no answer."""

from __future__ import annotations

from datetime import UTC, datetime

from compiled_checks import shapes, triples

from kg.shacl.affected import AskedShapes, Inquirer
from kg.shacl.affected.worth import AGAIN, Worth
from kg.store import EmbeddedStore
from kg.terms import NamedNode, Quad

EX = "https://example.org/"
GRAPH = NamedNode(f"{EX}graph")
AS_OF = datetime(2026, 1, 1, tzinfo=UTC)
FIND = "sh:targetClass ex:T ; sh:sparql [ sh:select "
TEXT = '"SELECT $this WHERE { FILTER NOT EXISTS { $this <https://example.org/p> ?any } }" ]'


def test_what_tells_nothing_is_tried_seldom_and_what_tells_again_often() -> None:
    worth = Worth()
    tried = [worth.is_worth("a") and not worth.learn("a", told=False) for _ in range(100)]
    assert 0 < tried.index(False) < 20
    assert 0 < sum(tried[50:]) <= 50 // AGAIN + 1
    assert worth.is_worth("b")
    while not worth.is_worth("a"):
        pass
    worth.learn("a", told=True)
    assert worth.is_worth("a")


def test_the_answers_are_the_same_with_and_without_look_ups() -> None:
    """Asked so often that no look-up is made, then of what is mended, and broken again."""
    asked = AskedShapes(shapes(f"ex:Shape {FIND}{TEXT} ."))
    broken, mended = triples("ex:a a ex:T ."), triples("ex:a a ex:T ; ex:p ex:b .")
    for said, results in ((broken, 1), (mended, 0), (broken, 1)):
        store = EmbeddedStore.in_memory()
        store.extend(Quad(t.subject, t.predicate, t.object, GRAPH) for t in said)
        for _ in range(2 * AGAIN):
            inquiry = Inquirer(store, asked, AS_OF).about(frozenset({NamedNode(f"{EX}a")}))
            assert len(inquiry.report.results) == results
