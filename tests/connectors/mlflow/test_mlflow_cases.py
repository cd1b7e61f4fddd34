"""Recordings and the quads they are mapped to; a case is a folder with both.

``input.jsonl`` gives ``expected.nq`` and, where there are any, ``rejections.json``. With
``KG_REWRITE_EXPECTED=1`` the expected files are written anew.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from mlflow_harness import NAMES, Mapped

from kg.terms import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, parse, serialize

CASES = sorted(path for path in (Path(__file__).parent / "cases").iterdir() if path.is_dir())


def quads(mapped: Mapped) -> list[Quad]:
    """What was mapped, each record in its graph, in an order that diffs well."""
    found = [
        Quad(t.subject, t.predicate, t.object, NAMES.graph(record.source, record.subject))
        for record in mapped.records.values()
        for t in record.triples
    ]
    return sorted(found, key=str)


def canonical(found: list[Quad]) -> Dataset:
    dataset = Dataset(found)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def rewrite(case: Path, mapped: Mapped) -> None:
    serialize(quads(mapped), case / "expected.nq", format=RdfFormat.N_QUADS)
    if mapped.rejections:
        text = json.dumps(mapped.rejections, indent=2, ensure_ascii=False)
        (case / "rejections.json").write_text(text + "\n", encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_recording_is_mapped_to_the_expected_quads(case: Path) -> None:
    mapped = Mapped(case / "input.jsonl")
    if os.environ.get("KG_REWRITE_EXPECTED"):
        rewrite(case, mapped)
    expected = list(parse(path=case / "expected.nq", format=RdfFormat.N_QUADS))
    assert canonical(quads(mapped)) == canonical(expected)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_cannot_be_read_is_rejected_with_its_place_and_reason(case: Path) -> None:
    file = case / "rejections.json"
    expected = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
    assert [list(rejection) for rejection in Mapped(case / "input.jsonl").rejections] == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_mapping_again_in_other_batches_and_order_gives_the_same(
    case: Path, tmp_path: Path
) -> None:
    lines = (case / "input.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    turned = tmp_path / "turned.jsonl"
    turned.write_text("".join([*reversed(lines[:-1]), lines[-1]]), encoding="utf-8")
    once, again = Mapped(case / "input.jsonl"), Mapped(turned, batch_size=3)
    assert canonical(quads(once)) == canonical(quads(again))
    assert len(again.batches) > 1
