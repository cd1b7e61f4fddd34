"""Running the command as a user does, within this process."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_runs import Kg, Outcome

from kg.cli.main import _run


@pytest.fixture
def kg(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Kg:
    """``kg("lineage", "dataset:…")`` on a data directory of the test's own."""

    def run(*arguments: object) -> Outcome:
        capfd.readouterr()
        code = _run(["--data", str(tmp_path / "graph"), *map(str, arguments)])
        captured = capfd.readouterr()
        assert "Traceback" not in captured.err
        return Outcome(code, captured.out, captured.err)

    return run


@pytest.fixture
def estate(kg: Kg, tmp_path: Path) -> Path:
    """A graph with a small chain from data to service; returns the file applied."""
    file = tmp_path / "estate.yaml"
    file.write_text(
        """
        - {id: 'dataset:s3://lake/users', type: Dataset, title: Users, owner: 'team:org/data'}
        - {id: 'feature:store/age', type: Feature, derivedFrom: 'dataset:s3://lake/users'}
        - {id: 'model-version:mlflow/churn/1', type: ModelVersion, title: Churn,
           versionOf: 'model:mlflow/churn', version: 1, usesFeature: 'feature:store/age'}
        - {id: 'deployment:k8s/churn', type: Deployment, deploys: 'model-version:mlflow/churn/1',
           servedBy: 'service:k8s/churn-api', startedAt: '2026-01-05T00:00:00Z'}
        - {id: 'service:k8s/churn-api', type: Service, owner: 'team:org/serving'}
        """
    )
    assert kg("init", "--base", "https://graph.example").code == 0
    assert kg("apply", file).code == 0
    return file
