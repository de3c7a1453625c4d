"""Diagnostics as the protocol has them.

At most a few thousand are told: nobody reads more, and an editor that gets a hundred thousand of them stops.

Not here: rules, and when to publish (`updates.py`).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pygls.uris import from_fs_path

from ..json_data import JsonObject
from .convert import SEVERITIES, TAGS, position_of, range_in

if TYPE_CHECKING:
    from ..model.analysis.analysis import Analysis
    from ..model.quantization.analysis import QuantAnalysis
    from ..rules import Diagnostic
    from .session import Document

MOST = 2000


def diagnostics_of(document: Document) -> list[JsonObject]:
    """Everything that is wrong with a document."""
    differing = document.memory.get("differing", [])  # from the last run, until the next edit
    return [diagnostic_json(document, item) for item in found_in(document)] + differing


def found_in(document: Document) -> list[Diagnostic]:
    """What the rules say of a document, the worst of it if that is too much."""
    from ..ide.diagnostics import diagnostics

    if is_declarations(document):
        return []
    found = diagnostics(analysis_of(document), document.path)
    if len(found) > MOST:
        found = sorted(found, key=lambda item: SEVERITIES[item.severity])[:MOST]
    return found


def analysis_of(document: Document) -> Analysis | QuantAnalysis:
    """The analysis that diagnostics come from."""
    return document.prompt_analysis if document.language == "graph" else document.quantization


def is_declarations(document: Document) -> bool:
    """Whether a document is one of our own files of declarations, which have no graph."""
    from ..model.operations.dialects import FOLDER

    return document.path is not None and document.path.startswith(str(FOLDER))


def syntax_of(document: Document) -> list[JsonObject]:
    """Mistakes of syntax alone, which need no analysis."""
    found: list[JsonObject] = []
    for segment in document.source:
        for problem in segment.problems:
            found.append(
                {
                    "range": range_in(document, segment, problem.start, problem.end),
                    "severity": 1,
                    "code": "syntax-error",
                    "source": "nnef",
                    "message": problem.message,
                }
            )
            if len(found) >= MOST:
                return found
    return found


def diagnostic_json(document: Document, item: Diagnostic) -> JsonObject:
    """One diagnostic."""
    found: JsonObject = {
        "range": _visible(document, item),
        "severity": SEVERITIES[item.severity],
        "code": item.rule,
        "codeDescription": {"href": _page(item.rule)},
        "source": "nnef",
        "message": item.message,
    }
    if item.tags:
        found["tags"] = [TAGS[tag] for tag in item.tags]
    if item.related and _knows_related(document):
        found["relatedInformation"] = [
            {
                "location": {"uri": document.uri, "range": range_in(document, other.segment, other.start, other.end)},
                "message": other.message,
            }
            for other in item.related
            if other.segment.block is not None
        ]
    return found


@cache
def _page(rule: str) -> str:
    """The address of a rule's documentation, which is installed with the server."""
    from ..rules import rules

    known = rules().get(rule)
    return from_fs_path(str(known.page if known else "")) or ""


def _visible(document: Document, item: Diagnostic) -> JsonObject:
    """The range, at least one character wide where the text has one."""
    if item.end > item.start:
        return range_in(document, item.segment, item.start, item.end)
    at = position_of(document, item.segment, item.start)
    return {"start": at, "end": at}


def _knows_related(document: Document) -> bool:
    abilities = getattr(document.session.abilities, "text_document", None)
    return bool(getattr(getattr(abilities, "publish_diagnostics", None), "related_information", False))
