"""Completion; the documentation of an item is looked up when the editor shows it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lsprotocol import types

from ...json_data import Json, JsonObject
from ..convert import markdown, offset_of, plain_strings, text_edit
from ..registry import document_request, request

if TYPE_CHECKING:
    from ...ide.completion.items import Item
    from ..server import NnefServer
    from ..session import Document

KINDS = {
    "operation": 3, "tensor": 6, "parameter": 10, "string": 12, "keyword": 14, "type": 25, "extension": 9, "snippet": 15,
    "file": 17, "symbol": 21,
}  # fmt: skip
_PLACES = re.compile(r"\$\{\d+\|([^,|]*)[^|]*\|\}|\$\{\d+:((?:[^}\\]|\\.)*)\}|\$\d+")


@document_request(
    types.TEXT_DOCUMENT_COMPLETION,
    types.CompletionOptions(trigger_characters=["(", ",", "=", "'", '"', ":", "<"], resolve_provider=True),
)
def completion(document: Document, params: types.CompletionParams) -> Json:
    from ...ide.completion.proposals import completion as find

    offset = offset_of(document, params.position)
    if document.language == "quant":
        from ...ide.completion.quantization import quant_completion

        found = quant_completion(document.quantization, offset)
    else:
        found = find(document.analysis, offset)
    if found is None:
        return None
    first, last = (document.source.position(at, document.session.encoding) for at in (found.start, found.end))
    span: JsonObject = {
        "start": {"line": first.line, "character": first.column},
        "end": {"line": last.line, "character": last.column},
    }
    behind = document.source.slice(found.end, found.end + 40)
    called, named = behind[:1] == "(", re.match(r"\s*=(?!=)", behind) is not None
    snippets = _knows_snippets(document)
    items = [
        _json(document, item, span, snippets, ("operation",) * called + ("parameter",) * named) for item in found.items
    ]
    _enable(document, found.items, items)
    return {"isIncomplete": not found.complete, "items": items}


def _json(document: Document, item: Item, span: JsonObject, snippets: bool, bare: tuple[str, ...]) -> JsonObject:
    """An item; of the kinds in `bare` the name alone, because what else they would insert stands there already."""
    text = item.label
    answer: JsonObject = {"label": item.label, "kind": KINDS[item.kind], "sortText": item.rank + item.label}
    answer["filterText"] = item.label
    if item.snippet is not None and item.kind not in bare:
        text = item.snippet if snippets else plain(item.snippet)
        if snippets:
            answer["insertTextFormat"] = 2
    answer["textEdit"] = {"range": span, "newText": text}
    if item.detail:
        answer["detail"] = item.detail
    if item.documentation:
        answer["documentation"] = item.documentation
    if item.kind == "operation":
        answer["data"] = {"uri": document.uri, "operation": item.label, "registry": item.registry}
    return answer


def _enable(document: Document, items: list[Item], answers: list[JsonObject]) -> None:
    """What comes along with an item; operations of a registry that is not enabled bring the line that does."""
    from ...ide.completion.extensions import enabling

    edits: dict[str, list[JsonObject]] = {}
    for item, answer in zip(items, answers):
        if item.registry:
            if item.registry not in edits:
                edit = enabling(document.analysis, item.registry)
                edits[item.registry] = [] if edit is None else [text_edit(document, edit)]
            answer["additionalTextEdits"] = edits[item.registry]
        if item.edits:
            answer["additionalTextEdits"] = [text_edit(document, edit) for edit in item.edits]


def plain(snippet: str, name_only: bool = True) -> str:
    """A snippet for an editor that knows none: of a call its name alone, or the text with defaults."""
    head, parenthesis, _ = snippet.partition("(")
    if name_only and parenthesis and head.isidentifier():
        return head
    return _PLACES.sub(lambda match: match[1] or match[2] or "", snippet).replace("\\}", "}")


@request(types.COMPLETION_ITEM_RESOLVE)
def resolve(server: NnefServer, item: types.CompletionItem) -> types.CompletionItem:
    from ...model.operations.declarations import declared_operations

    uri, name, registry = plain_strings(item.data, "uri", "operation", "registry")
    document = server.session.documents.get(uri)
    known = None if document is None else document.analysis if document.language == "graph" else document.quantization
    operation = known.operations.get(name) if known is not None else None
    if operation is None and registry:
        operation = declared_operations(registry).get(name)
    if document is not None and operation is not None:
        from ...ide.hover.operation import card_of

        item.documentation = types.MarkupContent(
            types.MarkupKind.Markdown, str(markdown(document, card_of(operation))["value"])
        )
    return item


def _knows_snippets(document: Document) -> bool:
    abilities = getattr(document.session.abilities, "text_document", None)
    item = getattr(getattr(abilities, "completion", None), "completion_item", None)
    return bool(getattr(item, "snippet_support", False))
