"""The container of a package: a ZIP file with nothing left to chance, or a folder."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from kg.errors import InputError

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the first instant that ZIP knows
_REGULAR_FILE: Final = 0o100644 << 16


def to_zip(files: Mapping[str, bytes]) -> bytes:
    """The one ZIP file of these files: by name, not compressed, without times.

    Not compressed, so that its bytes do not depend on a compression library's version.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            member = zipfile.ZipInfo(name, _EPOCH)
            member.create_system = 3
            member.external_attr = _REGULAR_FILE
            archive.writestr(member, files[name])
    return buffer.getvalue()


def write_folder(files: Mapping[str, bytes], folder: Path) -> None:
    """Write the files into a folder that is new or empty; raises :class:`InputError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise InputError("the folder is not empty", where=str(folder))
        for name, content in files.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        raise InputError(f"cannot write: {error.strerror}", where=str(folder)) from error


def read_package(path: Path) -> dict[str, bytes] | None:
    """The files of a package by name; ``None`` where a ZIP file is not as :func:`to_zip` writes it.

    Raises :class:`InputError` where nothing can be read there.
    """
    try:
        if path.is_dir():
            return {
                str(file.relative_to(path)): file.read_bytes()
                for file in sorted(path.rglob("*"))
                if not file.is_dir()
            }
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read: {error.strerror}", where=str(path)) from error
    files = _members(content)
    return files if files is not None and to_zip(files) == content else None


def _members(content: bytes) -> dict[str, bytes] | None:
    """What a ZIP file holds; ``None`` where it is none, or one that would unfold to more."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if any(m.compress_type != zipfile.ZIP_STORED for m in members):
                return None
            if sum(member.file_size for member in members) > len(content):
                return None
            return {member.filename: archive.read(member) for member in members}
    except Exception:  # whatever a damaged file makes the library raise
        return None
