"""Edits of a model as a client makes them: of its text, and of its files where the client can do that.

A file goes only if the person agrees: the deletion stands behind a change annotation that needs confirmation.

Not here: edits of the text alone (`convert.py`), renames (`features/rename.py`).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from ..json_data import JsonObject
from .companion import sibling
from .convert import text_edit, workspace_edit
from .session import ARCHIVE_SCHEME

if TYPE_CHECKING:
    from ..ide.refactoring.offers import Refactoring
    from .session import Document

DELETION = "delete-data"
MOST_NAMES = 1000


def lacking(document: Document, found: Refactoring) -> str:
    """What the client cannot do that a refactoring needs, "" if it can all."""
    if found.creates:
        if document.uri.startswith(ARCHIVE_SCHEME) or document.path is None:
            return "there is no folder that a new file could lie in"
        return "" if does(document, "create") else "this editor does not create files as part of an edit"
    if found.deletes:
        if document.uri.startswith(ARCHIVE_SCHEME):
            return "the data files lie in an archive"
        asks = getattr(edit_abilities(document), "change_annotation_support", None) is not None
        if not (does(document, "delete") and asks):
            return "this editor does not ask before an edit deletes files: delete them by hand"
    return ""


def edit_of(document: Document, found: Refactoring) -> JsonObject:
    """A refactoring as a workspace edit."""
    if found.creates:
        uri = sibling(document, _free_name(document))
        nowhere = {"line": 0, "character": 0}
        return {
            "documentChanges": [
                {"kind": "create", "uri": uri, "options": {"overwrite": False, "ignoreIfExists": False}},
                {
                    "textDocument": {"uri": uri, "version": None},
                    "edits": [{"range": {"start": nowhere, "end": nowhere}, "newText": found.creates}],
                },
            ]
        }
    if not found.deletes:
        return workspace_edit(document, found.edits)
    identity: JsonObject = {"uri": document.uri, "version": document.version}
    changes: list[JsonObject] = [
        {"textDocument": identity, "edits": [text_edit(document, edit) for edit in found.edits]}
    ]
    changes += [{"kind": "delete", "uri": sibling(document, file), "annotationId": DELETION} for file in found.deletes]
    annotation: JsonObject = {
        "label": "Delete data files",
        "needsConfirmation": True,
        "description": "No variable of the graph names them any more.",
    }
    return {"documentChanges": changes, "changeAnnotations": {DELETION: annotation}}


def _free_name(document: Document) -> str:
    """The name of a graph that the document's folder does not have yet."""
    folder = document.model_path or ""
    stem = os.path.splitext(os.path.basename(document.path or ""))[0] or "graph"
    names = (f"{stem}_part{number or ''}.nnef" for number in range(MOST_NAMES))
    return next(name for name in names if not os.path.exists(os.path.join(folder, name)))


def does(document: Document, operation: str) -> bool:
    """Whether the client creates, renames or deletes files as part of an edit."""
    operations = getattr(edit_abilities(document), "resource_operations", None) or ()
    return operation in [str(getattr(item, "value", item)) for item in operations]


def edit_abilities(document: Document) -> Any:
    """What the client said of the edits of a workspace that it can make; None if nothing."""
    return getattr(getattr(document.session.abilities, "workspace", None), "workspace_edit", None)
