"""The tokeniser: every terminal, the two readings of ``<``, and where it stops."""

from __future__ import annotations

import contextlib
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kg.errors import QuerySyntaxError
from kg.sparql.tokens import Kind, tokenize, unescape


def kinds(text: str) -> list[tuple[str, str]]:
    """Kind and text of each token."""
    return [(token.kind.value, token.text) for token in tokenize(text)]


OPERATORS = re.split(
    r"\s", "<<( )>> || && ^^ <= >= != << >> {| |} { } ( ) [ ] ; , . + - * / < > = ! ^ | ~ ?"
)

SINGLE = [
    ("iri", "<http://example.org/a#b>"),
    ("iri", "<>"),
    ("iri", "<a'b>"),
    ("string", "'a'"),
    ("string", '"a"'),
    ("string", '""'),
    ("string", "''"),
    ("string", r'"a\"b"'),
    ("string", "'''a'b''c\nd'''"),
    ("string", '"""a"b""c\nd"""'),
    ("string", '"""a\\""""'),
    ("string", '""""a"""'),
    ("string", '"# SERVICE <x>"'),
    ("pname", "ex:a"),
    ("pname", ":a"),
    ("pname", "ex:"),
    ("pname", ":"),
    ("pname", "ex:a.b"),
    ("pname", "ex:a:b"),
    ("pname", "e-x.y:a-b"),
    ("pname", r"ex:a\,b"),
    ("pname", "ex:%41"),
    ("pname", "ex:1"),
    ("pname", "été:ñ"),
    ("var", "?x"),
    ("var", "$x"),
    ("var", "?1_é"),
    ("number", "1"),
    ("number", "1.5"),
    ("number", ".5"),
    ("number", "1e9"),
    ("number", "1.e-9"),
    ("number", "1.5E+9"),
    ("langtag", "@en"),
    ("langtag", "@zh-Hans-CN"),
    ("langtag", "@ar--rtl"),
    ("word", "SELECT"),
    ("word", "a"),
    ("word", "GROUP_CONCAT"),
    ("blank", "_:b0"),
    ("blank", "_:a.b"),
    *(("op", text) for text in OPERATORS),
]


@pytest.mark.parametrize(("kind", "text"), SINGLE)
def test_each_terminal_is_one_token(kind: str, text: str) -> None:
    """A terminal of the grammar is read whole and as what it is."""
    assert [(kind, text)] == kinds(text)


SEQUENCES = {
    "?s?p?o": "?s ?p ?o",
    "?s<p>?o": "?s <p> ?o",
    "ex:a.": "ex:a .",
    "?x.?y": "?x . ?y",
    "1.?x": "1 . ?x",
    "ex:p*/ex:q?": "ex:p * / ex:q ?",
    "ex:p|^ex:q": "ex:p | ^ ex:q",
    "?a-1": "?a - 1",
    '"x"@en.': '"x" @en .',
    '"1"^^xsd:int': '"1" ^^ xsd:int',
    "a<http://e/>": "a <http://e/>",
    "<< ?s ?p ?o >>": "<< ?s ?p ?o >>",
    "?x # comment > ' \"\n ?y": "?x ?y",
    "# only a comment": "",
    "?x#c\r?y": "?x ?y",
    "FILTER(1<2)": "FILTER ( 1 < 2 )",
    "FILTER(?a < ?b && ?c > ?d)": "FILTER ( ?a < ?b && ?c > ?d )",
    "FILTER(?a<?b&&?c>?d)": "FILTER ( ?a < ?b && ?c > ?d )",
    "FILTER(?a<=?b&&?c>?d)": "FILTER ( ?a <= ?b && ?c > ?d )",
    "IF(?a<?b,?c>?d,1)": "IF ( ?a < ?b , ?c > ?d , 1 )",
    "(?a<?b)=(?c>?d)": "( ?a < ?b ) = ( ?c > ?d )",
    "FILTER(?a<<http://e/#x>)": "FILTER ( ?a < <http://e/#x> )",
    "FILTER(?a=<http://e/,x>)": "FILTER ( ?a = <http://e/,x> )",
    "(?a <http://e/#x>)": "( ?a <http://e/#x> )",
    "(<a> <b>)": "( <a> <b> )",
    "VALUES (?x ?y) {(1 <urn:a:b>)}": "VALUES ( ?x ?y ) { ( 1 <urn:a:b> ) }",
    "?s <#p> 'x'": "?s <#p> 'x'",
}


@pytest.mark.parametrize("text", SEQUENCES)
def test_text_is_split_as_the_grammar_says(text: str) -> None:
    """Longest match first, except that a comparison between values is no IRI."""
    assert SEQUENCES[text].split() == [token.text for token in tokenize(text)]


BROKEN = [
    ("'abc", 1, 1),
    ('SELECT *\n  "abc\n"', 2, 3),
    ('"""abc"', 1, 1),
    (r'"\q"', 1, 1),
    ("?x \x0c ?y", 1, 4),
    ("\x00SELECT", 1, 1),
    ("é @ ", 1, 3),
    (r'?x "\uD800"', 1, 4),
    (r"?x <\U00110000>", 1, 4),
    ("FILTER(?a<?b)SERVICE?c#>\n{}", 1, 10),
    ("FILTER(?a<?b#>'''\n)SERVICE ?c {} #'''", 1, 10),
    ("FILTER(?a<ex:b#>\n)", 1, 10),
    ("FILTER(?a<'>')", 1, 10),
]


@pytest.mark.parametrize(("text", "line", "column"), BROKEN)
def test_text_without_one_reading_is_a_syntax_error(text: str, line: int, column: int) -> None:
    """The error says line and column, both from 1."""
    with pytest.raises(QuerySyntaxError) as caught:
        tokenize(text)
    assert (line, column) == (caught.value.line, caught.value.column)


def test_escapes_are_decoded_and_offsets_are_those_of_the_source() -> None:
    """A token's text is what it means, its place is where it stands."""
    text = r"\u0053ELECT ?\u0061 <http://\u0065/> 'x'"
    tokens = tokenize(text)
    assert [token.text for token in tokens] == ["SELECT", "?a", "<http://e/>", "'x'"]
    assert text[tokens[0].start : tokens[0].end] == r"\u0053ELECT"
    assert text[tokens[3].start : tokens[3].end] == "'x'"
    assert unescape(r"\U00000053ELECT") == "SELECT"


PIECES = [text for _, text in SINGLE] + list(SEQUENCES) + [" ", "\n", "#c\n", "\\u0041"]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
@example("".join(PIECES))
def test_tokens_and_gaps_make_up_the_source(text: str) -> None:
    """Tokens lie in order, and what is between them is white space and comments only."""
    try:
        tokens = tokenize(text)
    except QuerySyntaxError:
        return
    place = 0
    for token in tokens:
        assert token.end > token.start >= place
        assert unescape(text[token.start : token.end]) == token.text
        assert not tokenize(text[place : token.start])
        place = token.end
    assert not tokenize(text[place:])
    assert all(token.kind in Kind for token in tokens)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    """There is no text that does anything but give tokens or a syntax error."""
    with contextlib.suppress(QuerySyntaxError):
        tokenize(text)


WORST = [
    "a.",
    "a-",
    "<a",
    '"""a""',
    "1",
    "\\u0041",
    "(",
    ":",
    "(1<a",
    "_:a.",
    "@a-",
    "?",
    "''",
    "#",
]


@pytest.mark.parametrize("piece", WORST)
def test_much_hostile_text_is_read_to_its_end(piece: str) -> None:
    """A pattern that backtracks would need hours for this much."""
    text = piece * 200_000
    try:
        tokens = tokenize(text)
    except QuerySyntaxError:
        return
    assert not tokens or tokens[-1].end <= len(text)
