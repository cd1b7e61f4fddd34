"""The index on disk: arrays mapped into memory, and beside them what came since.

A base is a folder of arrays, written under another name and then renamed, so that it is there
whole or not at all; its manifest tells their shapes, the revision and the ontology's digest.
``recent.npz`` in it holds what was added in memory when the graph was last closed, or when a
snapshot was taken.
"""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np

from kg.index.links import Family
from kg.index.rows import Rows
from kg.index.terms import Terms, WrittenTerms
from kg.index.view import Contents
from kg.index.vocabulary import Vocabulary
from kg.index.written import Row, WrittenRows

FORMAT: Final = 2
_MANIFEST: Final = "manifest.json"
_VOCABULARY: Final = "vocabulary.json"
_RECENT: Final = "recent.npz"
DAMAGE: Final = (OSError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile)
"""What reading files raises that are missing or damaged."""

Identity = tuple[int, int, int]
"""Device, number and time of change of a file that all copies of a base share."""


@dataclass(frozen=True)
class Standing:
    """The revision that files stand at, and the ontology by which the records were read."""

    revision: int
    digest: str


@dataclass(frozen=True)
class Base:
    """The arrays of an index."""

    terms: WrittenTerms
    rows: tuple[WrittenRows, ...]
    vocabulary: Vocabulary

    def contents(self) -> Contents:
        """The arrays with nothing added yet."""
        rows = tuple(Rows(rows) for rows in self.rows)
        return Contents(Terms(self.terms), rows, self.vocabulary)

    def arrays(self) -> dict[str, np.ndarray[Any, Any]]:
        """The arrays by the names of their files."""
        found = {f"term.{name}": array for name, array in self.terms._asdict().items()}
        for family, rows in zip(Family, self.rows, strict=True):
            found |= {f"{family.name.lower()}.{n}": a for n, a in rows._asdict().items()}
        return found


def write_base(folder: Path, base: Base, standing: Standing) -> None:
    """Write a base to a folder that is not there yet; it is on disk when this returns."""
    half = folder.with_name(f".{folder.name}")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True)
    arrays = base.arrays()
    for name, array in arrays.items():
        with (half / f"{name}.npy").open("wb") as file:
            np.save(file, array)
            file.flush()
            os.fsync(file.fileno())
    shapes = {name: len(array) for name, array in arrays.items()}
    manifest = {"format": FORMAT, **asdict(standing), "arrays": shapes}
    vocabulary = json.dumps(base.vocabulary.to_json())
    (half / _VOCABULARY).write_text(vocabulary, encoding="utf-8")
    (half / _MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    half.rename(folder)


def read_base(folder: Path) -> tuple[Base, Standing]:
    """The base in a folder, mapped into memory; raises one of :data:`DAMAGE`."""
    manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
    if manifest["format"] != FORMAT:
        raise ValueError(f"the format of {folder} is {manifest['format']}")
    arrays = {}
    for name, length in manifest["arrays"].items():
        path = folder / f"{name}.npy"
        mapped = np.load(path, mmap_mode="r" if length else None, allow_pickle=False)
        array = np.asarray(mapped)  # a plain array, whose slices cost less
        if array.shape != (length,):
            raise ValueError(f"{path} is not of the length that was written")
        arrays[name] = array
    base = Base(
        WrittenTerms(*(arrays[f"term.{name}"] for name in WrittenTerms._fields)),
        tuple(_rows(arrays, family) for family in Family),
        Vocabulary.from_json(json.loads((folder / _VOCABULARY).read_text(encoding="utf-8"))),
    )
    return base, Standing(manifest["revision"], manifest["digest"])


def identity(folder: Path) -> Identity:
    """What tells the base in a folder, by whichever link it was copied there, from all others.

    Raises one of :data:`DAMAGE`.
    """
    found = (folder / _MANIFEST).stat()
    return found.st_dev, found.st_ino, found.st_mtime_ns


def link_base(source: Path, folder: Path) -> None:
    """Copy a base by hard links where the file system allows it, without what came since."""
    folder.mkdir(parents=True)
    for path in source.iterdir():
        if path.name != _RECENT:
            try:
                os.link(path, folder / path.name)
            except OSError:
                shutil.copyfile(path, folder / path.name)


def write_recent(folder: Path, contents: Contents, revision: int, *, durable: bool = True) -> None:
    """Write what was added in memory beside the base that it was added to.

    What is to outlive the system's failure is ``durable``: on disk when this returns.
    """
    arrays: dict[str, np.ndarray[Any, Any]] = {"revision": np.array(revision)}
    for family, rows in zip(Family, contents.rows, strict=True):
        added, ends, closed = list(rows.added), list(rows.ends), list(rows.closed.items())
        count = min(len(added), len(ends))
        columns = [(*row, end) for row, end in zip(added[:count], ends[:count], strict=True)]
        arrays[f"{family.name}.added"] = np.array(columns, np.int32).reshape(-1, 6)
        arrays[f"{family.name}.closed"] = np.array(closed, np.int32).reshape(-1, 2)
    # The terms last: rows name none that is not among them by now.
    text = WrittenTerms.of(list(contents.terms.added))
    arrays |= {"terms.text": text.text, "terms.offsets": text.offsets}
    half = folder / f".{_RECENT}"
    with half.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)
        file.flush()
        if durable:
            os.fsync(file.fileno())
    half.rename(folder / _RECENT)


def read_recent(folder: Path, contents: Contents) -> int | None:
    """Take in what :func:`write_recent` wrote, if anything; returns its revision.

    Raises one of :data:`DAMAGE`, and then the contents are not to be used.
    """
    path = folder / _RECENT
    if not path.exists():
        return None
    with np.load(path, allow_pickle=False) as arrays:
        text = arrays["terms.text"].tobytes()
        for start, stop in pairwise(arrays["terms.offsets"].tolist()):
            contents.terms.add(text[start:stop].decode())
        for family, rows in zip(Family, contents.rows, strict=True):
            added = arrays[f"{family.name}.added"].tolist()
            closed = dict(arrays[f"{family.name}.closed"].tolist())
            rows.restore([Row(*row[:5]) for row in added], [row[5] for row in added], closed)
        return int(arrays["revision"])


def _rows(arrays: dict[str, Any], family: Family) -> WrittenRows:
    return WrittenRows(*(arrays[f"{family.name.lower()}.{n}"] for n in WrittenRows._fields))
