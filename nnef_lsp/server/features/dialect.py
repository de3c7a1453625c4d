"""`nnef/dialect` of docs/protocol.md: which dialect a document is read in, and choosing another for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pygls.exceptions import JsonRpcInvalidParams

from ...json_data import JsonObject
from ..plain import plain
from ..registry import request

if TYPE_CHECKING:
    from ..server import NnefServer


@request("nnef/dialect")
def dialect(server: NnefServer, params: Any) -> JsonObject | None:
    """The dialect of an open document, after choosing one if the client says so; None for what has no dialect."""
    from ...model.analysis.analysis import detect_dialect
    from ...model.operations.dialects import DIALECTS

    wanted = plain(params)
    uri = str(wanted["textDocument"]["uri"])
    session = server.session
    if "dialect" in wanted:
        chosen = wanted["dialect"]
        if chosen is not None and chosen not in DIALECTS:
            known = ", ".join(sorted(DIALECTS))
            raise JsonRpcInvalidParams(message=f"there is no dialect '{chosen}': expected one of {known}, or null")
        if session.dialects.get(uri) != chosen:
            session.dialects[uri] = chosen
            if uri in session.documents:
                server.updates.refresh(session.documents[uri])
    document = session.documents.get(uri)
    if document is None or document.language != "graph":
        return None
    read = document.prompt_analysis.dialect
    return {
        "dialect": read.name,
        "title": read.title,
        "detected": detect_dialect(document.source).name,
        "chosen": session.dialects.get(uri),
        "project": document.project_dialect,
        "setting": session.settings.dialect if session.settings.dialect in DIALECTS else None,
        "dialects": [{"name": each.name, "title": each.title} for each in DIALECTS.values()],
    }
