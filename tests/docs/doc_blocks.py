"""Reading documents: fenced blocks, the commands in them with what they print, and links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]

_FENCE = re.compile(
    r"^```(?P<language>[\w-]*)(?: file=(?P<file>\S+))?\n(?P<text>.*?)^```$", re.M | re.S
)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(?P<title>.+?) *$", re.M)


@dataclass(frozen=True)
class Block:
    """A fenced block; one with a ``file`` is that file, to be written before what follows."""

    language: str
    file: str | None
    text: str
    line: int


@dataclass(frozen=True)
class Step:
    """A command of a console block and the lines that it prints."""

    command: str
    printed: tuple[str, ...]
    line: int


def blocks(document: Path) -> Iterator[Block]:
    """The fenced blocks of a document in order."""
    text = document.read_text(encoding="utf-8")
    for match in _FENCE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        yield Block(match["language"], match["file"], match["text"], line)


def steps(block: Block) -> list[Step]:
    """The commands of a console block: ``$`` begins one, ``>`` goes on with it."""
    found: list[tuple[list[str], list[str], int]] = []
    for number, line in enumerate(block.text.splitlines(), block.line + 1):
        if line.startswith("$ "):
            found.append(([line[2:]], [], number))
        elif line.startswith("> ") or line == ">":
            found[-1][0].append(line[2:])
        else:
            found[-1][1].append(line)
    return [Step("\n".join(command), tuple(out), line) for command, out, line in found]


def links(document: Path) -> set[str]:
    """The targets of the links in a document, those in fenced blocks aside."""
    text = _FENCE.sub("", document.read_text(encoding="utf-8"))
    return {match["target"] for match in _LINK.finditer(text)}


def anchors(document: Path) -> set[str]:
    """The fragments that headings of a document can be linked by, as GitHub makes them."""
    text = _FENCE.sub("", document.read_text(encoding="utf-8"))
    titles = [match["title"].replace("`", "").lower() for match in _HEADING.finditer(text)]
    return {re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in titles}
