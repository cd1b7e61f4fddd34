"""One run of shapes over data: queries asked, their rows turned into results."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING

from kg.shacl.compiled.errors import NoExpression
from kg.shacl.compiled.focus import Focus, ValuesOf
from kg.shacl.compiled.hits import Hit
from kg.shacl.compiled.patterns import THIS, VALUE, values_pattern
from kg.shacl.compiled.prebinding import Context
from kg.shacl.compiled.scans import Scan, scan
from kg.shacl.compiled.sources import Source
from kg.shacl.compiled.templates import FALSE, Fragment, any_of, render
from kg.shacl.model.paths import Path
from kg.shacl.model.shape import Constraint, Shape
from kg.shacl.report import Result
from kg.store.solutions import Solutions
from kg.terms import Literal, NamedNode, Term

if TYPE_CHECKING:
    from kg.shacl.components.sparql import Sparql

MAX_CONDITION = 20_000
"""Characters above which an expression is not built: engines parse by recursion."""


class Evaluation:
    """What constraints need to ask their questions of one source of data.

    ``context`` holds what SPARQL constraints see beside the data. What is remembered (classes
    below a class) holds for one run.
    """

    def __init__(self, source: Source, context: Context | None = None) -> None:
        self.source = source
        self.context = context or Context(())
        self._numbers = count(1)
        self._held: dict[NamedNode, bool] = {}
        self._classes: dict[NamedNode, tuple[NamedNode, ...]] = {}
        self._sizes: dict[Hashable, tuple[int, int]] = {}

    @cached_property
    def plain(self) -> Evaluation:
        """The same questions of the data without disguises, for SPARQL of the shapes graph."""
        source = self.source.plain()
        return self if source is self.source else Evaluation(source, self.context)

    def remember(self, other: Evaluation) -> None:
        """Share what another evaluation of the same data remembers."""
        self._held, self._classes = other._held, other._classes

    def keeps(self, constraint: Constraint, shape: Shape, focus: Focus) -> bool:  # noqa: ARG002
        """Whether a constraint is known to find nothing about the nodes before it is asked."""
        return False

    def text(self, constraint: Sparql, shape: Shape) -> str:
        """The text of a constraint at a shape; raises what :meth:`Sparql.text` raises.

        It is made once for each context, and hangs on no data.
        """
        texts, key = self.context.texts, (constraint.node, shape.node)
        if key not in texts:
            texts[key] = constraint.text(shape, self)
        return texts[key]

    def fresh(self) -> Fragment:
        """A variable that nothing else uses."""
        return Fragment(f"?kg{next(self._numbers)}")

    def encode(self, term: Term) -> Term:
        """The term as the data holds it."""
        return self.source.encode(term)

    def typed(self, node: Fragment) -> Fragment:
        """An expression for the value of a literal, however the source keeps it."""
        return render("conditions/typed", node=node) if self.source.altered else node

    def classes(self, cls: NamedNode) -> tuple[NamedNode, ...]:
        """A class and every class below it in the data."""
        if cls not in self._classes:
            found = {term for term in self.below(cls) if isinstance(term, NamedNode)}
            self._classes[cls] = (cls, *sorted(found - {cls}, key=str))
        return self._classes[cls]

    def below(self, cls: NamedNode) -> set[Term]:
        """The classes below a class in the data."""
        return self.source.below(cls)

    def holds(self, predicate: NamedNode) -> bool:
        """Whether the data has a property."""
        if predicate not in self._held:
            self._held[predicate] = self.source.holds(predicate)
        return self._held[predicate]

    def size(self, counted: Hashable, pattern: Fragment, most: int) -> int:
        """How many solutions a pattern has, ``most`` at most; remembered under what is counted."""
        size, limit = self._sizes.get(counted, (0, 0))
        if size == limit < most:
            (row,) = self.rows("size", pattern=pattern, limit=most)
            size = int(row[0].value)  # type: ignore[union-attr]
            self._sizes[counted] = (size, most)
        return min(size, most)

    def scan(self, path: Path | None, focus: Focus) -> Scan | None:
        """The scan of a path that is cheaper than going through the focus nodes, if one is."""
        return scan(path, focus, self)

    def select(self, text: str) -> Solutions:
        """Ask a SELECT of the source."""
        return self.source.select(text)

    def rows(self, template: str, **values: object) -> Iterator[tuple[Term | None, ...]]:
        """Ask the SELECT of a template."""
        return self.select(render(template, **values)).rows

    def objects(
        self, nodes: Iterable[NamedNode], predicates: Iterable[NamedNode]
    ) -> Iterator[tuple[Term | None, ...]]:
        """Each of the nodes with what it has by one of some properties."""
        return self.rows("objects", nodes=list(nodes), predicates=list(predicates))

    def hits(self, shape: Shape, focus: Focus) -> Iterator[Hit]:
        """Everything that is found by a shape."""
        if not shape.deactivated:
            for constraint in shape.constraints:
                if not self.keeps(constraint, shape, focus):
                    yield from constraint.hits(shape, focus, self)

    def breaks(self, shape: Shape, node: Fragment) -> Fragment:
        """An expression that says whether a node does not conform to a shape.

        Raises :class:`NoExpression` where none is known, or only a very long one.
        """
        if shape.deactivated:
            return FALSE
        found = any_of(c.breaks(shape, node, self) for c in shape.constraints)
        if len(found) > MAX_CONDITION:
            raise NoExpression
        return found

    def failing(self, shape: Shape, focus: Focus) -> set[Term]:
        """Those of the nodes that do not conform to a shape."""
        try:
            condition = self.breaks(shape, THIS)
        except NoExpression:
            return {hit.root for hit in self.hits(shape, focus)}
        if condition == FALSE:
            return set()
        pattern = focus.pattern(THIS, self)
        rows = self.rows("broken-nodes", focus=pattern, condition=condition)
        return {term for (term,) in rows if term is not None}

    def nodes(self, focus: Focus) -> set[Term]:
        """The focus nodes themselves."""
        rows = self.rows("all-nodes", focus=focus.pattern(THIS, self))
        return {term for (term,) in rows if term is not None}

    def values(self, shape: Shape, focus: Focus) -> Fragment:
        """The pattern of the focus nodes ``?this`` with their value nodes ``?value``."""
        start = focus.pattern(THIS, self)
        return values_pattern(start, shape.path, THIS, VALUE, self)

    def pairs(self, shape: Shape, focus: Focus) -> Iterator[tuple[Term, Term]]:
        """Each focus node with each of its value nodes."""
        for this, value in self.rows("pairs", values=self.values(shape, focus)):
            if this is not None and value is not None:
                yield this, value

    def value_focus(self, shape: Shape, focus: Focus) -> Focus:
        """The value nodes as focus nodes of a nested shape."""
        return focus if shape.path is None else ValuesOf(focus, shape.path)

    def hit(
        self,
        shape: Shape,
        constraint: Constraint,
        this: Term | None,
        value: Term | None = None,
        *,
        path: Term | None = None,
        source: Term | None = None,
        messages: Iterable[Literal] = (),
        details: tuple[Result, ...] = (),
        annotations: Mapping[NamedNode, tuple[Term, ...]] | None = None,
    ) -> Hit:
        """A result of a constraint of a shape, for one of its focus nodes."""
        assert this is not None  # noqa: S101 - every query projects a bound ?this
        said = tuple(messages) or shape.messages or (Literal(constraint.message()),)
        result = Result(
            focus=this,
            path=shape.path_node if path is None else path,
            path_text="",
            value=value,
            shape=shape.node,
            constraint=source,
            component=constraint.component,
            severity=shape.severity,
            messages=tuple(sorted(set(said), key=str)),
            rule=None,
            details=details,
            annotations=tuple((annotations or {}).items()),
        )
        return Hit(this, result)
