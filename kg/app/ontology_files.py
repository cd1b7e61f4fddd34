"""The owner's ontology files: reading them, and noticing that they changed."""

from __future__ import annotations

from pathlib import Path

from kg.ontology import Ontology

_Signature = tuple[tuple[str, int, int, int], ...]


class OntologyFiles:
    """The Turtle files in a folder, which need not be there. Not for several threads at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: _Signature | None = None

    def read(self) -> Ontology:
        """The shipped ontology with these files; raises :class:`InputError` where one is bad."""
        self._seen = self._signature()
        return Ontology.load(self._paths())

    def news(self) -> Ontology | None:
        """The ontology as it is now, where the files are not as they were when last read.

        Looks at the dates and sizes of the files. Raises as :meth:`read`, once for each state.
        """
        return None if self._signature() == self._seen else self.read()

    def forget(self) -> None:
        """Take the files for changed when next asked."""
        self._seen = None

    def _paths(self) -> list[Path]:
        return sorted(self._folder.glob("*.ttl"))

    def _signature(self) -> _Signature:
        """What tells one state of the files from another, without reading them."""
        found = []
        for path in self._paths():
            try:
                status = path.stat()
            except OSError:  # removed since it was listed, or a link to nowhere
                continue
            found.append((path.name, status.st_ino, status.st_size, status.st_mtime_ns))
        return tuple(found)
