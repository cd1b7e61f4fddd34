"""Evidence packages: what is in one, that it is the same each time, and that no byte can change."""

from __future__ import annotations

import json
import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.app import KnowledgeGraph
from kg.app.evidence import package
from kg.connectors import native
from kg.errors import InputError, NotFound
from kg.evidence import (
    SigningKey,
    fingerprint,
    read_package,
    read_public_key,
    to_zip,
    verify,
    write_folder,
)
from kg.rdfio import parse_quads
from kg.terms import NamedNode, RdfFormat

AS_OF: Final = datetime(2026, 11, 23, tzinfo=UTC)
STORY: Final = Path(__file__).parent.parent / "compliance" / "story.yaml"
MORE: Final = """
- id: evaluation:org/credit-1
  type: Evaluation
  evaluates: model-version:mlflow/credit/1
  associatedWith: person:org/validator
  endedAt: 2026-09-18T16:00:00Z
  usage: { entity: dataset-version:s3://lake/holdout/1, role: test }
  measurements: measurement:org/credit-1-auc
- { id: measurement:org/credit-1-auc, type: Measurement, metric: auc, value: 0.88 }
- { id: dataset-version:s3://lake/holdout/1, type: DatasetVersion,
    versionOf: dataset:s3://lake/holdout, version: 1, derivedFrom: dataset:s3://raw/rows }
- { id: dataset:s3://raw/rows, type: Dataset }
- { id: approval:org/credit-1, type: Approval, approves: model-version:mlflow/credit/1,
    approvedBy: person:org/validator, requestedBy: person:org/lead, endedAt: 2026-09-19T11:00:00Z }
- { id: document:org/credit-1, type: Document, about: model-version:mlflow/credit/1 }
- { id: dataset:s3://lake/elsewhere, type: Dataset, title: Not of this deployment }
- { id: evaluation:org/ranking-1, type: Evaluation, evaluates: model-version:mlflow/ranking/1 }
"""


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    """The story with evaluations, approvals, documents, and things that are not of it."""
    file = tmp_path_factory.mktemp("more") / "more.yaml"
    file.write_text(MORE, encoding="utf-8")
    graph = KnowledgeGraph.in_memory()
    for path in (STORY, file):
        assert graph.ingest(native.batches([path], names=graph.names), merge=True).rejections == []
    return graph


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    return SigningKey.create(tmp_path_factory.mktemp("key") / "key.pem")


@pytest.fixture(scope="module")
def files(graph: KnowledgeGraph, key: SigningKey) -> dict[str, bytes]:
    return package(graph, graph.names.parse("deployment:k8s/credit-1"), key, AS_OF)


def test_the_closure_holds_all_that_the_deployment_rests_on(
    graph: KnowledgeGraph, files: dict[str, bytes]
) -> None:
    """Version, model, lineage to the raw data, evaluation with its data, approval, document,
    waiver, people; nothing of another deployment.
    """
    quads = parse_quads(files["closure.nq"], RdfFormat.N_QUADS, where="closure")
    described = {
        graph.names.short(quad.subject) for quad in quads if isinstance(quad.subject, NamedNode)
    }

    assert {
        "deployment:k8s/credit-1",
        "service:k8s/checkout",
        "model-version:mlflow/credit/1",
        "model:mlflow/credit",
        "feature-version:bureau/score/1",
        "dataset:s3://lake/scores",
        "evaluation:org/credit-1",
        "measurement:org/credit-1-auc",
        "dataset-version:s3://lake/holdout/1",
        "dataset:s3://raw/rows",
        "approval:org/credit-1",
        "document:org/credit-1",
        "waiver:jira/1",
        "person:org/validator",
        "team:org/risk-ml",
    } <= described
    assert not [name for name in described if "ranking" in name or "elsewhere" in name]


def test_the_closure_is_what_the_journal_has(
    graph: KnowledgeGraph, files: dict[str, bytes]
) -> None:
    """Each record to the letter, in the graph that says whose it is."""
    node = graph.names.parse("deployment:k8s/credit-1")
    (record,) = graph.journal.records_of(node)
    lines = files["closure.nq"].decode().splitlines()

    assert sorted(line for line in lines if line.endswith(f"{record.graph} .")) == sorted(
        f"{triple} {record.graph} ." for triple in record.triples
    )


def test_findings_are_those_of_the_closure(files: dict[str, bytes]) -> None:
    """The waived one too, with its waiver; none of the other model."""
    report = json.loads(files["report.json"])

    assert {result["rule"] for result in report["results"]} == {"R01", "R15", "R21", "R27"}
    assert "R05" in {result["rule"] for result in report["upcoming"]}
    assert report["waived"] == 1
    assert "ranking" not in files["report.json"].decode()
    assert b"waivedBy" in files["report.nq"]


def test_the_manifest_says_what_when_and_by_which_rules(
    graph: KnowledgeGraph, files: dict[str, bytes], key: SigningKey
) -> None:
    """Enough to make the package again, and what is only referred to."""
    manifest = json.loads(files["manifest.json"])

    assert manifest["deployment"] == graph.names.parse("deployment:k8s/credit-1").value
    assert (manifest["revision"], manifest["asOf"]) == (graph.revision, "2026-11-23T00:00:00Z")
    assert manifest["complete"] is True
    assert "https://w3id.org/mlg/rules/R05" in manifest["rules"]
    assert manifest["undescribed"] == [
        graph.names.parse("dataset:s3://lake/holdout").value,
    ]
    assert manifest["key"] == fingerprint(key.public_pem)


def test_the_same_input_gives_the_same_bytes(
    graph: KnowledgeGraph, files: dict[str, bytes], key: SigningKey
) -> None:
    """Made twice, signature and container included."""
    again = package(graph, graph.names.parse("deployment:k8s/credit-1"), key, AS_OF)

    assert to_zip(again) == to_zip(files)
    assert list(again) == list(files)


def test_a_sound_package_verifies_as_zip_and_as_folder(
    files: dict[str, bytes], key: SigningKey, tmp_path: Path
) -> None:
    """Another tool opens the ZIP file; the key given is the key found."""
    archive, folder = tmp_path / "e.zip", tmp_path / "e"
    archive.write_bytes(to_zip(files))
    write_folder(files, folder)

    assert zipfile.ZipFile(archive).testzip() is None
    for path in (archive, folder):
        found = verify(read_package(path), key.public_pem)
        assert (found.problems, found.key_checked) == ((), True)
        assert found.key == fingerprint(key.public_pem)
    assert not verify(read_package(archive)).key_checked


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_changed_byte_of_the_archive_is_found(
    files: dict[str, bytes], tmp_path: Path, data: st.DataObject
) -> None:
    """Names, times, lengths and empty bytes of the container too: nothing is unprotected."""
    sound = bytearray(to_zip(files))
    where = data.draw(st.integers(0, len(sound) - 1))
    sound[where] ^= data.draw(st.integers(1, 255))
    path = tmp_path / "changed.zip"
    path.write_bytes(bytes(sound))

    assert not verify(read_package(path)).sound


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_whatever_is_done_to_the_files_is_found(
    files: dict[str, bytes], data: st.DataObject
) -> None:
    """Changed, cut, taken away, added, exchanged: each is told."""
    changed = dict(files)
    name = data.draw(st.sampled_from(sorted(files)))
    content = bytearray(files[name])
    match data.draw(st.sampled_from(["flip", "cut", "extend", "remove", "add", "swap"])):
        case "flip":
            where = data.draw(st.integers(0, len(content) - 1))
            content[where] ^= data.draw(st.integers(1, 255))
            changed[name] = bytes(content)
        case "cut":
            changed[name] = bytes(content[: data.draw(st.integers(0, len(content) - 1))])
        case "extend":
            changed[name] = bytes(content) + data.draw(st.binary(min_size=1, max_size=5))
        case "remove":
            del changed[name]
        case "add":
            changed["extra.txt"] = data.draw(st.binary(max_size=5))
        case "swap":
            other = data.draw(st.sampled_from(sorted(set(files) - {name})))
            changed[name], changed[other] = files[other], files[name]

    assert not verify(changed).sound


def test_every_byte_of_signature_and_key_counts(files: dict[str, bytes]) -> None:
    """No part of either is there for nothing."""
    for name in ("manifest.sig", "public-key.pem"):
        for where in range(len(files[name])):
            content = bytearray(files[name])
            content[where] ^= 1
            assert not verify({**files, name: bytes(content)}).sound, (name, where)


def test_who_signs_anew_needs_the_key(
    graph: KnowledgeGraph, files: dict[str, bytes], key: SigningKey, tmp_path: Path
) -> None:
    """A package made with another key is sound in itself, but not the owner's."""
    forger = SigningKey.create(tmp_path / "forger.pem")
    forged = package(graph, graph.names.parse("deployment:k8s/credit-1"), forger, AS_OF)

    assert verify(forged).sound
    assert any("another key" in p for p in verify(forged, key.public_pem).problems)


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_package_is_not_sound(content: bytes, tmp_path: Path) -> None:
    """And no traceback."""
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    assert not verify(read_package(path)).sound


def test_a_compressed_archive_is_not_unfolded(tmp_path: Path) -> None:
    """A bomb of zeros stays packed."""
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", bytes(10_000_000))
    assert read_package(path) is None


def test_keys_are_for_their_owner_alone(tmp_path: Path) -> None:
    """Mode 0600; a key that others may read, that is missing, or is none, is refused."""
    file = tmp_path / "key.pem"
    made = SigningKey.create(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert read_public_key(tmp_path / "key.pem.pub") == made.public_pem
    assert SigningKey.load(file).public_pem == made.public_pem
    with pytest.raises(InputError, match="File exists"):
        SigningKey.create(file)
    os.chmod(file, 0o640)
    with pytest.raises(InputError, match="others may read"):
        SigningKey.load(file)
    with pytest.raises(NotFound, match="evidence-key"):
        SigningKey.load(tmp_path / "none.pem")
    other = tmp_path / "other.pem"
    other.touch(mode=0o600)
    with pytest.raises(InputError, match="private key"):
        SigningKey.load(other)


def test_what_is_no_deployment_has_no_evidence(graph: KnowledgeGraph, key: SigningKey) -> None:
    """A model version is deployed; the deployment is what was decided on."""
    with pytest.raises(InputError, match="not a deployment"):
        package(graph, graph.names.parse("model-version:mlflow/credit/1"), key, AS_OF)
