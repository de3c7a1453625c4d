"""NNEF for Pygments: Sphinx, MkDocs and `pygmentize` find it by the entry point `nnef` of this package.

Pygments is optional: nothing else imports this module.  Colours only; whether a text is right is the parser's to say.
"""

from __future__ import annotations

from typing import ClassVar

from pygments.lexer import RegexLexer, bygroups, words
from pygments.token import Comment, Keyword, Name, Number, Operator, Punctuation, String, Text, Whitespace

from .keyword_roles import ROLES, STORAGE

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_QUOTED = r"""'[^'\\\n]*(?:\\[^\n][^'\\\n]*)*'|"[^"\\\n]*(?:\\[^\n][^"\\\n]*)*\""""
_CALLED = r"(?=\s*(?:<\s*(?:\?|[A-Za-z_]\w*)\s*>\s*)?\()"


class NnefLexer(RegexLexer):  # type: ignore[misc]
    """Colours for a `graph.nnef`, a library of fragments or a `graph.quant`; takes any text."""

    name = "NNEF"
    aliases: ClassVar[list[str]] = ["nnef"]
    filenames: ClassVar[list[str]] = ["*.nnef", "*.quant"]
    mimetypes: ClassVar[list[str]] = ["text/x-nnef"]

    tokens: ClassVar[dict[str, list[object]]] = {
        "root": [
            (r"\s+", Whitespace),
            (r"#[^\n\f]*", Comment.Single),
            (
                rf"(fragment|graph)(\s+)(i(?:{_QUOTED})|{_NAME})",
                bygroups(Keyword.Declaration, Whitespace, Name.Function),
            ),
            (rf"i(?:{_QUOTED})", Name),
            (_QUOTED, String),
            (words(ROLES["header"], prefix=r"\b", suffix=r"\b"), Keyword.Namespace),
            (words(ROLES["declaration"], prefix=r"\b", suffix=r"\b"), Keyword.Declaration),
            (words((*ROLES["type"], *ROLES["function"]), prefix=r"\b", suffix=r"\b(?=\s*\()"), Name.Builtin),
            (words((*ROLES["tensor"], *ROLES["type"]), prefix=r"\b", suffix=r"\b"), Keyword.Type),
            (words((*ROLES["conditional"], *ROLES["loop"]), prefix=r"\b", suffix=r"\b"), Keyword),
            (words(ROLES["membership"], prefix=r"\b", suffix=r"\b"), Operator.Word),
            (words(ROLES["truth"], prefix=r"\b", suffix=r"\b"), Keyword.Constant),
            (words(STORAGE, prefix=r"\b", suffix=_CALLED), Name.Builtin),
            (_NAME + _CALLED, Name.Function),
            (_NAME + r"(?=\s*=[^=])", Name.Attribute),
            (_NAME, Name),
            (r"[0-9]+(?:\.[0-9]*(?:[eE][+-]?[0-9]+)?|[eE][+-]?[0-9]+)", Number.Float),
            (r"[0-9]+", Number.Integer),
            (r"->|&&|\|\||<=|>=|==|!=|[-+*/^=<>!?]", Operator),
            (r"[()\[\]{}:,;]", Punctuation),
            (r".", Text),
        ]
    }
