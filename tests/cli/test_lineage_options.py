"""The options of lineage, impact and path that narrow, reshape and word an answer."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from command_runs import Kg

DATA = "dataset:s3://lake/users"


def test_csv_has_every_row(kg: Kg, tmp_path: Path, estate: Path) -> None:
    """A spreadsheet of more rows than any page, with the ids as people write them."""
    many = tmp_path / "many.yaml"
    many.write_text("\n".join(f"- {{id: 'run:t/{n}', uses: '{DATA}'}}" for n in range(3000)))
    assert kg("apply", many).code == 0
    text = kg("impact", DATA, "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 3004
    assert rows[0] == {
        "id": "service:k8s/churn-api",
        "type": "Service",
        "title": "",
        "distance": "4",
        "described": "true",
        "live": "true",
        "owners": "team:org/serving",
        "path": f"{DATA} feature:store/age model-version:mlflow/churn/1 "
        "deployment:k8s/churn service:k8s/churn-api",
    }
    lineage = kg("lineage", DATA, "--direction", "down", "--format", "csv").out
    assert len(list(csv.DictReader(io.StringIO(lineage)))) == 3004


def test_a_narrowed_answer_says_of_how_many_it_is(kg: Kg, estate: Path) -> None:
    """For people in the last line, for programs in ``reached``."""
    assert kg("impact", DATA, "--type", "Service").out.endswith(
        "1 of 4 in all, complete, revision 1\n"
    )
    answer = kg("lineage", DATA, "--direction", "down", "--live", "--format", "json").json
    assert (answer["total"], answer["reached"]) == (2, 4)
    owned = kg("impact", DATA, "--owner", "team:org/serving", "--format", "json").json
    assert [item["type"] for item in owned["impacted"]] == ["Service", "Deployment"]
    followed = kg("lineage", "deployment:k8s/churn", "--relation", "deploys", "--format", "json")
    assert followed.json["total"] == 1


def test_what_has_ended_is_marked(kg: Kg, tmp_path: Path, estate: Path) -> None:
    """At the instant that is asked about."""
    file = tmp_path / "end.yaml"
    file.write_text(
        "- {id: 'deployment:k8s/churn', type: Deployment, endedAt: '2026-02-01T00:00:00Z',"
        " deploys: 'model-version:mlflow/churn/1', servedBy: 'service:k8s/churn-api'}"
    )
    assert kg("apply", file).code == 0
    assert "service:k8s/churn-api (ended)" in kg("impact", DATA).out
    assert "ended" not in kg("impact", DATA, "--as-of", "2026-01-31T00:00:00Z").out


def test_messages_are_ready_to_send(kg: Kg, tmp_path: Path, estate: Path) -> None:
    """One for each owner, or a word where there is none."""
    outcome = kg("impact", DATA, "--message")
    assert outcome.out.startswith(f"To team:org/serving: a change to {DATA} affects 2 things")
    assert kg("impact", "service:k8s/churn-api", "--message").out == "nobody is to be told\n"


def test_all_paths_are_listed_up_to_a_bound(kg: Kg, tmp_path: Path, estate: Path) -> None:
    """The shortest first; what is left out is said."""
    file = tmp_path / "more.yaml"
    file.write_text(
        "- {id: 'model-version:mlflow/churn/1', type: ModelVersion, version: 1,"
        " versionOf: 'model:mlflow/churn',"
        f" usesFeature: 'feature:store/age', trainedOn: '{DATA}'}}"
    )
    assert kg("apply", file).code == 0
    ends = (DATA, "service:k8s/churn-api")
    told = kg("path", *ends, "--all", "--format", "json").json
    assert [path["steps"] for path in told["paths"]] == [3, 4]
    assert "2 paths, complete, revision 2" in kg("path", *ends, "--all").out
    assert "1 paths, not complete: stopped after 1 paths; there are more" in (
        kg("path", *ends, "--all", "--max", "1").out
    )
    assert "neither of" in kg("path", DATA, "team:org/data", "--all").out


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (("--type", "Servise"), "did you mean Service"),
        (("--relation", "dct:replaces"), "no relation of lineage"),
        (("--as-of", "soon"), "not a time"),
    ],
)
def test_a_slip_in_an_option_is_refused(
    kg: Kg, estate: Path, option: tuple[str, str], said: str
) -> None:
    """One line and exit 2, never an empty answer."""
    outcome = kg("impact", DATA, *option)
    assert outcome.code == 2
    assert said in outcome.err
