"""What was measured as tables: rows of cells, the first of them the heads of the columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

SIZES: Final = (150_000, 1_500_000, 15_000_000)
"""Numbers of triples that growth is told of."""

Measured = Mapping[str, Any]
Table = Iterable[Sequence[str]]

_ENGINES: Final = {
    "ours": "ours, embedded",
    "bare": "bare pyoxigraph",
    "ours-http": "ours, `kg serve`",
    "oxigraph": "`oxigraph serve`",
    "jena": "Jena ARQ",
    "rdflib": "rdflib",
}


def _time(value: float | str | None) -> str:
    match value:
        case None:
            return "-"
        case str():
            return value
        case _ if value < 0.01:
            return f"{1000 * value:.1f} ms"
        case _ if value < 1:
            return f"{1000 * value:.0f} ms"
        case _:
            return f"{value:.1f} s"


def _spent(row: Measured, key: str) -> str:
    """Time that passed, and in brackets the processors' share of it."""
    work = row.get("work" if key == "seconds" else f"{key} work")
    return _time(row.get(key)) + (f" ({_time(work)})" if work is not None else "")


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def _queries(name: str, measured: Measured) -> Table:
    """Seconds of each engine on each query, and ours against Oxigraph's."""
    engines = [key for key in _ENGINES if any(key in row for row in measured["rows"])]
    against = ("ours-http", "oxigraph") if name == "phrasings" else ("ours", "bare")
    told = "times faster than `oxigraph serve`, both over HTTP"
    last = told if name == "phrasings" else "embedded against bare"
    yield ("query", "rows", *(_ENGINES[key] for key in engines), last)
    for row in measured["rows"]:
        rows = "" if row["rows"] is None else f"{row['rows']:,}"
        times = (_spent(row, key) for key in engines)
        yield (_linked(name, row["query"]), rows, *times, _ratio(row, *against))


def _linked(name: str, query: str) -> str:
    return query if query.startswith("(") else f"[{query}](../bench/{name}/{query}.rq)"


def _ratio(row: Measured, ours: str, theirs: str) -> str:
    """Processor time of one against the other; where theirs never ended, 60 s that passed."""
    mine, other = row.get(f"{ours} work"), row.get(f"{theirs} work")
    if mine and other:
        return f"{mine / other:.2f}" if theirs == "bare" else f"{other / mine:,.1f}"
    if row.get(theirs) == "over 60 s" and isinstance(row.get(ours), float):
        return f"over {60 / row[ours]:,.0f}"
    return ""


def _query_growth(sizes: Sequence[Measured]) -> Table:
    """Ours and Oxigraph's, embedded and served, at each size."""
    engines = ("ours", "ours-http", "oxigraph")
    heads = [f"{_ENGINES[key]}, {_size(triples)}" for key in engines for triples in SIZES]
    yield ("query", *heads)
    found = [{row["query"]: row for row in size["rows"]} for size in sizes]
    for query in {query: None for size in found for query in size}:
        times = [_spent(size.get(query, {}), key) for key in engines for size in found]
        yield (query, *times)


def _size(triples: int) -> str:
    return f"{triples / 1e6:g} M"


def _walks(_name: str, measured: Measured) -> Table:
    yield ("estate", "nodes", "case", "work", "scipy = 1")
    for row in measured["rows"]:
        cells = (f"{row['nodes']:,}", row["case"], _time(row["work"]), f"{row['ratio']:.1f}")
        yield (row["estate"], *cells)


def _walk_growth(sizes: Sequence[Measured]) -> Table:
    yield ("estate", "case", *(_size(triples) for triples in SIZES))
    found = [{(row["estate"], row["case"]): row for row in size["rows"]} for size in sizes]
    for estate, case in {key: None for size in found for key in size}:
        rows = [size.get((estate, case)) for size in found]
        times = [f"{_time(r['work'])} of {r['nodes']:,} nodes" if r else "-" for r in rows]
        yield (estate, case, *times)


def _loading(_name: str, measured: Measured) -> Table:
    yield (
        "what",
        "time",
        "records a processor second",
        "quads a processor second",
        "peak memory, MB",
    )
    for row in measured["rows"]:
        seconds = row.get("work", row["seconds"])
        rates = [row[key] / seconds if key in row else None for key in ("records", "quads")]
        yield (row["what"], _spent(row, "seconds"), *map(_number, (*rates, row.get("peak MB"))))


def _servers(_name: str, measured: Measured) -> Table:
    keys = ("seconds", "requests a second", "p99 ms", "work ms", "MB", "MB a second")
    memory = ("gateway MB more", "other processes MB more")
    yield ("case", "server", *keys, *memory, "")
    for row in measured["rows"]:
        numbers = (_number(row.get(key)) for key in (*keys, *memory))
        yield (row["case"], row["server"], *numbers, row.get("why", ""))


def _server_growth(sizes: Sequence[Measured]) -> Table:
    """Requests or megabytes a second, and the gateway's memory, at each size."""
    yield ("case", "server", *(_size(triples) for triples in SIZES))
    found = [{(row["case"], row["server"]): row for row in size["rows"]} for size in sizes]
    for case, server in {key: None for size in found for key in size}:
        cells = [_rate(size.get((case, server), {})) for size in found]
        yield (case, server, *cells)


def _rate(row: Measured) -> str:
    if "requests a second" in row:
        times = f"p99 {_number(row['p99 ms'])} ms, work {_number(row['work ms'])} ms"
        return f"{_number(row['requests a second'])}/s, {times}"
    if row.get("MB a second"):
        return f"{_number(row['MB a second'])} MB/s, {_number(row['gateway MB more'])} MB more"
    return f"{_number(row['seconds'])} s" if "seconds" in row else row.get("why", "-")


def _loading_growth(sizes: Sequence[Measured]) -> Table:
    yield ("what", *(_size(triples) for triples in SIZES))
    found = [{row["what"]: row for row in size["rows"]} for size in sizes]
    for what in {key: None for size in found for key in size}:
        times = [_spent(size.get(what, {}), "seconds") for size in found]
        yield (what, *times)


_VALIDATORS: Final = {
    "store": "ours, over the store",
    "file": "ours, from a file",
    "pyshacl": "pySHACL",
    "pyshifty": "pyshifty",
    "pyrudof": "pyrudof",
    "jena": "Jena SHACL",
    "library": "ours, over the store",
}


def _validation(_name: str, measured: Measured) -> Table:
    """Each engine on each set of shapes; results are told where they are not those of ours."""
    heads = ("whole run", "loading", "validating", "peak memory, MB", "results")
    yield ("shapes", "engine", *heads)
    first: dict[str, str] = {}
    for row in measured["rows"]:
        expected = first.setdefault(row["shapes"], row.get("digest", ""))
        parts = [_time(row.get(key)) for key in ("loading", "validating")]
        results = row.get("why") or f"{row['results']:,}"
        if not row.get("why") and row["digest"] != expected:
            results += ", not the same"
        whole, memory = _spent(row, "seconds"), _number(row["peak MB"])
        yield (row["shapes"], _VALIDATORS[row["engine"]], whole, *parts, memory, results)


def _validation_growth(sizes: Sequence[Measured]) -> Table:
    """Time and memory of each engine at each size."""
    yield ("shapes", "engine", *(_size(triples) for triples in SIZES))
    found = [{(row["shapes"], row["engine"]): row for row in size["rows"]} for size in sizes]
    for shapes, engine in {key: None for size in found for key in size}:
        rows = [size.get((shapes, engine), {}) for size in found]
        cells = (
            f"{_spent(row, 'seconds')}, {_number(row['peak MB'])} MB" if row else "-"
            for row in rows
        )
        yield (shapes, _VALIDATORS[engine], *cells)


def _propagation(_name: str, measured: Measured) -> Table:
    """What each commit costs, and making all anew; the size of what is derived is the last row."""
    yield ("what", "time", "worst", "derived triples that changed")
    for row in measured["rows"]:
        if "facts" in row:
            sizes = ", ".join(f"{row[key]:,} {key}" for key in ("derived", "steps", "facts"))
            yield (f"of {row['quads']:,} quads", "", "", sizes)
        else:
            yield (
                row["what"],
                _spent(row, "seconds"),
                _time(row.get("worst")),
                f"{row['changed']:,}",
            )


def _gate(_name: str, measured: Measured) -> Table:
    """How soon each kind of question is answered over HTTP."""
    yield ("question", "p50, ms", "p99, ms", "work, ms", "refused")
    for row in measured["rows"]:
        numbers = (_number(row[key]) for key in ("p50 ms", "p99 ms", "work ms"))
        yield (row["question"], *numbers, f"{row['refused']} of {row['of']}")


def _visibility(_name: str, measured: Measured) -> Table:
    """How soon a write is read, over HTTP."""
    keys = ("p50 ms", "p99 ms", "most ms")
    yield ("what", "p50, ms", "p99, ms", "at most, ms")
    for row in measured["rows"]:
        yield (row["what"], *(_number(row[key]) for key in keys))


def _incremental(_name: str, measured: Measured) -> Table:
    """How soon the report is current after a change of each kind."""
    yield (
        "what",
        "until current",
        "of that the report",
        "at most",
        "the first of a kind",
        "results",
    )
    for row in measured["rows"]:
        following = [_spent(row, key) for key in ("following", "first following")]
        worst = _time(row.get("following work worst"))
        whole = "left out" if row.get("left out") else _spent(row, "seconds")
        yield (row["what"], whole, following[0], worst, following[1], _compared(row))


def _compared(row: Mapping[str, Any]) -> str:
    """How many results a full run has, and how many of the report that is kept differ."""
    if "results" not in row:
        return ""
    return f"{row['results']:,}, {row['differences'] or 'none'} different"


TABLES: Final[Mapping[str, Callable[[str, Measured], Table]]] = {
    "phrasings": _queries,
    "mixed": _queries,
    "loading": _loading,
    "servers": _servers,
    "propagation": _propagation,
    "validation": _validation,
    "validation-loading": _loading,
    "incremental": _incremental,
    "gate": _gate,
    "lineage": _walks,
    "visibility": _visibility,
}
GROWTH: Final[Mapping[str, Callable[[Sequence[Measured]], Table]]] = {
    "phrasings": _query_growth,
    "mixed": _query_growth,
    "loading": _loading_growth,
    "servers": _server_growth,
    "validation": _validation_growth,
    "validation-loading": _loading_growth,
    "lineage": _walk_growth,
}
