"""``kg evidence``, ``kg evidence-key`` and ``kg verify-evidence`` as people use them."""

from __future__ import annotations

from pathlib import Path

from command_runs import Kg

DEPLOYMENT = "deployment:k8s/churn"


def test_evidence_is_made_and_checked(kg: Kg, estate: Path, tmp_path: Path) -> None:
    """Key, package, verification; then the graph is gone and one byte is changed."""
    package = tmp_path / "churn.zip"
    refused = kg("evidence", DEPLOYMENT, "-o", package)
    assert (refused.code, "kg evidence-key" in refused.err) == (2, True)

    fingerprint = kg("evidence-key").out.strip()
    assert fingerprint.startswith("SHA256:")
    assert (tmp_path / "graph" / "evidence-key.pem").stat().st_mode & 0o777 == 0o600
    made = kg("evidence", DEPLOYMENT, "-o", package, "--as-of", "2026-11-23T00:00:00Z")
    assert made.code == 0, made.err
    public = tmp_path / "owner.pub"
    (tmp_path / "graph" / "evidence-key.pem.pub").rename(public)
    (tmp_path / "graph").rename(tmp_path / "gone")

    checked = kg("verify-evidence", package, "--key", public)
    assert checked.code == 0
    assert fingerprint in checked.out
    assert "compare its fingerprint" in kg("verify-evidence", package).err
    assert kg("verify-evidence", package, "--format", "json").json["manifest"]["revision"] == 1

    content = bytearray(package.read_bytes())
    content[len(content) // 2] ^= 1
    package.write_bytes(content)
    assert kg("verify-evidence", package).code == 1


def test_a_folder_says_which_file_was_changed(kg: Kg, estate: Path, tmp_path: Path) -> None:
    """By name; a folder that holds something already is not written into."""
    assert kg("evidence-key").code == 0
    folder = tmp_path / "churn"
    assert kg("evidence", DEPLOYMENT, "-o", folder).code == 0
    assert kg("evidence", DEPLOYMENT, "-o", folder).code == 2
    (folder / "closure.nq").write_text("", encoding="utf-8")

    checked = kg("verify-evidence", folder)

    assert checked.code == 1
    assert "closure.nq was changed" in checked.out


def test_the_key_stays_out_of_the_journal(kg: Kg, estate: Path, tmp_path: Path) -> None:
    """What is backed up with the graph cannot sign."""
    assert kg("evidence-key", "--output", tmp_path / "key.pem").code == 0
    assert kg("evidence-key", "--output", tmp_path / "key.pem").code == 2
    secret = (tmp_path / "key.pem").read_text().splitlines()[1]
    assert secret.encode() not in (tmp_path / "graph" / "journal.db").read_bytes()
