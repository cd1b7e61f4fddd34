"""Where Debian's Jena lies, and the commands that run it."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Final

_JAVA: Final = Path("/usr/share/java")
_JARS: Final = (
    *("jena-arq", "jena-core", "jena-base", "jena-iri", "jena-shacl", "thrift", "guava"),
    *("commons-lang3", "commons-compress", "slf4j-api", "slf4j-nop"),
)
_ADAPTER: Final = Path(__file__).with_name("Arq.java")
_VALIDATOR: Final = Path(__file__).with_name("Shacl.java")

# Debian's jena-core 4.5.0-2 has the classes of Xerces under ``xerces`` and their messages, without
# which they do not start, still under the name that they have in Jena's own build.
_PACKED: Final = "org/apache/jena/ext/"
_MEMORY: Final = "-Xmx6g"


def command(data: Path, scratch: Path) -> list[str]:
    """What loads N-Triples and answers as ``bench.peers.worker`` asks.

    ``scratch`` is a folder for the messages of Xerces.
    """
    return [*_java(scratch), str(_ADAPTER), str(data)]


def validation(data: Path, shapes: Path, scratch: Path) -> list[str]:
    """What validates N-Triples by shapes, and tells it as ``bench.peers.shacl_worker`` does."""
    return [*_java(scratch), str(_VALIDATOR), str(data), str(shapes)]


def _java(scratch: Path) -> list[str]:
    """Java's launcher, which compiles the one file that it is given."""
    with zipfile.ZipFile(_JAVA / "jena-core.jar") as packed:
        for name in packed.namelist():
            if name.startswith(f"{_PACKED}xerces/") and name.endswith(".properties"):
                target = scratch / name.removeprefix(_PACKED)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(packed.read(name))
    classes = [str(scratch), *(str(_JAVA / f"{name}.jar") for name in _JARS)]
    return ["java", _MEMORY, "-cp", ":".join(classes)]
