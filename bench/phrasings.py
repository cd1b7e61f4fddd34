"""Questions of impact and origin as people write them, and a mixed set of others, of all engines.

The queries are ``bench/phrasings/*.rq`` and ``bench/mixed/*.rq``. Where one says ``mlg:dependsOn``,
which only ours knows, the others are asked for ``mlg:directlyDependsOn+``. All hold the same
statements and give their rows as CSV; rows are compared. Engines take turns, query by query, round
by round, and the best time of each counts, which warms Java up and levels what else the machine
does. ``python -m bench.phrasings [--triples N] [--without PEER]``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Final

from bench.arguments import arguments
from bench.peers import OVER, PEERS, Answer, Failure, Peer
from bench.prepared import prepared
from bench.results import Row, record

SETS: Final[Mapping[str, Sequence[str]]] = {
    "phrasings": ("ours", "ours-http", "oxigraph", "jena", "rdflib"),
    "mixed": ("ours", "bare", "ours-http", "oxigraph", "jena", "rdflib"),
}
_ROUNDS: Final = 15
_LONG: Final = 3.0
"""Seconds after which an engine is not asked the same again."""

_OURS: Final = ("ours", "ours-http")

Outcome = Answer | Failure


def queries(name: str) -> Iterator[tuple[str, str]]:
    """The queries of a set, by name."""
    for path in sorted(Path(__file__).with_name(name).glob("*.rq")):
        yield path.stem, path.read_text(encoding="utf-8")


def best(peers: Sequence[Peer], text: str) -> dict[str, Outcome]:
    """The best answer of each peer, or why it gave none."""
    found: dict[str, Outcome] = {}
    spent = dict.fromkeys((peer.name for peer in peers), 0.0)
    for _ in range(_ROUNDS):
        for peer in peers:
            before = found.get(peer.name)
            if not isinstance(before, Failure) and spent[peer.name] < _LONG:
                answer = peer.ask(text if peer.name in _OURS else for_others(text))
                spent[peer.name] += answer.seconds if isinstance(answer, Answer) else 0
                found[peer.name] = _better(before, answer)
    return found


def for_others(text: str) -> str:
    """A query as engines are asked that do not know ``mlg:dependsOn``."""
    return text.replace("mlg:dependsOn", "(mlg:directlyDependsOn+)")


def _better(before: Answer | None, now: Outcome) -> Outcome:
    if before is None or isinstance(now, Failure):
        return now
    if before.rows != now.rows:
        return Failure("other rows the second time")
    seconds, work = min(before.seconds, now.seconds), min(before.work, now.work)
    return Answer(seconds, work, now.rows)


def row(name: str, found: Mapping[str, Outcome]) -> Row:
    """The seconds of each, or in words why there are none; who gave other rows than ours."""
    ours = found["ours"]
    told: Row = {"query": name, "rows": ours.rows.number if isinstance(ours, Answer) else None}
    for peer, outcome in found.items():
        if isinstance(outcome, Failure):
            told[peer] = "over 60 s" if outcome == OVER else outcome.reason
        elif isinstance(ours, Answer) and outcome.rows != ours.rows:
            told[peer] = f"{outcome.rows.number} rows in {outcome.seconds:.3f} s"
        else:
            told[peer] = outcome.seconds
            told[f"{peer} work"] = outcome.work
    return told


def measure(name: str, peers: Sequence[Peer], triples: int) -> None:
    """Ask all queries of a set, and keep the result after each."""
    rows: list[Row] = [{"query": "(loading)", "rows": None, **{p.name: p.loading for p in peers}}]
    for query, text in queries(name):
        rows.append(row(query, best(peers, text)))
        print(rows[-1], flush=True)
        record(name, triples, rows)


def main() -> None:
    """Start the engines that are not left out, and ask them both sets."""
    given = arguments(__doc__, peers=True)
    data = prepared(given)
    with ExitStack() as stack:
        peers = {}
        for name, start in PEERS.items():
            if name not in given.without:
                peers[name] = stack.enter_context(closing(start(data)))
                print(f"{name}: loaded in {peers[name].loading:.1f} s", flush=True)
        for name, asked in SETS.items():
            measure(name, [peers[peer] for peer in asked if peer in peers], given.triples)


if __name__ == "__main__":
    main()
