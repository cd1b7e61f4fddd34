"""The wheel: it holds what git holds, and works away from the source tree."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent

ASSETS = ("ontology", "shapes", "queries", "examples")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as it is built for release."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(REPOSITORY)]
    subprocess.run(command, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_ships_exactly_the_assets_that_git_holds(wheel: Path) -> None:
    """No file forgotten, no stray one packed."""
    listing = subprocess.run(
        ["git", "ls-files", *ASSETS], cwd=REPOSITORY, check=True, capture_output=True, text=True
    )
    tracked = {name for name in listing.stdout.splitlines() if not name.endswith((".md", ".py"))}
    prefix = "kg/_assets/"
    shipped = {
        name.removeprefix(prefix)
        for name in zipfile.ZipFile(wheel).namelist()
        if name.startswith(prefix)
    }
    assert shipped == tracked


def test_the_wheel_ships_the_templates_and_nothing_but_the_package(wheel: Path) -> None:
    """Templates and styles lie in the package; tests and benches do not."""
    names = zipfile.ZipFile(wheel).namelist()
    assert any(name.startswith("kg/web/templates/") for name in names)
    assert any(name.startswith("kg/compliance/templates/") for name in names)
    assert any(name.startswith("kg/documents/templates/") for name in names)
    assert {"kg/documents/specs/annex-iv.yaml", "kg/compliance/report.schema.json"} <= set(names)
    assert {name.split("/")[0].split("-")[0] for name in names} == {"kg", "model_lifecycle_graph"}


def test_the_installed_command_runs_away_from_the_source_tree(wheel: Path, tmp_path: Path) -> None:
    """A clean environment, another folder: the demonstration runs to its end."""
    environment = tmp_path / "env"
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, str(wheel)], check=True, capture_output=True, cwd=tmp_path)
    done = subprocess.run(
        [str(environment / "bin" / "kg"), "--data", "graph", "demo", "--no-serve"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert str(REPOSITORY) not in done.stdout
    assert "service:org/retention-offers" in done.stdout
    assert (tmp_path / "graph" / "catalog.ttl").stat().st_size > 10_000
