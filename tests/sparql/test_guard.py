"""The guard: what is refused, what is close to it and accepted, and that the engine survives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import KGError, QueryRefused
from kg.sparql.complexity import MOST_EACH, measure
from kg.sparql.guard import Limits, check
from kg.sparql.tokens import tokenize

LIMITS = Limits()
REMOTE = "<http://127.0.0.1:9/>"

CALLING = [
    "SELECT * { SERVICE %s { ?s ?p ?o } }",
    "SELECT * { sErViCe %s { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT %s { ?s ?p ?o } }",
    "SELECT*{SERVICESILENT%s{?s?p?o}}",
    "SELECT * { SERVICE#comment\n%s { ?s ?p ?o } }",
    "SELECT * { SERVICE # %s\n ?x { ?s ?p ?o } }",
    "SELECT * { SERVICE ?x { ?s ?p ?o } }",
    r"SELECT * { \u0053ERVICE %s { ?s ?p ?o } }",
    r"SELECT * { S\U00000045RVICE %s { ?s ?p ?o } }",
    r"SELECT * { ?s ?p '\u0027 . SERVICE %s {} #' }",
    "SELECT * { ?s ?p ?o.SERVICE%s{} }",
    "SELECT * { ?s ?p 1SERVICE%s{} }",
    "SELECT * { ?s ?p 1.SERVICE%s{} }",
    "SELECT * { ?s ?p trueSERVICE%s{} }",
    "PREFIX ex: <http://e/> SELECT * { SERVICEex:foo {} }",
    "PREFIX ex: <http://e/> SELECT * { SERVICESILENTex:foo {} }",
    "PREFIX ex: <http://e/> SELECT * { ?s ?p trueSERVICEex:foo {} }",
    "PREFIX : <http://e/> SELECT * { SERVICE:foo {} }",
    "PREFIX ex: <http://e/> SELECT * { ?s ?p ex:a.b.SERVICE%s{} }",
    "SELECT * { FILTER EXISTS { SERVICE %s {} } }",
    "SELECT * { { SELECT * { SERVICE %s {} } } }",
    "INSERT { ?s ?p ?o } WHERE { SERVICE %s { ?s ?p ?o } }",
    "LOAD %s",
    "load silent %s into graph <urn:g>",
    "LOADSILENT%s",
    "CLEAR ALL; LOAD %s",
    "INSERT DATA {} ;LOAD#\n%s",
    "PREFIX ex: <http://e/> LOADex:a",
    "PREFIX : <http://e/> LOAD:a",
    "PREFIX ex: <http://e/> CLEAR ALL;LOADex:a",
    r"L\u004fAD %s",
]


@pytest.mark.parametrize("text", CALLING)
def test_calls_to_other_hosts_are_refused(text: str) -> None:
    """No spelling of SERVICE or LOAD reaches the engine."""
    with pytest.raises(QueryRefused):
        check(text.replace("%s", REMOTE), LIMITS)


HARMLESS = [
    "SELECT * { ?s ?p 'SERVICE <http://e/> {}' }",
    'SELECT * { ?s ?p """ LOAD <http://e/> """ }',
    "SELECT * { ?s ?p ?o } # SERVICE <http://e/> {}",
    "SELECT ?service ?load { ?service ?p ?load }",
    "SELECT * { ?s <http://e/SERVICE> <http://e/LOAD> }",
    "PREFIX ex: <http://e/> SELECT * { ?s a ex:Service ; ex:load 1 ; ex:my.service 2 }",
    "PREFIX service: <http://e/> SELECT * { ?x service:of service:a . service:b ?p ?o }",
    "PREFIX service: <http://e/> SELECT * { GRAPH service:g { ?s ?p ?o } }",
    "PREFIX load: <http://e/> SELECT * { ?s load:factor 1 ; load:p <http://e/a>, load:q }",
    "PREFIX load: <http://e/> CLEAR GRAPH load:g ; DROP GRAPH load:h",
    "SELECT * { ?s ?p 'x'@en . _:service ?p true . ?x ?y false }",
]

LEGITIMATE = [
    "ASK {}",
    "ASK { ?s ?p ?o }",
    "SELECT * WHERE { ?s ?p ?o } LIMIT 10",
    "SELECT (COUNT(*) AS ?n) { ?s a <http://e/C> }",
    "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g",
    "SELECT ?x { ?x <http://e/p>+ <http://e/a> }",
    "SELECT ?x { ?x (<http://e/p>|^<http://e/q>)*/<http://e/r>? ?y }",
    "SELECT ?x { ?x !(<http://e/p>|^a) ?y }",
    "SELECT ?x { { ?x a <http://e/A> } UNION { ?x a <http://e/B> } MINUS { ?x ?p 1 } }",
    "SELECT ?x { ?x ?p ?o OPTIONAL { ?x <http://e/t> ?t FILTER(LANG(?t) = 'en') } }",
    "SELECT ?x { ?x ?p ?v FILTER(?v > 3 && ?v < 9 || ?v = 12) }",
    "SELECT ?x { ?x ?p ?v FILTER(?v IN (1, 2, 3)) FILTER REGEX(?v, '^a', 'i') }",
    "SELECT ?x { ?x ?p ?v FILTER NOT EXISTS { ?x ?q ?v FILTER EXISTS { ?v ?r ?x } } }",
    "SELECT ?x (MAX(?d) AS ?m) { ?x ?p ?d } GROUP BY ?x HAVING(COUNT(?d) > 1) ORDER BY DESC(?m)",
    "SELECT * { { SELECT ?x { ?x ?p ?o } LIMIT 5 } BIND(STR(?x) AS ?s) }",
    "CONSTRUCT { ?s a [ <http://e/p> (1 2 3) ] } WHERE { ?s ?p ?o }",
    "CONSTRUCT WHERE { ?s ?p ?o }",
    "DESCRIBE <http://e/a> ?x { ?x ?p ?o }",
    "SELECT * FROM <http://e/g> FROM NAMED <http://e/h> { ?s ?p ?o }",
    "PREFIX : <#> BASE <http://e/> SELECT * { ?s a :C ; :p 1, 2 ; :q [ :r 3 ] . }",
    "INSERT DATA { GRAPH <http://e/g> { <http://e/a> <http://e/p> 1 } }",
    "DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } WHERE { ?s ?p ?o } ; CLEAR GRAPH <http://e/g>",
    "SELECT * { VALUES ?x { " + " ".join(map(str, range(20_000))) + " } ?s ?p ?x }",
    "SELECT * { VALUES (?x ?y) {" + "(<http://e/a> 'b')" * 5_000 + "} ?x ?p ?y }",
    "INSERT DATA { <http://e/a> <http://e/p> " + ", ".join(map(str, range(20_000))) + " }",
    "SELECT ?x { ?x ?p ?o FILTER(?o IN (" + ", ".join(map(str, range(20_000))) + ")) }",
]


@pytest.mark.parametrize("text", HARMLESS + LEGITIMATE, ids=lambda text: text[:60])
def test_legitimate_text_is_accepted(text: str) -> None:
    """What looks like a keyword, and what people really ask, passes."""
    check(text, LIMITS)


def star(count: int) -> str:
    """A query of so many patterns, one statement each."""
    return "SELECT * {" + " ".join(f"?s <http://e/p{i}> ?o{i} ." for i in range(count)) + "}"


# Text, the piece repeated in it, and how many repetitions are the last accepted one.
AT_THE_LIMIT = {
    "statements": ("SELECT * {%s}", "?s ?p ?o .", 100),
    "property list": ("SELECT * {?s <http://e/p> 1%s}", "; <http://e/p> 1", 99),
    "object list": ("SELECT * {?s <http://e/p> 1%s}", ", 1", 99),
    "collection": ("SELECT * {?s ?p (%s)}", "1 ", 49),
    "negative numbers in a collection": ("SELECT * {?s ?p (%s)}", "-1 ", 49),
    "path steps": ("SELECT * {?s <http://e/p>%s ?o}", "/<http://e/p>", 99),
    "path alternatives": ("SELECT * {?s <http://e/p>%s ?o}", "|<http://e/p>", 99),
    "path group": ("SELECT * {?s (<http://e/p>%s)* ?o}", "/<http://e/p>", 99),
    "patterns after a filter": ("SELECT * {?s ?p 1 FILTER(?s)%s}", "?s ?p ?o .", 99),
    "patterns after REGEX": ("SELECT * {?s ?p 1 FILTERREGEX(?s,'')%s}", "?s ?p 1 .", 99),
    "optional patterns": ("SELECT * {%s}", "OPTIONAL {?s ?p ?o}", 100),
    "blank node property lists": ("SELECT * {?s ?p 1%s}", ",[<http://e/p> 1]", 49),
    "values blocks": ("SELECT * {%s}", "VALUES ?x {1}", 100),
    "described": ("DESCRIBE %s", "<http://e/a>", 100),
    "annotations": ("SELECT * {?s ?p ?o %s}", "{| ?p ?o |}", 49),
    "where of an update": ("DELETE {?s ?p ?o} WHERE {%s}", "?s ?p ?o .", 100),
    "DELETE WHERE": ("DELETE WHERE {%s}", "?s ?p ?o .", 100),
    "CONSTRUCT WHERE": ("CONSTRUCT WHERE {%s}", "?s ?p ?o .", 100),
    "unions": ("SELECT * {{}%s}", "UNION {}", 198),
    "and": ("SELECT * {?s ?p ?o FILTER(?s%s)}", "&&?s", 998),
    "not": ("SELECT * {?s ?p ?o FILTER(%s?s)}", "!", 998),
    "plus": ("SELECT * {?s ?p ?o FILTER(1%s)}", "+1", 998),
    "binds": ("SELECT * {%s}", "BIND(1 AS ?x)", 999),
    "projected": ("SELECT %s {}", "?x ", 2000),
}


@pytest.mark.parametrize("name", AT_THE_LIMIT)
def test_each_limit_is_met_exactly(name: str) -> None:
    """So many are accepted and one more is refused."""
    text, piece, most = AT_THE_LIMIT[name]
    check(text.replace("%s", piece * most), LIMITS)
    with pytest.raises(QueryRefused, match="over"):
        check(text.replace("%s", piece * (most + 1)), LIMITS)


NESTED = {
    "parentheses": ("SELECT * {FILTER", "(", "1", ")", "}", 63),
    "groups": ("SELECT * ", "{", "", "}", "", 64),
    "functions": ("SELECT * {FILTER", " STR(", "1", ")", "}", 63),
    "exists": ("ASK {", "FILTER EXISTS{", "", "}", "}", 63),
    "collections": ("SELECT * {?s ?p ", "(", "1", ")", "}", 49),
    "blank nodes": ("SELECT * {?s ?p ", "[<http://e/p> ", "1", "]", "}", 63),
    "paths": ("SELECT * {?s ", "(", "<http://e/p>", ")*", "?o}", 49),
    "triple terms": ("SELECT * {?s ?p ", "<<( ?s ?p ", "1", " )>>", "}", 63),
    "in a template": ("CONSTRUCT {?s ?p ", "(", "1", ")", "} {}", 63),
    "in data": ("INSERT DATA {<http://e/s> <http://e/p> ", "(", "1", ")", "}", 63),
}


@pytest.mark.parametrize("name", NESTED)
def test_nesting_is_limited(name: str) -> None:
    """Brackets of every kind count together; the deepest accepted text is near the limit."""
    before, opening, core, closing, after, most = NESTED[name]
    check(before + opening * most + core + closing * most + after, LIMITS)
    with pytest.raises(QueryRefused):
        check(before + opening * 65 + core + closing * 65 + after, LIMITS)


def test_length_is_limited() -> None:
    """A text longer than the limit is refused before it is read."""
    check("ASK {}" + " " * (LIMITS.length - 6), LIMITS)
    with pytest.raises(QueryRefused, match="characters"):
        check("ASK {}" + " " * LIMITS.length, LIMITS)


def test_limits_are_the_callers() -> None:
    """A caller may set limits of its own."""
    check(star(150), Limits(patterns=150))
    with pytest.raises(QueryRefused, match="150 triple patterns"):
        check(star(150), Limits(patterns=149))


def test_refusal_says_where() -> None:
    """The message names line and column of the offending word."""
    with pytest.raises(QueryRefused, match="line 2, column 3: SERVICE"):
        check("SELECT * {\n  SERVICE <http://e/> {}\n}", LIMITS)


@pytest.mark.parametrize(
    ("text", "patterns"),
    [
        ("SELECT ?x (COUNT(?y) AS ?n) (SUM(?y) AS ?m) { ?x ?p ?y } GROUP BY ?x", 1),
        ("SELECT * { ?x a ?c ; ?p ?y, ?z ; . ?y ?q ?r }", 4),
        ("SELECT * { ?x ?p ?y FILTER(?y IN (1, 2)) ?y ?q ?z }", 2),
        ("SELECT * { ?x ?p [] . [] ?p ?x }", 2),
        ("SELECT * { GRAPH ?g { ?s ?p ?o } OPTIONAL { ?s ?p ?q } }", 2),
        ("CONSTRUCT { ?s ?p ?o . ?s ?q ?r } { ?s ?p ?o }", 1),
    ],
)
def test_patterns_are_counted(text: str, patterns: int) -> None:
    """Plain queries are counted exactly."""
    assert patterns == measure(tokenize(text)).patterns


ENGINE = """
import sys
from pyoxigraph import Store
store = Store()
store.update("INSERT DATA { <http://e/a> <http://e/p> <http://e/b>, 1 }")
for text in sys.stdin.read().split("\\0"):
    try:
        for count, _ in enumerate(store.query(text) or ()):
            if count > 20:
                break
    except (SyntaxError, TypeError, OSError, RuntimeError, ValueError):
        pass
print("alive")
"""

BRACKETS = [
    ("FILTER(", ")"),
    ("FILTER EXISTS {", "}"),
    ("OPTIONAL { ?s ?p ?o ", "}"),
    ("{", "}"),
    ("{ SELECT * {", "} }"),
    ("MINUS { ?s ?p ?o ", "}"),
    ("{} UNION {", "}"),
    ("GRAPH ?g {", "}"),
    ("?s ?p (", ")"),
    ("?s ?p [ <http://e/p> ", "]"),
    ("BIND(EXISTS {", "} AS ?x)"),
    ("FILTER(!(!(", ")))"),
    ("FILTER(IF(1, EXISTS {", "}, 1))"),
    ("FILTER(?s IN (", "))"),
    ("FILTER(COALESCE(STR(", ")))"),
    ("?s (<http://e/p>|(", "))* ?o ."),
]


@st.composite
def nested(draw: st.DrawFn) -> str:
    """A query of mixed brackets, mostly not well formed, some near the limit of depth."""
    chosen = draw(st.lists(st.sampled_from(BRACKETS), min_size=1, max_size=64))
    core = draw(st.sampled_from(["", "1", "?s ?p ?o", "<http://e/p>", "EXISTS {}"]))
    inside = "".join(opening for opening, _ in chosen) + core
    return "SELECT * {" + inside + "".join(closing for _, closing in reversed(chosen)) + "}"


@st.composite
def chained(draw: st.DrawFn) -> str:
    """A query that comes close to one limit."""
    text, piece, most = AT_THE_LIMIT[draw(st.sampled_from(sorted(AT_THE_LIMIT)))]
    return text.replace("%s", piece * draw(st.integers(most // 2, most)))


def accepted(text: str) -> bool:
    """Whether the guard lets the text through."""
    try:
        check(text, LIMITS)
    except KGError:
        return False
    return True


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.one_of(nested(), nested(), nested(), chained()), min_size=1, max_size=12))
def test_engine_survives_what_is_accepted(texts: list[str]) -> None:
    """No accepted text ends the engine's process or keeps it busy for long."""
    passed = [text for text in texts if accepted(text)]
    done = subprocess.run(
        [sys.executable, "-c", ENGINE],
        input="\0".join(passed),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=Path(__file__).parent,
    )
    assert (done.returncode, done.stdout) == (0, "alive\n"), done.stderr[-500:]


_PIECES = [
    *"{}()[],;./|^!?+*<>=",
    "{|",
    "|}",
    "?x",
    "ex:p",
    "VALUES",
    "FILTER",
    "DESCRIBE",
    "WHERE",
]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=30))
def test_few_tokens_are_few_of_everything(pieces: list[str]) -> None:
    """Which lets the guard pass a short text without counting."""
    try:
        tokens = tokenize(" ".join(pieces))
    except KGError:
        return
    assert max(vars(measure(tokens)).values()) <= MOST_EACH * len(tokens)
