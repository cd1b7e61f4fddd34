"""A verdict on record, and a verdict that somebody kept: sound, altered, outdated."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gate_estate import AS_OF, RULES, fill, question, records

import kg
from kg.app import KnowledgeGraph
from kg.app.compliance import validate
from kg.app.gate import Gate, check, record
from kg.errors import InputError
from kg.model import Batch
from kg.namespaces import MLG

RETRACTED = [
    {
        "id": "dataset-version:w/orders/1",
        "type": "DatasetVersion",
        "versionOf": "dataset:w/orders",
        "version": "1",
        "status": "retracted",
    }
]


@pytest.fixture
def own() -> Iterator[Gate]:
    """The gate of an estate that may be changed."""
    with KnowledgeGraph.in_memory() as graph, Gate(fill(graph), RULES) as gate:
        yield gate


def _kept(gate: Gate, *asked: Any) -> dict[str, Any]:
    """A verdict as it is after being written to a file and read again."""
    document: dict[str, Any] = json.loads(json.dumps(gate.ask(question(*asked)).to_json()))
    return document


def test_recording_opens_no_finding_and_is_no_lineage(own: Gate) -> None:
    """One revision by who asked, about what was asked; the same verdict is not recorded twice."""
    graph, asked = own.graph, question("dataset:w/orders", "removal")
    before = validate(graph, as_of=AS_OF).results
    verdict = own.ask(asked)
    info = record(own, verdict, "somebody")
    assert info is not None
    assert (info.agent, info.message) == ("somebody", "refused: removal")
    assert validate(graph, as_of=AS_OF).results == before
    (quad,) = graph.store.quads(None, MLG.verdictDigest, None, None)
    assert quad.object.value == verdict.digest
    asset = graph.resolve("dataset:w/orders")
    assert quad.subject not in {item.node.iri for item in graph.lineage.impact(asset).impacted}
    assert record(own, verdict, "somebody") is None


def test_a_verdict_is_made_again_to_the_letter(own: Gate) -> None:
    """At its revision, after decisions were recorded too, with and without a change."""
    for asked in (
        ("model-version:r/basket/3", "production"),
        ("dataset:w/orders", "removal"),
        (None, None, RETRACTED, ["evaluation:a/1"]),
    ):
        document = _kept(own, *asked)
        record(own, own.ask(question(*asked)), "somebody")
        found = check(own, document, AS_OF)
        assert (found.problems, found.remarks) == ((), ())
        assert found.decision is not None
        assert not found.passes


@pytest.mark.parametrize(
    "tamper",
    [
        lambda d: d.update(allowed=True),
        lambda d: d["findings"].clear(),
        lambda d: d.update(revision=7),
        lambda d: d.update(more="than there was"),
        lambda d: d["rules"].pop(),
    ],
)
def test_an_altered_verdict_is_known(tamper: Any, gate: Gate) -> None:
    """Whatever was altered, the digest is not that of the content any more."""
    document = _kept(gate, "model-version:r/basket/3", "production")
    tamper(document)
    (problem,) = check(gate, document, AS_OF).problems
    assert "altered" in problem


def test_a_forged_digest_is_known_while_the_graph_stays(gate: Gate) -> None:
    """The answer is made again, and differs."""
    from kg.gate.canonical import digest

    document = _kept(gate, "model-version:r/basket/3", "production")
    document.pop("digest")
    document.update(allowed=True, findings=[])
    document["digest"] = digest(document)
    found = check(gate, document, AS_OF)
    assert any("answered otherwise" in problem for problem in found.problems)
    assert not found.passes


def test_a_verdict_outlives_changes_that_do_not_matter(own: Gate) -> None:
    """It is said that the graph has moved on; what matters makes it void."""
    document = _kept(own, "model-version:r/basket/2", "production")
    assert check(own, document, AS_OF).passes
    own.graph.ingest([Batch(records([{"id": "team:o/more", "type": "Team", "name": "More"}]))])
    found = check(own, document, AS_OF)
    assert found.passes
    assert found.remarks == ("the graph has moved on from revision 1 to 2",)
    own.graph.ingest([Batch(records(RETRACTED))])
    found = check(own, document, AS_OF)
    assert not found.passes
    assert "no longer holds" in found.problems[0]


@pytest.mark.parametrize("document", [{}, {"digest": 1}, {"allowed": True, "digest": "sha256:0"}])
def test_what_is_no_verdict_is_refused(document: dict[str, Any], gate: Gate) -> None:
    """One line."""
    with pytest.raises(InputError, match="no verdict"):
        check(gate, document)


def test_the_digest_is_the_same_in_every_process(gate: Gate) -> None:
    """Another process with another order of sets, asked the same, gives the same digest."""
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from gate_estate import *; from kg.app.gate import Gate\n"
        "import json\n"
        "with KnowledgeGraph.in_memory() as graph, Gate(fill(graph)) as gate:\n"
        "    print(gate.ask(question(nodes=json.loads(sys.argv[2]))).digest)\n"
    )
    arguments = [str(Path(__file__).parent), json.dumps(RETRACTED)]
    packages = str(Path(kg.__file__).parent.parent)
    printed = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env={**os.environ, "PYTHONPATH": packages, "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert printed.stdout.strip() == gate.ask(question(nodes=RETRACTED)).digest
