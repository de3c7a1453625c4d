"""`check --fix`: the fixes that are safe to apply unasked, until nothing changes.

Not here: the fixes of a document at once (`ide/code_actions.py`), diagnostics (`check.py`).
"""

from __future__ import annotations

from collections.abc import Iterable

from ..archive.containers.folder import FolderStore
from ..ide.code_actions import fix_all
from ..ide.text.place import Edit
from ..model.quantization.analysis import QuantAnalysis
from ..rules import diagnose, diagnose_quant
from ..syntax.source import Source
from . import document as d
from .drawing import say
from .texts import read_text, show_difference, write_text

ROUNDS = 20
"""One fix may make another possible; more rounds than this would be a circle."""


def fix(document: d.Document, write: bool) -> d.Document:
    """Apply the fixes to the files of a model, or (without `write`) show them; the model as it is then.

    Raises ArchiveError for files that cannot be written.  What lies in an archive stays as it is.
    """
    if not isinstance(document.model.store, FolderStore):
        d.complain(f"{document.path} is not a folder or a text, so nothing in it is fixed; unpack it first")
        return document
    text, mended = document.analysis.source.text, 0
    fixed = document
    for _ in range(ROUNDS):
        action = fix_all(fixed.analysis, diagnose(fixed.analysis, fixed.settings))
        if action is None:
            break
        fixed = fixed.with_text(_edited(fixed.analysis.source, action.edits))
        mended += len(action.mends)
    _put(document.graph_path, text, fixed.analysis.source.text, mended, write)
    _fix_quantization(fixed, write)
    return fixed if write else document


def _fix_quantization(document: d.Document, write: bool) -> None:
    old = document.model.quant_text()
    if old is None:
        return
    source, mended = Source(old, "quant"), 0
    for _ in range(ROUNDS):
        analysis = QuantAnalysis(source, document.analysis)
        action = fix_all(analysis, diagnose_quant(analysis, document.settings))
        if action is None:
            break
        source = Source(_edited(source, action.edits), "quant")
        mended += len(action.mends)
    _put(document.quant_path, old, source.text, mended, write)


def _edited(source: Source, edits: Iterable[Edit]) -> str:
    """The text after edits that do not touch each other; those at one place stay in their order."""
    text = source.text
    placed = [(source.start_of(edit.place.segment), edit) for edit in edits]
    for start, edit in sorted(placed, key=lambda item: item[0] + item[1].place.start, reverse=True):
        text = text[: start + edit.place.start] + edit.text + text[start + edit.place.end :]
    return text


def _put(file: str, old: str, new: str, mended: int, write: bool) -> None:
    if new == old:
        return
    if not write:
        show_difference(file, old, new, "fixed")
        return
    _, mark = read_text(file)
    write_text(file, mark + new.encode("utf-8"))
    say(f"{file}: {mended} {'mistake' if mended == 1 else 'mistakes'} fixed")
