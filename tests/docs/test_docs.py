"""The documents tell the truth: commands do what is shown, snippets read, links lead somewhere."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from doc_blocks import REPOSITORY, Block, anchors, blocks, links
from doc_session import matches, run, shown

from kg.cli.commands import COMMANDS
from kg.sparql.catalog import read_header
from kg.sparql.guard import Limits, check
from kg.sparql.prologue import with_prefixes
from kg.store import EmbeddedStore
from kg.terms import RdfFormat, parse

DOCUMENTS = sorted([*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")])
WRITTEN = [path for path in DOCUMENTS if path.parent.name != "reference"]
WITH_COMMANDS = [
    path for path in WRITTEN if any(block.language == "console" for block in blocks(path))
]


def _name(path: Path) -> str:
    return str(path.relative_to(REPOSITORY))


@pytest.mark.parametrize("document", WITH_COMMANDS, ids=_name)
def test_every_command_prints_what_the_document_shows(
    document: Path, demo: Path, tmp_path: Path
) -> None:
    """The commands are run in order, in a folder that holds what the document's files say."""
    shutil.copytree(demo, tmp_path / ".demo")
    wrong = [
        shown(step, printed)
        for step, printed in run(document, tmp_path)
        if not matches(step.printed, printed)
    ]
    assert not wrong, "\n\n".join(wrong)


def _parse_sparql(text: str) -> None:
    check(text, Limits())
    if text.startswith("#+"):
        read_header(text)
    # Evaluated over nothing, a query whose parameters are still variables says whether it parses.
    EmbeddedStore.in_memory().query(with_prefixes(text))


READERS: dict[str, Callable[[str], object]] = {
    "json": json.loads,
    "python": lambda text: compile(text, "snippet", "exec"),
    "sparql": _parse_sparql,
    "toml": tomllib.loads,
    "turtle": lambda text: list(parse(text, format=RdfFormat.TURTLE)),
    "yaml": yaml.safe_load,
}
UNREAD = {"console", "text", "xml"}  # commands are run; text and a bomb have no reader

SNIPPETS = [
    pytest.param(block, id=f"{_name(path)}:{block.line}")
    for path in WRITTEN
    for block in blocks(path)
    if block.language not in UNREAD
]


@pytest.mark.parametrize("block", SNIPPETS)
def test_every_snippet_parses(block: Block) -> None:
    """A block names its language, and is well formed in it."""
    READERS[block.language](block.text)


@pytest.mark.parametrize("document", DOCUMENTS, ids=_name)
def test_every_link_leads_to_a_file_and_a_heading(document: Path) -> None:
    """Links between documents; addresses of other hosts are not asked."""
    broken = []
    for target in links(document):
        path, _, anchor = target.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        file = (document.parent / path).resolve() if path else document
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(target)
    assert broken == []


def test_every_document_can_be_reached_from_the_readme() -> None:
    """No page without a way to it."""
    reached: set[Path] = set()
    todo = [REPOSITORY / "README.md"]
    while todo:
        page = todo.pop()
        reached.add(page)
        found = {(page.parent / link.partition("#")[0]).resolve() for link in links(page)}
        todo += [path for path in found - reached if path.suffix == ".md" and path.is_file()]
    assert set(DOCUMENTS) - reached == set()


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    """The script that writes the reference."""
    spec = importlib.util.spec_from_file_location("generate", REPOSITORY / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_is_fresh(generator: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """What the product says of itself and what the pages say is the same."""
    code = generator.main(["--check"])
    assert code == 0, capsys.readouterr().out


def test_a_stale_page_is_named(
    generator: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The check fails where a page is missing or differs, and writing mends it."""
    monkeypatch.setattr(generator, "FOLDER", tmp_path / "reference")
    assert generator.main([]) == 0
    (tmp_path / "reference" / "rules.md").write_text("old")
    capsys.readouterr()
    assert generator.main(["--check"]) == 1
    assert "rules.md is out of date" in capsys.readouterr().out


def test_every_command_has_a_section_in_the_reference() -> None:
    """By the list that the command line itself is made from."""
    text = (REPOSITORY / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"## kg {name}\n" not in text] == []


def test_every_dependency_is_accounted_for() -> None:
    """Each has its line in the design, and the design lists nothing else."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    declared = [*project["dependencies"], *extras["test"], *extras["bench"]]
    text = (REPOSITORY / "docs" / "design.md").read_text(encoding="utf-8")
    section = text.partition("## Dependencies")[2].partition("\n## ")[0]
    listed = set(re.findall(r"^\| ([\w.-]+) \|", section, re.M))
    assert listed == {re.split(r"[<>=!~\[ ]", name)[0] for name in declared}
