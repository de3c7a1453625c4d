"""`workspace/textDocumentContent`: the flattened graph, the report, the page of a rule, by URIs of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from lsprotocol import types

from ...json_data import JsonObject
from ..registry import request

if TYPE_CHECKING:
    from ..server import NnefServer
    from ..session import Document


@request(
    types.WORKSPACE_TEXT_DOCUMENT_CONTENT, types.TextDocumentContentOptions(["nnef-flat", "nnef-report", "nnef-rule"])
)
def text_document_content(server: NnefServer, params: types.TextDocumentContentParams) -> JsonObject:
    scheme, _, rest = params.uri.partition(":")
    if scheme == "nnef-rule":
        return {"text": _rule(unquote(rest).strip("/").removesuffix(".md"))}
    if scheme == "nnef-report":
        return {"text": _report(_source(server, rest.removesuffix(".md")))}
    return {"text": _flat(_source(server, rest))}


def _source(server: NnefServer, path: str) -> Document:
    """The document that the text is made from: of a file, or of one in an archive."""
    from ..session import INSIDE
    from .run_graph import document_at

    if INSIDE in unquote(path):
        return document_at(server, f"nnef-archive:{path}")
    return document_at(server, "file://" + path.removeprefix("//"))


def _rule(code: str) -> str:
    from ...rules import rules

    rule = rules().get(code)
    return rule.page.read_text(encoding="utf-8") if rule else f"# {code}\n\nThere is no rule of this name.\n"


def _flat(document: Document) -> str:
    from ...ide.diagnostics import not_expanded
    from ...ide.views.flat import HEAD, flat_document
    from ...model.flattening.flatten import Unflattenable
    from .run_graph import trouble

    wrong = trouble(document)
    if wrong is not None:
        return f"# {wrong}\n"
    try:
        return flat_document(document.analysis, HEAD)
    except Unflattenable as error:
        line, reason = not_expanded(document.analysis, error)
        return f"# Line {line}: the graph cannot be expanded{reason}.\n"


def _report(document: Document) -> str:
    from ...ide.views.report import report
    from ..diagnostics import found_in
    from ..running.work import work_now

    problems = [
        (document.source.position_in(item.segment, item.start).line + 1, item.severity, str(item.rule), item.message)
        for item in found_in(document)
    ]
    work = work_now(document)
    return report(document.analysis, sorted(problems), work.total if work else None)
