"""A part of a model as a model of its own: what computes some tensors from others, with just the weights that it needs.

Not here: which statements these are (`ide/refactoring/cutting.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from ...archive.blobs import Blob
from ...ide.refactoring.cutting import cut
from ...ide.refactoring.offers import Refused
from ...project.opening import Document
from ..change import BUNDLE, Change, changed, flat, parameters, quant_without, without_data
from ..errors import ChangeError
from ..statements import edited
from ..words import counted


def extract(document: Document, begin: Sequence[str], end: Sequence[str]) -> Change:
    """The part from the tensors `begin` (the graph's inputs, if empty) to the tensors `end` (its outputs, if empty).

    Raises ChangeError for a name that is not a tensor of the graph, and where no graph can say the same.
    """
    analysis = document.analysis
    tensors = analysis.tensors()
    for name in [*begin, *end]:
        if name not in tensors:
            near = get_close_matches(name, tensors, 1)
            raise ChangeError(f"the graph has no tensor '{name}'" + (f"; did you mean '{near[0]}'?" if near else ""))
    doubled = next((name for name in [*begin, *end] if [*begin, *end].count(name) > 1), None)
    if doubled is not None:
        raise ChangeError(f"'{doubled}' is named twice")
    try:
        edits = list(cut(analysis, list(begin), list(end or analysis.outputs), in_place=False))
    except Refused as reason:
        raise ChangeError(f"this part cannot be a graph of its own: {reason}") from reason
    text = edited(analysis, edits)
    trial = changed(document, text)
    gone = set(tensors) - set(trial.new.analysis.tensors())
    before, after = flat(document), flat(trial.new)
    files: dict[str, Blob | None] = without_data(before, after)
    new_inputs = trial.new.analysis.inputs
    idle = [name for name in begin if name not in new_inputs or not trial.new.analysis.users.get(name)]
    if idle:
        raise ChangeError(f"'{idle[0]}' does not lead to {', '.join(end or analysis.outputs)}")
    if new_inputs != analysis.inputs or trial.new.analysis.outputs != analysis.outputs:
        if document.model.store.find(BUNDLE) is not None:
            files[BUNDLE] = None  # inputs and outputs of the whole
    others = [name for name in new_inputs if begin and name not in begin]
    told = [
        f"{counted(len(list(trial.new.analysis.statements())), 'statement')} of "
        f"{len(list(analysis.statements()))}, from {', '.join(new_inputs)} to {', '.join(trial.new.analysis.outputs)}",
        f"{parameters(after):,} of {parameters(before):,} stored parameters",
    ]
    if others:
        told.append(f"it needs {', '.join(others)} as well")
    return changed(document, text, files, quant_without(document, gone), tuple(told))
