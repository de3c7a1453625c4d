"""Signature help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from ...json_data import Json
from ..convert import offset_of
from ..registry import document_request

if TYPE_CHECKING:
    from ..session import Document


@document_request(types.TEXT_DOCUMENT_SIGNATURE_HELP, types.SignatureHelpOptions(trigger_characters=["(", ",", "="]))
def signature_help(document: Document, params: types.SignatureHelpParams) -> Json:
    from ...ide.completion.signature import signature

    known = document.analysis if document.language == "graph" else document.quantization
    found = signature(known, offset_of(document, params.position))
    if found is None:
        return None
    parameters: list[Json] = [{"label": [start, end], "documentation": about} for start, end, about in found.parameters]
    shown: Json = {"label": found.label, "documentation": found.documentation, "parameters": parameters}
    active = found.active if found.active >= 0 else len(parameters)
    return {"signatures": [shown], "activeSignature": 0, "activeParameter": active}
