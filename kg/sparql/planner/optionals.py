"""Required patterns that are written after OPTIONAL, moved before it where that is the same.

Join(LeftJoin(A, O), T) is LeftJoin(Join(A, T), O) when every variable that O and T share has a
value in each solution of A: then whether T fits does not depend on O.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.sparql.planner.edits import Edit
from kg.sparql.planner.scopes import certain, scopes
from kg.sparql.reader.patterns import Bind, Element, Minus, Optional, Triples
from kg.sparql.reader.queries import Query

STEP = "required-first"


def move_required_first(query: Query) -> Iterator[Edit]:
    """Move each run of triple patterns as far forward as it may go."""
    for scope in scopes(query):
        elements = scope.group.elements
        moves: dict[int, list[Triples]] = {}
        for index, element in enumerate(elements):
            if isinstance(element, Triples):
                place = _earliest(query, elements, index)
                if place < index:
                    moves.setdefault(place, []).append(element)
        if moves:
            yield _moved(query, elements, moves)


def _earliest(query: Query, elements: Sequence[Element], index: int) -> int:
    """Before which element the patterns may stand; their own index if they stay."""
    block = elements[index]
    own = query.mentioned(block.start, block.end)
    earliest = index
    for place in range(index - 1, 0, -1):
        passed = elements[place]
        if isinstance(passed, Bind | Minus):
            break
        if isinstance(passed, Optional):
            shared = own & query.mentioned(passed.start, passed.end)
            if not shared <= certain(query, elements[:place]):
                break
            earliest = place
    return earliest


def _moved(query: Query, elements: Sequence[Element], moves: dict[int, list[Triples]]) -> Edit:
    pieces = []
    moved = [block for blocks in moves.values() for block in blocks]
    for place, blocks in moves.items():
        before, target = elements[place - 1], elements[place].start
        open_before = isinstance(before, Triples) and before.stop == before.end
        open_before = open_before and before not in moved
        texts = [query.text[block.start : block.end] for block in blocks]
        pieces.append((target, target, f"{'. ' if open_before else ''}{' . '.join(texts)} . "))
        pieces += [(block.start, block.stop, "") for block in blocks]
    return Edit(STEP, tuple(pieces))
