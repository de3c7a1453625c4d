"""The commands `nnef.runGraph` and `nnef.checkGraph` of docs/protocol.md.

The run itself is another process (`runtime/process/client.py`); here it is asked for, followed and told about.

Not here: what can be given for inputs (`run_inputs.py`), the result as an answer (`run_results.py`), how a person is told
of it, the report (`run_reports.py`).
"""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, cast

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from ...json_data import JsonObject
from ..convert import first_line
from ..parameters import RunParameters
from ..plain import plain
from ..registry import command
from ..running.run_reports import differing, tell, write_report
from ..running.run_results import expected_names, failed, result_of
from .trust import REFUSAL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...model.analysis.analysis import Analysis
    from ...model.flattening.flat_graph import FlatGraph
    from ...runtime.process.request import RunProgress, RunRequest
    from ..server import NnefServer
    from ..session import Document

KEEP_BYTES, KEEP_COUNT = 128 << 20, 3000
"""Up to so much all tensors of a run are kept, so that hovers can tell what flowed."""
REPORT_EVERY = 0.05


@command("nnef.runGraph")
async def run_graph(server: NnefServer, params: types.ExecuteCommandParams) -> JsonObject:
    """Run a graph; the answer is a `RunResult`, and a person is told unless the client says `"show": false`."""
    wanted = wanted_of(server, params)
    document = document_at(server, wanted["uri"])
    return await _shown(server, document, wanted, params.work_done_token)


@command("nnef.checkGraph")
async def check_graph(server: NnefServer, params: types.ExecuteCommandParams) -> JsonObject:
    """Run a graph on the inputs of the .npz beside it and compare with what else that holds; a `RunResult`."""
    from .code_lens import against, checks

    wanted = wanted_of(server, params)
    document = document_at(server, wanted["uri"])
    found = checks(document)
    if found:
        compared: RunParameters = {**wanted, **against(document, found[0])}
        return await _shown(server, document, compared, params.work_done_token)
    result = failed(
        "There is nothing to check against: no .npz file beside the model has an array for each input and for something "
        "that the graph computes, under their names."
    )
    if wanted.get("show") is not False:
        tell(server, document, result, wanted)
    return result


async def _shown(server: NnefServer, document: Document, wanted: RunParameters, token: str | int | None) -> JsonObject:
    result = await _run(server, document, wanted, token)
    if wanted.get("show") is not False:
        if result["ok"]:
            path = await asyncio.to_thread(write_report, document, result, wanted)
            result = {**result, **({"report": path} if path else {})}
        tell(server, document, result, wanted)
    return result


async def _run(server: NnefServer, document: Document, wanted: RunParameters, token: str | int | None) -> JsonObject:
    from ...runtime.inputs.open_extents import open_symbols
    from ...runtime.process.client import run

    if not server.session.trusted:
        return failed(REFUSAL)
    wrong = vanished(document) or trouble(document)
    if wrong:
        return failed(wrong)
    version = document.version
    progress = _Progress(server, token, os.path.basename(document.uri))
    try:
        graph = await asyncio.to_thread(flat, document.source.text, document.analysis, _symbols(document, wanted))
        if isinstance(graph, str):
            return failed(graph)
        still_open = open_symbols(graph)
        if still_open:
            name = still_open[0]
            text = f'The symbol \'{name}\' has no value: give it one ("symbols": {{"{name}": 1}}), or an input from a file.'
            return {**failed(text), "symbols": still_open}
        request = _request(server, document, graph, wanted)
        report = await run(request, progress.report, progress.cancelled)
    finally:
        progress.end()
    if report.status == "cancelled":
        return failed("The run was cancelled.")
    result, memory = await asyncio.to_thread(result_of, document, request, report, wanted)
    if document.version == version:
        document.memory.update(memory)
        document.memory["differing"] = differing(result, wanted)
        server.updates.publish(document)
        server.updates.ask_again()  # times and statistics of the run stand in inlay hints now
    return result


def wanted_of(server: NnefServer, params: types.ExecuteCommandParams) -> RunParameters:
    """The one argument; a client may give just the URI, or nothing and mean the graph that it last spoke of."""
    first = plain(params.arguments[0]) if params.arguments else None
    if first is None and (latest := server.session.latest_graph()) is not None:
        return {"uri": latest.uri}
    if isinstance(first, str):
        return {"uri": first}
    if not isinstance(first, dict) or not isinstance(first.get("uri"), str):
        raise JsonRpcInvalidParams(message='the argument must be an object with the "uri" of a graph')
    wanted: RunParameters = cast("RunParameters", first)
    return wanted


def document_at(server: NnefServer, uri: str) -> Document:
    """The open document, or the file as it is on the disk."""
    from ...archive import ArchiveError, open_model
    from ..session import Document
    from ..uris import split_uri

    known = server.session.documents.get(uri)
    if known is not None:
        return known
    path, _ = split_uri(uri)
    if path is None:
        raise JsonRpcInvalidParams(message=f"'{uri}' is not open, and no file on this machine")
    try:
        with open_model(path) as model:
            return Document(server.session, uri, model.graph_text(), None)
    except ArchiveError as error:
        raise JsonRpcInvalidParams(message=str(error)) from None


def trouble(document: Document) -> str | None:
    """Why there is nothing to run: the first error, or no graph."""
    from ...ide.diagnostics import without_graph
    from ..diagnostics import diagnostics_of

    if document.language != "graph":
        return "The text is not a graph."
    errors = [found for found in diagnostics_of(document) if found.get("severity") == 1]
    if not errors:
        structure = document.analysis.structure
        return None if structure.graph is not None else f"There is nothing to run: {without_graph(structure)}."
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return f"Line {first_line(errors[0]) + 1}: {errors[0]['message']}{more}"


def vanished(document: Document) -> str | None:
    """A sentence if the model was deleted or moved while its text is open."""
    path = document.model_path
    return None if path is None or os.path.exists(path) else f"The model {path} is not there any more."


def flat(text: str, live: Analysis, symbols: Mapping[str, int] | None = None) -> FlatGraph | str:
    """The graph as it runs, or why it cannot.

    Made from a copy of the text: this runs beside the event loop, where an edit may change the live analysis.
    """
    from ...ide.diagnostics import not_expanded
    from ...model.flattening.flatten import Unflattenable
    from ...project.opening import check_symbols
    from ...runtime.inputs.open_extents import flatten_for_run

    analysis = copy_of(text, live)
    try:
        check_symbols(analysis, symbols or {})
        return flatten_for_run(analysis, symbols or {})
    except ValueError as error:
        return f"{error}."
    except Unflattenable as error:
        line, reason = not_expanded(analysis, error)
        return f"Line {line}: the graph cannot be expanded{reason}."


def copy_of(text: str, live: Analysis) -> Analysis:
    """An analysis of the same text that no edit changes."""
    from ...model.analysis.analysis import Analysis as Copy
    from ...syntax.source import Source

    return Copy(Source(text), live.dialect, live.weights, libraries=live.libraries, custom=live.custom)


def _symbols(document: Document, wanted: RunParameters) -> dict[str, int]:
    """Values of symbolic extents: as the client gives them, else from inputs that are files."""
    from ...runtime.inputs.open_extents import symbol_values

    given = {name: value for name, value in (wanted.get("symbols") or {}).items() if isinstance(value, int)}
    if document.analysis.dialect.symbols:
        return symbol_values(document.analysis.tensors(), wanted.get("inputs") or {}, given, folder_of(document) or "")
    return given


def _request(server: NnefServer, document: Document, graph: FlatGraph, wanted: RunParameters) -> RunRequest:
    from ...runtime.planning.costs import tensor_bytes
    from ...runtime.process.request import RunRequest

    sizes = [tensor_bytes(fact) or 0 for fact in graph.tensors.values()]
    everything = "*" in (wanted.get("keep") or []) or (sum(sizes) <= KEEP_BYTES and len(sizes) <= KEEP_COUNT)
    chosen = [name for name in wanted.get("keep") or [] if name != "*"]
    chosen += [name for name in expected_names(wanted) if name in graph.tensors and name not in chosen]
    settings = server.session.settings
    operations, withheld = server.session.custom.files_for(document.path) if document.path else ((), "")
    return RunRequest(
        graph, document.model_path, dict(wanted.get("inputs") or {}), "random:0", folder_of(document) or "",
        keep=tuple(graph.tensors) if everything else tuple(chosen), engine=wanted.get("engine") or "numpy",
        threads=settings.threads, memory_limit=settings.memory_limit, arrays=True, top=0,
        operations=operations, withheld=withheld,
    )  # fmt: skip


def folder_of(document: Document) -> str | None:
    return os.path.dirname(document.path) if document.path else None


class _Progress:
    """Work-done progress, and cancel by its button."""

    def __init__(self, server: NnefServer, token: str | int | None, title: str) -> None:
        self.server, self.token = server, token
        self.cancelled = asyncio.Event()
        self._last = 0.0
        if token is None:
            return
        progress = server.work_done_progress
        progress.begin(token, types.WorkDoneProgressBegin(f"Running {title}", cancellable=True, percentage=0))
        loop = asyncio.get_running_loop()
        progress.tokens[token].add_done_callback(lambda _: loop.call_soon_threadsafe(self.cancelled.set))

    def report(self, at: RunProgress) -> None:
        now = asyncio.get_running_loop().time()
        if self.token is None or (now - self._last < REPORT_EVERY and at.step < at.total):
            return
        self._last = now
        share = 100 * at.step // at.total if at.total else 0
        text = f"{at.step}/{at.total} {at.text}" if at.total else at.text
        self.server.work_done_progress.report(self.token, types.WorkDoneProgressReport(message=text, percentage=share))

    def end(self) -> None:
        if self.token is not None:
            self.server.work_done_progress.end(self.token, types.WorkDoneProgressEnd())
            self.server.work_done_progress.tokens.pop(self.token, None)
