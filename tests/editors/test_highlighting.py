"""Colours without a server: one list of words for all editors, and a tree-sitter grammar that takes every valid text."""

from __future__ import annotations

import ctypes
import functools
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nnef_lsp.syntax import nodes as n
from nnef_lsp.syntax.keyword_roles import ROLES, STORAGE
from nnef_lsp.syntax.source import Source
from nnef_lsp.syntax.tokens import KEYWORDS, unquote

from .terminal import INSTALL, ROOT, editor

GRAMMAR = ROOT / "editors" / "tree-sitter-nnef"
SHARED = ROOT.parent / "shared"
CORPUS = SHARED / "corpus" / "valid"
LANGUAGE = """\
version 1.0;
extension KHR_enable_fragment_definitions, KHR_enable_operator_expressions;
extension tract_assert S >= 1 && S < 2*T; # any text of a vendor

fragment shorter<? = scalar>( a: tensor<?>, sizes: integer[], b: (tensor<scalar>, logical[])[] = [], s: string = 'it\\'s' ) -> ( r: tensor<> );
fragment all<?>( a: tensor<?>, n: integer = -1 ) -> ( r: tensor<?>, l: tensor<scalar>[] )
{
    l = [for i in range_of(a), [j, k] in zip(a, a) if i < n && !(j == k) yield a[i] * 2.0 ^ -n];
    [p, q], (u, v) = pair<scalar>(a, shape_of(a)[1:], a[:n], a[i:j]);
    r = a + scalar(n) if n in [1, 2, 3] else -a ^ 2.0 if true else () ;
}
graph i"a name"( x ) -> ( y )
{
    x = external<scalar>(shape = [1, 3e0, 2.]);
    y = i"a.b"(all(x, n = (1)));
}
"""


@pytest.fixture(scope="module")
def parser(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The grammar as editors compile it."""
    ts = pytest.importorskip("tree_sitter", reason="the package tree-sitter is not installed")
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip(f"there is no C compiler {INSTALL}")
    library = tmp_path_factory.mktemp("grammar") / "nnef.so"
    source = GRAMMAR / "src"
    command = [compiler, "-shared", "-fPIC", "-I", str(source), str(source / "parser.c"), "-o", str(library)]
    subprocess.run(command, check=True)
    loaded = ctypes.CDLL(str(library)).tree_sitter_nnef
    loaded.restype = ctypes.c_void_p
    capsule = ctypes.pythonapi.PyCapsule_New
    capsule.restype, capsule.argtypes = ctypes.py_object, (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
    return ts.Parser(ts.Language(capsule(loaded(), b"tree_sitter.Language", None)))


def errors(node: Any) -> Iterator[Any]:
    """Nodes of a tree that say that something does not belong, or is not there."""
    if node.is_error or node.is_missing:
        yield node
    elif node.has_error:
        for child in node.children:
            yield from errors(child)


def first_error(parser: Any, text: bytes) -> str | None:
    found = next(errors(parser.parse(text).root_node), None)
    return (
        None if found is None else f"line {found.start_point[0] + 1}: {text[found.start_byte : found.end_byte][:60]!r}"
    )


def test_every_word_has_one_role() -> None:
    words = [word for role in ROLES.values() for word in role]
    assert sorted(words) == sorted(KEYWORDS)
    declared = (ROOT / "nnef_lsp/model/operations/khronos/khronos.nnef").read_text(encoding="utf-8")
    assert all(re.search(rf"^fragment {name}\b", declared, re.MULTILINE) for name in STORAGE)


def test_the_words_of_all_editors_are_those_of_the_list() -> None:
    done = subprocess.run([sys.executable, "tools/keywords.py"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, f"stale, run python tools/keywords.py --update:\n{done.stdout}{done.stderr}"


@pytest.mark.skipif(editor("tree-sitter") is None, reason=f"tree-sitter-cli is not installed {INSTALL}")
@pytest.mark.skipif(shutil.which("node") is None, reason="tree-sitter-cli needs node")
def test_the_parser_is_the_grammars(tmp_path: Path) -> None:
    copy = tmp_path / "grammar"
    copy.mkdir()
    for name in ("grammar.js", "keywords.js", "package.json"):
        shutil.copy(GRAMMAR / name, copy)
    subprocess.run(
        [str(editor("tree-sitter")), "generate", "--abi=14", "--no-bindings"], cwd=copy, check=True, timeout=60
    )
    for name in ("grammar.json", "node-types.json", "parser.c"):
        made, kept = ((place / "src" / name).read_text(encoding="utf-8") for place in (copy, GRAMMAR))
        assert made == kept, f"{name} is stale: run 'tree-sitter generate --abi=14 --no-bindings' in {GRAMMAR}"


def test_the_whole_language_without_an_error(parser: Any) -> None:
    assert first_error(parser, LANGUAGE.encode()) is None


@pytest.mark.parametrize(
    "text",
    ["graph g( x ) -> ( y ) { y = relu(x) }", "version one;", "graph g( x, ) -> ( y ) { }", "graph g( x ) -> ( y ) { y = x & x; }"],
)  # fmt: skip
def test_what_is_not_the_language_has_an_error(parser: Any, text: str) -> None:
    assert first_error(parser, text.encode()) is not None


def texts(folder: Path) -> list[Path]:
    return sorted(path for end in ("nnef", "quant") for path in folder.rglob(f"*.{end}"))


@pytest.mark.parametrize("folder", [ROOT / "examples", ROOT / "nnef_lsp"], ids=["examples", "declarations"])
def test_our_own_texts_without_an_error(parser: Any, folder: Path) -> None:
    found = texts(folder)
    assert found
    assert {str(path): wrong for path in found if (wrong := first_error(parser, path.read_bytes()))} == {}


@pytest.mark.skipif(not CORPUS.exists(), reason="../shared/corpus is not there")
def test_the_corpus_without_an_error(parser: Any) -> None:
    found = [*texts(CORPUS), *texts(SHARED / "corpus" / "nonconforming")]
    assert len(found) > 600
    assert {str(path): wrong for path in found if (wrong := first_error(parser, path.read_bytes()))} == {}


@pytest.mark.skipif(not CORPUS.exists(), reason="../shared/corpus is not there")
def test_the_tree_is_that_of_our_own_parser(parser: Any) -> None:
    """Statements, and what they invoke, in order: no error node is not yet the right tree."""
    wrong = []
    for path in texts(CORPUS):
        data = path.read_bytes()
        if path.suffix != ".nnef" or len(data) > 60_000:
            continue
        text = data.decode("utf-8")
        ours = [found for segment in Source(text) if (tree := segment.tree()) is not None for found in shape(tree)]
        if ours != list(tree_shape(parser.parse(data).root_node)):
            wrong.append(str(path))
    assert wrong == []


def shape(tree: Any) -> Iterator[str]:
    """The statements and invocations of a segment, as `tree_shape` names those of tree-sitter."""
    if isinstance(tree, n.Assignment):
        yield "assignment"
    for node in tree.walk():
        if isinstance(node, n.Invocation):
            yield node.callee.name
        elif isinstance(node, n.Binary):
            yield node.operator


def tree_shape(node: Any) -> Iterator[str]:
    if node.type == "assignment":
        yield "assignment"
    elif node.type == "invocation":
        yield unquote(node.child_by_field_name("function").text.decode())
    elif node.type == "membership":
        yield "in"
    elif node.type == "binary":
        yield node.child_by_field_name("operator").text.decode()
    for child in node.children:
        yield from tree_shape(child)


@pytest.mark.parametrize("expression, wanted", [
    ("a + b * c", "(a + (b * c))"), ("-a ^ 2", "(-(a ^ 2))"), ("a ^ -b * c", "((a ^ (-b)) * c)"), ("a * -b", "(a * (-b))"),
    ("a < b && c < d", "((a < b) && (c < d))"), ("a - b - c", "((a - b) - c)"), ("a / b[1] ^ c", "(a / (b[1] ^ c))"),
    ("!a && b", "((!a) && b)"), ("a + b if c else d if e else f", "((a + b) if c else (d if e else f))"),
])  # fmt: skip
def test_precedence(parser: Any, expression: str, wanted: str) -> None:
    text = f"graph g( x ) -> ( y ) {{ y = {expression}; }}".encode()
    root = parser.parse(text).root_node
    assert not root.has_error
    right = next(node for node in every(root) if node.type == "assignment").child_by_field_name("right")
    assert drawn(right) == wanted


def every(node: Any) -> Iterator[Any]:
    yield node
    for child in node.children:
        yield from every(child)


def drawn(node: Any) -> str:
    if node.type in ("binary", "conditional"):
        return "(" + " ".join(drawn(child) for child in node.children) + ")"
    if node.type == "unary":
        return "(" + "".join(drawn(child) for child in node.children) + ")"
    return str(node.text.decode())


QUERIES = sorted([*(GRAMMAR / "queries").glob("*.scm"), *(ROOT / "editors/helix/queries/nnef").glob("*.scm")])


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: f"{path.parents[1].name}-{path.stem}")
def test_every_query_finds_something(parser: Any, path: Path) -> None:
    from tree_sitter import Query, QueryCursor

    text = LANGUAGE + '\n"x": linear_quantize(min = 0.0, label = "a");\n'
    query = Query(parser.language, path.read_text(encoding="utf-8"))
    matched = {pattern for pattern, _ in QueryCursor(query).matches(parser.parse(text.encode()).root_node)}
    allowed = 1 if path.stem == "indents" and "tree-sitter-nnef" in str(path) else 0  # one is for broken texts
    assert query.pattern_count - len(matched) <= allowed, (
        f"{sorted(set(range(query.pattern_count)) - matched)} find nothing"
    )


def test_helix_sees_one_colour_for_each_place(parser: Any) -> None:
    """Its versions do not agree on which of two patterns holds."""
    from tree_sitter import Query, QueryCursor

    path = ROOT / "editors/helix/queries/nnef/highlights.scm"
    text = LANGUAGE.encode()
    captures = QueryCursor(Query(parser.language, path.read_text(encoding="utf-8"))).captures(
        parser.parse(text).root_node
    )
    seen: dict[tuple[int, int], str] = {}
    for name, nodes in captures.items():
        for node in nodes:
            place = (node.start_byte, node.end_byte)
            assert place not in seen, f"{node.text!r} is {seen[place]} and {name}"
            seen[place] = name


@functools.cache
def pygments_tokens(text: str) -> list[tuple[str, str]]:
    pygments = pytest.importorskip("pygments")
    from pygments.lexers import get_lexer_by_name

    return [
        (str(kind).removeprefix("Token."), word)
        for kind, word in pygments.lex(text, get_lexer_by_name("nnef"))
        if word.strip()
    ]


def test_pygments_finds_the_lexer_by_the_entry_point() -> None:
    found = pygments_tokens(LANGUAGE)
    assert not [item for item in found if item[0] in ("Error", "Text")]
    for item in (
        ("Keyword.Declaration", "graph"), ("Name.Function", "all"), ("Name.Builtin", "shape_of"), ("Name.Builtin", "external"),
        ("Keyword.Type", "tensor"), ("Keyword.Constant", "true"), ("Operator.Word", "in"), ("Name.Attribute", "shape"),
        ("Number.Float", "2."), ("Literal.String", "'it\\'s'"), ("Name.Function", 'i"a name"'), ("Name.Builtin", "scalar"),
    ):  # fmt: skip
        assert (item[0].replace("Number", "Literal.Number"), item[1]) in found, item


def test_pygments_loses_no_character() -> None:
    from nnef_lsp.syntax.pygments_lexer import NnefLexer

    text = 'version 1.0;\r\n\x00 graph é \'open\n"x": f(a);'
    assert "".join(word for _, word in NnefLexer(stripnl=False, ensurenl=False).get_tokens(text)) == text.replace(
        "\r\n", "\n"
    )


def test_kates_definition_uses_what_it_defines() -> None:
    """Names of lists, contexts and colours; and its patterns are ones."""
    root = ET.parse(ROOT / "editors" / "kate" / "nnef.xml").getroot()
    lists = {item.get("name") for item in root.iter("list")}
    contexts = {item.get("name") for item in root.iter("context")}
    colours = {item.get("name") for item in root.iter("itemData")}
    assert {item.get("String") for item in root.iter("keyword")} == lists
    used = {item.get("attribute") for item in root.iter() if item.get("attribute")}
    assert used == colours
    aims = {item.get(key) for item in root.iter() for key in ("context", "lineEndContext") if item.get(key)}
    assert {aim for aim in aims if not aim.startswith("#")} <= contexts | {"##Comments"}
    for rule in root.iter("RegExpr"):
        re.compile(rule.get("String") or "(")
