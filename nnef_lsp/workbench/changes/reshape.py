"""A model for inputs of another batch or resolution: shapes followed, and what is hard-wired below adapted.

`reshape` and `deconv` may have numbers in the text that fit the old shapes only.  Where one of them is wrong now, the number
is replaced by one that does the same for the old shape and is right for the new one; what cannot be mended so is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ...archive.blobs import Blob
from ...ide.text.place import Edit, Place
from ...model.extents.dims import format_shape
from ...project.opening import Document, reshaped
from ...syntax import nodes as n
from ..change import BUNDLE, Change, changed
from ..errors import ChangeError
from ..proof import Means, Proof, prove_parts
from ..statements import Graph, Statement, edited

_SHAPES = {"reshape": "shape", "deconv": "output_shape"}


def reshape(document: Document, shapes: Mapping[str, Sequence[int]]) -> Change:
    """Raises ChangeError, with the lines of what does not fit."""
    old = Graph(document)
    current = reshaped(document, shapes)
    told: list[str] = []
    for _ in range(len(old.statements) + 1):
        errors = current.errors
        if not errors:
            break
        mended = next(_mended(document, current, old, len(errors)), None)
        if mended is None:
            raise ChangeError("the graph does not fit that shape: " + "; ".join(errors[:5]))
        current, sentence = mended
        told.append(sentence)
    text = current.analysis.source.text
    files: dict[str, Blob | None] = {BUNDLE: None} if document.model.store.find(BUNDLE) is not None else {}
    change = changed(document, text, files if text != document.analysis.source.text else {})
    before, after = document.analysis.tensors(), change.new.analysis.tensors()
    for name in [*document.analysis.inputs, *document.analysis.outputs]:
        if before[name].shape != after[name].shape:
            told.append(f"{name}: {format_shape(before[name].shape)} before, {format_shape(after[name].shape)} now")
    return change.saying(*(told or ["the inputs have these shapes already"]))


def _mended(document: Document, current: Document, old: Graph, count: int) -> Iterator[tuple[Document, str]]:
    """The graph with one number replaced so that it has fewer errors, or the first of them further below."""
    first = _first_error(current)
    for segment in current.analysis.statements():
        tree = segment.tree()
        name = segment.defines[0] if len(segment.defines) == 1 else ""
        statement = old.statements.get(name)
        if statement is None or statement.operation not in _SHAPES or not isinstance(tree, n.Assignment):
            continue
        written = _shape_of(tree, _SHAPES[statement.operation])
        if written is None:
            continue
        for number, text in _candidates(document, current, statement, written):
            item = written.items[number]
            edit = Edit(Place(segment, item.start, item.end), text)
            trial = current.with_text(edited(current.analysis, [edit]))
            if len(trial.errors) < count or _first_error(trial) > first:
                was = segment.text[item.start : item.end]
                line = current.analysis.source.position_in(segment, item.start).line + 1
                yield (
                    trial,
                    f"line {line}: {statement.operation} for {name} had the extent {was} hard-wired, now {text}",
                )


def _first_error(document: Document) -> int:
    """Where the first error of a graph is, in characters from its end, so that edits above it do not count."""
    from ...rules import diagnose

    source = document.analysis.source
    starts = [
        source.start_of(item.segment) + item.start
        for item in diagnose(document.analysis, document.settings)
        if item.severity == "error" and item.segment is not None
    ]
    return min(starts, default=1 << 60) - source.length


def _shape_of(tree: n.Assignment, parameter: str) -> n.Array | None:
    if isinstance(tree.value, n.Invocation):
        for argument in tree.value.arguments:
            if argument.name is not None and argument.name.name == parameter and isinstance(argument.value, n.Array):
                return argument.value
    return None


def _candidates(
    document: Document, current: Document, statement: Statement, written: n.Array
) -> Iterator[tuple[int, str]]:
    """Numbers that would have done the same before: 0 for the extent of the operand, -1 for what is left."""
    operand = statement.invocation.inputs[0]
    name = getattr(operand, "name", "")
    before = document.analysis.tensors().get(name)
    after = current.analysis.tensors().get(name)
    items = [item.value if isinstance(item, n.Number) else None for item in written.items]
    shapes = [fact.shape if fact is not None and fact.shape is not None else () for fact in (before, after)]
    for index, item in enumerate(items):
        if not isinstance(item, int) or item <= 0:
            continue
        if index < min(map(len, shapes)) and shapes[0][index] == item and shapes[1][index] != item:
            yield index, "0" if statement.operation == "reshape" else str(shapes[1][index])
    for index, item in enumerate(items):
        if not isinstance(item, int) or item <= 0:
            continue
        kept = index == 0 and all(shape and shape[0] == item for shape in shapes)  # what is left is not the batch's
        if statement.operation == "reshape" and -1 not in items and not kept:
            yield index, "-1"
        elif statement.operation == "deconv" and index < min(map(len, shapes)):
            was, now = shapes[0][index], shapes[1][index]
            if isinstance(was, int) and isinstance(now, int) and was and item * now % was == 0 and was != now:
                yield index, str(item * now // was)


def prove(change: Change, path: str, means: Means) -> Proof:
    """A larger batch computes what single batches do; of another resolution only that it runs can be told."""
    before, after = change.old.analysis, change.new.analysis
    shapes = [{name: analysis.tensors()[name].shape for name in analysis.inputs} for analysis in (before, after)]
    times = _times(list(shapes[0].values()), list(shapes[1].values()))
    outputs, seconds, batches = prove_parts(change, path, means, times)
    if times is None:
        return Proof(
            tuple(outputs), seconds, "random inputs: it runs; the old model cannot be run on that shape to compare"
        )
    return Proof(tuple(outputs), seconds, f"random inputs, each of {batches} batches run by the old model")


def _times(old: list[object], new: list[object]) -> int | None:
    """How many old batches a new one is; None if anything but the first extents differ."""
    factors = set()
    for a, b in zip(old, new, strict=True):
        if not isinstance(a, tuple) or not isinstance(b, tuple) or not a or len(a) != len(b) or a[1:] != b[1:]:
            return None
        if not isinstance(a[0], int) or not isinstance(b[0], int) or not a[0] or b[0] % a[0]:
            return None
        factors.add(b[0] // a[0])
    return factors.pop() if len(factors) == 1 else None
