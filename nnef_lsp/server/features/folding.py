"""Folding ranges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from ...json_data import Json
from ..registry import document_request

if TYPE_CHECKING:
    from ..session import Document


@document_request(types.TEXT_DOCUMENT_FOLDING_RANGE, empty=[])
def folding_ranges(document: Document, params: types.FoldingRangeParams) -> Json:
    from ...ide.text.blocks import Kept
    from ...ide.text.folding import folds

    known = document.prompt_analysis if document.language == "graph" else document.quantization
    kept = document.kept.setdefault("folding", Kept())
    return [{"startLine": fold.first, "endLine": fold.last, "kind": fold.kind} for fold in folds(known, kept)]
