"""Write the language's words into the highlighting of every editor: python tools/keywords.py --update (without: what is stale).

The words and their roles are in `nnef_lsp/syntax/keyword_roles.py`.  In each file the lines between `keywords: begin` and
`keywords: end` are written here; a TextMate grammar has no comments, so there the patterns of some scopes are.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from nnef_lsp.syntax.keyword_roles import ROLES, STORAGE

ROOT = Path(__file__).parents[1]
EDITORS = ROOT / "editors"


def tree_sitter_words() -> list[str]:
    """The lists that the rules of grammar.js take their words from."""
    lists = {"types": "type", "functions": "function", "truths": "truth"}
    single = [f"  tensor: '{ROLES['tensor'][0]}',"]
    return single + [f"  {name}: [{', '.join(map(repr, ROLES[role]))}]," for name, role in lists.items()]


def neovim_query() -> list[str]:
    """Patterns of highlights.scm, where of two that match the later one holds."""
    return [*role_patterns(NEOVIM), storage_pattern(NEOVIM["storage"], "match")]


def helix_query() -> list[str]:
    """The same where the order means one thing in older versions and another in newer ones: no two patterns match one node."""
    return [
        *role_patterns(HELIX),
        storage_pattern(HELIX["storage"], "match"),
        storage_pattern("function", "not-match"),
        "(invocation function: (quoted_identifier) @function)",
    ]


def role_patterns(captures: dict[str, str]) -> list[str]:
    found = []
    for role, capture in captures.items():
        if role in ROLES:
            words = f"[{' '.join(map(quoted, ROLES[role]))}]"
            # The words of types colour where they are invoked; where they are types, the node `type_name` does.
            found.append(f"(builtin function: {words} @{capture})" if role == "type" else f"{words} @{capture}")
    return found


def storage_pattern(capture: str, predicate: str) -> str:
    stored = "|".join(STORAGE)
    return f'((invocation function: (identifier) @{capture}) (#{predicate}? @{capture} "^({stored})$"))'


def vim() -> list[str]:
    """`syntax keyword` lines."""
    groups = {
        "header": "nnefPreProc", "declaration": "nnefStructure", "tensor": "nnefType", "type": "nnefType",
        "function": "nnefBuiltin", "conditional": "nnefConditional", "loop": "nnefRepeat", "membership": "nnefOperator",
        "truth": "nnefBoolean",
    }  # fmt: skip
    stored = r"\|".join(STORAGE)
    lines = [f"syntax keyword {groups[role]} {' '.join(words)}" for role, words in ROLES.items()]
    return [*lines, rf"syntax match nnefStorage /\<\%({stored}\)\>\ze\s*\%(<[^>]*>\s*\)\?(/"]


def emacs() -> list[str]:
    """Lists of words; what they look like is told where they are used."""
    names = {
        "nnef-keywords": [*ROLES["header"], *ROLES["declaration"], *ROLES["conditional"], *ROLES["loop"], *ROLES["membership"]],
        "nnef-types": [*ROLES["tensor"], *ROLES["type"]],
        "nnef-builtins": [*ROLES["function"], *STORAGE],
        "nnef-constants": ROLES["truth"],
    }  # fmt: skip
    return [
        f'(defconst {name} \'({" ".join(map(quoted, words))})\n  "Written by tools/keywords.py.")'
        for name, words in names.items()
    ]


def kate() -> list[str]:
    """Lists of a Kate definition."""
    names = {
        "header": ROLES["header"], "declaration": ROLES["declaration"], "types": [*ROLES["tensor"], *ROLES["type"]],
        "functions": ROLES["function"], "control": [*ROLES["conditional"], *ROLES["loop"], *ROLES["membership"]],
        "truths": ROLES["truth"], "storage": STORAGE,
    }  # fmt: skip
    return [
        line
        for name, words in names.items()
        for line in (f'    <list name="{name}">', *(f"      <item>{word}</item>" for word in words), "    </list>")
    ]


def kakoune() -> list[str]:
    """Highlighters of a Kakoune module, and the words that it completes."""
    faces = {
        "header": "meta", "declaration": "keyword", "tensor": "type", "type": "type", "function": "builtin", "conditional": "keyword",
        "loop": "keyword", "membership": "keyword", "truth": "value",
    }  # fmt: skip
    lines = [
        rf"add-highlighter shared/nnef/code/ regex \b({'|'.join(ROLES[role])})\b 0:{face}"
        for role, face in faces.items()
    ]
    lines.append(rf"add-highlighter shared/nnef/code/ regex \b({'|'.join(STORAGE)})\h*(?:<[^>\n]*>\h*)?\( 1:builtin")
    every = " ".join(each for words in ROLES.values() for each in words)
    return [*lines, f"declare-option -hidden str-list nnef_static_words {every}"]


NEOVIM = {
    "header": "keyword.directive", "declaration": "keyword.function", "tensor": "type.builtin", "type": "function.builtin",
    "function": "function.builtin", "conditional": "keyword.conditional", "loop": "keyword.repeat",
    "membership": "keyword.operator", "storage": "function.builtin",
}  # fmt: skip
HELIX = {
    "header": "keyword.directive", "declaration": "keyword.function", "tensor": "type.builtin", "type": "function.builtin",
    "function": "function.builtin", "conditional": "keyword.control.conditional", "loop": "keyword.control.repeat",
    "membership": "keyword.operator", "storage": "function.builtin",
}  # fmt: skip
"""The captures that each editor's themes know; `truth` is a node of its own."""

REGIONS: dict[str, Callable[[], list[str]]] = {
    "editors/tree-sitter-nnef/keywords.js": tree_sitter_words,
    "editors/tree-sitter-nnef/queries/highlights.scm": neovim_query,
    "editors/helix/queries/nnef/highlights.scm": helix_query,
    "editors/vim/syntax/nnef.vim": vim,
    "editors/nnef-mode.el": emacs,
    "editors/kate/nnef.xml": kate,
    "editors/kakoune.kak": kakoune,
}
TEXTMATE = "syntaxes/nnef.tmLanguage.json"


def written(file: str, text: str) -> str:
    """The text of a file with the words in it as the list has them."""
    if file == TEXTMATE:
        return textmate(text)
    pattern = re.compile(r"(keywords: begin[^\n]*\n).*?(^[^\n]*keywords: end)", re.DOTALL | re.MULTILINE)
    lines = "".join(f"{line}\n" for line in REGIONS[file]())
    found, count = pattern.subn(lambda match: match[1] + lines + match[2], text)
    if count != 1:
        raise SystemExit(f"{file} has {count} places between 'keywords: begin' and 'keywords: end', expected one")
    return found


def textmate(text: str) -> str:
    """The TextMate grammar: patterns that are nothing but words, by their scope, and two that have words in them."""
    scopes = {
        "support.type.primitive.nnef": ROLES["type"], "storage.type.tensor.nnef": ROLES["tensor"],
        "keyword.control.conditional.nnef": ROLES["conditional"], "keyword.control.loop.nnef": ROLES["loop"],
        "keyword.operator.in.nnef": ROLES["membership"], "constant.language.boolean.nnef": ROLES["truth"],
    }  # fmt: skip
    for scope, words in scopes.items():
        line = re.compile(rf'(\{{ "match": )"[^"]*"(, "name": "{re.escape(scope)}" \}})')
        text, count = line.subn(lambda match, words=words: match[1] + json.dumps(word(words)) + match[2], text)
        if count != 1:
            raise SystemExit(f"{TEXTMATE} has {count} patterns of {scope}, expected one")
    functions = "|".join((*ROLES["function"], *ROLES["type"]))
    unnamed = "|".join((*ROLES["conditional"], *ROLES["membership"], *ROLES["loop"], *ROLES["truth"]))
    for pattern, words in (
        (r'"begin": "\\\\b\((?P<words>[a-z_|]+)\)\\\\s\*\(\\\\\(\)"', functions),
        (r"\(\?!\(\?:(?P<words>[a-z|]+)\)\\\\b\)", unnamed),
        (r'"begin": "\(\?:\\\\b\((?P<words>[a-z|]+)\)\|\(i', "|".join(STORAGE)),
    ):
        place = re.search(pattern, text)
        if place is None:
            raise SystemExit(f"{TEXTMATE} has no pattern like {pattern}")
        text = text[: place.start("words")] + words + text[place.end("words") :]
    return text


def word(words: Iterable[str]) -> str:
    """A pattern of whole words."""
    words = list(words)
    return rf"\b{words[0]}\b" if len(words) == 1 else rf"\b(?:{'|'.join(words)})\b"


def quoted(text: str) -> str:
    return f'"{text}"'


def stale() -> dict[str, str]:
    """Files whose words are not those of the list, and the text that they should have."""
    found = {}
    for file in (*REGIONS, TEXTMATE):
        text = (ROOT / file).read_text(encoding="utf-8")
        wanted = written(file, text)
        if text != wanted:
            found[file] = wanted
    return found


if __name__ == "__main__":
    found = stale()
    for file, text in found.items():
        print(file)
        if sys.argv[1:] == ["--update"]:
            (ROOT / file).write_text(text, encoding="utf-8")
    sys.exit(0 if sys.argv[1:] == ["--update"] else bool(found))
