"""A run, told to a person in any editor: one sentence, a report to read, and a mark where the first tensor differs.

Not here: running a graph (`features/run_graph.py`), the result that programs read (`run_results.py`).
"""

from __future__ import annotations

import atexit
import itertools
import os
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from ...json_data import JsonObject
from ..parameters import RunParameters

if TYPE_CHECKING:
    from ..connection import Connection
    from ..session import Document

MOST_LINES = 200
"""Rows of a table; a report is for reading."""


def tell(server: Connection, document: Document, result: dict[str, Any], wanted: RunParameters) -> None:
    """Say what came of a run: a message, and the report in a window of its own where the client can show one."""
    kind = types.MessageType.Error if not result["ok"] else types.MessageType.Info
    if result.get("compared") and not result["compared"]["ok"]:
        kind = types.MessageType.Warning
    path, shows = result.get("report"), _shows_documents(server)
    if path and shows:
        from pygls.uris import from_fs_path

        server.window_show_document(types.ShowDocumentParams(from_fs_path(path) or "", take_focus=False))
    where = f" Report: {path}" if path and not shows else ""
    server.window_show_message(types.ShowMessageParams(kind, verdict(result, wanted) + where))


def write_report(document: Document, result: dict[str, Any], wanted: RunParameters) -> str | None:
    """Write the report of a run that went well; its path, None where nothing can be written."""
    folder = os.path.basename(os.path.dirname(document.path)) if document.path else ""
    name = "".join(letter if letter.isalnum() or letter in "._-" else "_" for letter in folder) or "graph"
    path = os.path.join(_folder(), f"{name}-run.md")
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(report(document, result, wanted))
    except OSError:
        return None
    return path


def verdict(result: dict[str, Any], wanted: RunParameters) -> str:
    """What came of a run, in a sentence or two."""
    if not result["ok"]:
        return f"The graph did not run. {result['message']}"
    compared = result.get("compared")
    if compared is None:
        return f"Ran in {_duration(result['seconds'])}: {', '.join(_brief(each) for each in _outputs(result)[:3])}."
    against = os.path.basename(wanted["expected"])
    if compared.get("problem"):
        return f"Nothing could be compared with {against}. {compared['problem']}"
    rows = compared["tensors"]
    if compared["ok"]:
        many = f"all {len(rows)} tensors" if len(rows) > 1 else f"'{rows[0]['name']}'"
        return f"Agrees with {against} in {many}, ran in {_duration(result['seconds'])}."
    wrong = [row for row in rows if not row["ok"]]
    line = f" in line {wrong[0]['range']['start']['line'] + 1}" if "range" in wrong[0] else ""
    others = f"; so do {len(wrong) - 1} more of {len(rows)}" if len(wrong) > 1 else ""
    return f"Differs from {against}: first '{wrong[0]['name']}'{line}, {_apart(wrong[0])}{others}."


def differing(result: dict[str, Any], wanted: RunParameters) -> list[JsonObject]:
    """The diagnostic at the first tensor that differs from what was expected."""
    compared = result.get("compared") or {}
    row = next((row for row in compared.get("tensors", ()) if not row["ok"] and "range" in row), None)
    if row is None:
        return []
    before = [other["name"] for other in compared["tensors"][: compared["tensors"].index(row)]]
    good = f"; what is computed before it agrees, '{before[-1]}' the last" if before else ""
    against = os.path.basename(wanted["expected"])
    message = f"In the last run '{row['name']}' is the first to differ from {against}: {_apart(row)}{good}"
    return [{"range": row["range"], "severity": 2, "code": "run-differs", "source": "nnef", "message": message}]


def report(document: Document, result: dict[str, Any], wanted: RunParameters) -> str:
    """The report in Markdown: the verdict, what was compared, results, and where the time went."""
    lines = [
        f"# Run of {os.path.basename(os.path.dirname(document.path or '')) or 'the graph'}",
        "",
        verdict(result, wanted),
        "",
    ]
    if wanted.get("inputs"):
        lines += [
            "| input | from |",
            "| --- | --- |",
            *(f"| {_cell(name)} | {_cell(source)} |" for name, source in wanted["inputs"].items()),
            "",
        ]
    rows = (result.get("compared") or {}).get("tensors", [])
    if rows:
        lines += ["## Compared", "", "| result | tensor | line | difference |", "| --- | --- | --- | --- |"]
        lines += [
            f"| {'ok' if row['ok'] else '**differs**'} | {_cell(row['name'])} | {_line(row)} | {_apart(row)} |"
            for row in rows[:MOST_LINES]
        ]
        lines += [*_more(rows), ""]
    lines += ["## Results", "", "| tensor | type | shape | min | max | mean |", "| --- | --- | --- | --- | --- | --- |"]
    for each in _outputs(result)[:MOST_LINES]:
        numbers = " | ".join(_number(each.get("statistics", {}).get(key)) for key in ("min", "max", "mean"))
        lines.append(f"| {_cell(each['name'])} | {each['dtype']} | {_shape(each)} | {numbers} |")
    lines += [*_more(_outputs(result)), ""]
    for each in _outputs(result):
        if each.get("top"):
            lines += [f"Highest of {each['name']}:", ""]
            lines += [
                f"{number}. {top.get('label', top['index'])}: {_number(top['value'])}"
                for number, top in enumerate(each["top"], 1)
            ]
            lines.append("")
    lines += [
        "## Time",
        "",
        f"{_duration(result['seconds'])} on {result['engine']}",
        "",
        "| tensor | operation | line | time |",
        "| --- | --- | --- | --- |",
    ]
    lines += [
        f"| {_cell(each['id'])} | {each['operation']} | {_line(each)} | {_duration(each['seconds'])} |"
        for each in result["operations"][:MOST_LINES]
    ]
    return "\n".join([*_aligned(lines), *_more(result["operations"]), ""])


def _aligned(lines: list[str]) -> list[str]:
    """The lines with the columns of each table below each other, for editors that show Markdown as it is."""
    found: list[str] = []
    for is_table, group in itertools.groupby(lines, lambda line: line.startswith("| ")):
        block = list(group)
        rows = [_COLUMN.split(line[2:-2]) for line in block] if is_table else []
        widths = [max(map(len, column)) for column in zip(*rows)]
        for row in rows:
            cells = ["-" * width if cell == "---" else cell.ljust(width) for cell, width in zip(row, widths)]
            found.append(f"| {' | '.join(cells)} |")
        found += [] if is_table else block
    return found


_COLUMN = re.compile(r" \| ")


def _cell(name: str) -> str:
    """A name as it can stand in a table."""
    return name.replace("|", "\\|").replace("\n", " ")


def _outputs(result: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for each in result["tensors"] if each["output"]]


def _brief(tensor: dict[str, Any]) -> str:
    """`y [1, 10], highest 0.98 at seven`."""
    top = (tensor.get("top") or [None])[0]
    highest = "" if top is None else f" (highest {_number(top['value'])} at {top.get('label', top['index'])})"
    return f"{tensor['name']} {_shape(tensor)}{highest}"


def _shape(tensor: dict[str, Any]) -> str:
    return f"[{', '.join(map(str, tensor['shape']))}]"


def _apart(row: dict[str, Any]) -> str:
    """How far a tensor is from what was expected."""
    if row.get("problem"):
        return str(row["problem"])
    at = f" at [{', '.join(map(str, row['at']))}]" if row.get("at") else ""
    return f"at most {_number(row['maxAbsoluteError'])} apart{at}"


def _line(item: dict[str, Any]) -> str:
    return str(item["range"]["start"]["line"] + 1) if "range" in item else ""


def _more(rows: list[Any]) -> list[str]:
    return [f"\nand {len(rows) - MOST_LINES} more"] if len(rows) > MOST_LINES else []


def _number(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, (int, float)) else "" if value is None else str(value)


def _duration(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.3g} ms"


def _shows_documents(server: Connection) -> bool:
    window = getattr(server.session.abilities, "window", None)
    return bool(getattr(getattr(window, "show_document", None), "support", False))


@cache
def _folder() -> str:
    """Where this server writes reports, until it ends; nobody else can write there.

    A server that is killed cannot tidy up: the next run of any server does it.
    """
    from ...runtime.process.folders import TemporaryFolder

    folder = TemporaryFolder("report")
    atexit.register(folder.remove)
    return folder.path
