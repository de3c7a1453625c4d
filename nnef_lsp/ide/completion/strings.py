"""What can be typed between quotes: choices of a parameter, and names of what strings refer to.

Not here: which strings refer to something (`model/analysis/references.py`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from ...model.analysis import references as r
from ...model.analysis.analysis import Analysis
from ...model.dtypes.results import DATUM_TYPES
from ...model.operations.declarations import Operation
from ...model.weights import NoResource
from ...project.json_places import keys_of
from ...project.model_files import ModelWeights, files_of
from ...syntax.segments import Segment
from ...syntax.tokens import STRING as CLOSED
from ..describe import shortened
from ..names.strings import Slot, body_of_loop, given, slot_of
from ..text import tokens as w
from ..text.cursor import Cursor
from ..text.place import Edit, Place
from .items import FILE, MOST, OPERATION, PARAMETER, STRING, SYMBOL, TENSOR, Item

USUAL_TYPES = ("f32", "f16", "i64", "i32", "bool", "u8", "i8", "tdim")
"""Data types that are offered first."""


def string_items(analysis: Analysis, cursor: Cursor) -> Iterator[Item]:
    """The texts that fit between the quotes that the cursor is in."""
    operation = cursor.operation(analysis)
    if operation is None:
        return
    words = [*cursor.words, cursor.word]
    slot = slot_of(analysis, words, len(words) - 1)
    if slot is not None:
        yield from _names(analysis, cursor, words, slot)
        return
    parameter = cursor.parameter(operation)
    item = w.item_of(words, len(words) - 1)
    if parameter is not None:
        choices = parameter.choices if item < 0 else r.CHOICES.get((operation.name, parameter.name, item), ())
        yield from (Item(choice, STRING, parameter.name) for choice in choices)


def quoted_items(analysis: Analysis, cursor: Cursor) -> Iterator[Item]:
    """The same with their quotes, where no quote is open yet."""
    words = [*cursor.words, cursor.word]
    slot = slot_of(analysis, words, len(words) - 1) if cursor.word.role == w.VALUE else None
    if slot is not None:
        for item in _names(analysis, cursor, words, slot):
            yield replace(item, label=f'"{item.label}"')


def _names(analysis: Analysis, cursor: Cursor, words: list[w.Word], slot: Slot) -> Iterator[Item]:
    """What a string of this kind can name."""
    files = files_of(analysis.weights)
    if slot.kind == r.FRAGMENT:
        yield from _fragments(analysis)
    elif slot.kind in (r.PARAMETER, r.RESULT):
        yield from _bindings(analysis, _whole(cursor, words, slot), slot)
    elif slot.kind == r.DATUM_TYPE:
        for number, name in enumerate((*USUAL_TYPES, *(name for name in DATUM_TYPES if name not in USUAL_TYPES))):
            yield Item(name, STRING, "data type", rank=f"1{number:04d}")
    elif slot.kind == r.SYMBOL:
        yield from (Item(name, SYMBOL, "symbol") for name in analysis.declared.symbols)
    elif files is None:
        return
    elif slot.kind == r.RESOURCE_KEY:
        yield from _keys(analysis, files, _whole(cursor, words, slot), slot)
    elif slot.kind == r.WEIGHTS:
        whole = _whole(cursor, words, slot)
        for item in _files(files.labels(), lambda label: is_used(analysis, label)):
            yield _with_header(item, files, cursor.segment, whole, slot)
    else:
        yield from _files(files.resources() if slot.kind == r.RESOURCE else files.submodels(), lambda _: False)


def is_used(analysis: Analysis, label: str) -> bool:
    """Whether a variable of the graph has a label."""
    return bool(analysis.labels.get(label) or analysis.labels.get(f"/{label}"))


def _with_header(item: Item, files: ModelWeights, segment: Segment, words: list[w.Word], slot: Slot) -> Item:
    """A label with the type and shape of its data, which fill the variable's shape if that is not written yet."""
    header = files.header(item.label)
    if header is None or header.problem is not None:
        return item
    shape = str(list(header.shape))
    detail = ", ".join(text for text in (f"{header.item_type} {shape}", item.detail) if text)
    found = _shape_edit(segment, words, slot, shape)
    return replace(item, detail=detail, edits=() if found is None else (found,))


def _shape_edit(segment: Segment, words: list[w.Word], slot: Slot, shape: str) -> Edit | None:
    opening = next((word for word in words[slot.call + 1 :] if word.text == "("), None)
    if words[slot.call].name != "variable" or opening is None:
        return None
    named = next(
        (at for at, word in enumerate(words) if (word.call, word.role, word.name) == (slot.call, w.ARGUMENT, "shape")),
        None,
    )
    if named is None:
        return Edit(Place(segment, opening.end, opening.end), f"shape = {shape}, ")
    value = words[named + 2 : named + 4]
    if [word.text for word in value] == ["[", "]"]:
        return Edit(Place(segment, value[0].start, value[1].end), shape)
    return None


def _whole(cursor: Cursor, words: list[w.Word], slot: Slot) -> list[w.Word]:
    """The words of the statement behind the cursor too, if they go on with the same call."""
    whole = w.words_of(cursor.segment)
    same = len(whole) > slot.call and whole[slot.call][:3] == words[slot.call][:3]
    return whole if same else words


def _fragments(analysis: Analysis) -> Iterator[Item]:
    """Fragments with a body; the model's metadata are none to be run."""
    for facts in analysis.fragment_list:
        if facts.body.has_statements and facts.operation.name not in r.METADATA:
            yield Item(facts.operation.name, OPERATION, shortened(facts.operation.signature))


def _bindings(analysis: Analysis, words: list[w.Word], slot: Slot) -> Iterator[Item]:
    """Parameters or results of the loop's body, first those that are not bound yet."""
    fragment = body_of_loop(analysis, words, slot)
    if fragment is None:
        return
    operation: Operation = fragment.operation
    kind = PARAMETER if slot.kind == r.PARAMETER else TENSOR
    bound = set()
    for at, word in enumerate(words):
        if word.role == w.TEXT and word.kind == CLOSED and word.call == slot.call:
            other = slot_of(analysis, words, at)
            if other is not None and other.kind == slot.kind:
                bound.add(r.own_name(operation, slot.kind, word.text[1:-1]))
    for number, item in enumerate(operation.parameters if slot.kind == r.PARAMETER else operation.results):
        taken = item.name in bound and slot.kind == r.PARAMETER
        detail = f"{item.type}, already bound" if taken else str(item.type)
        yield Item(item.name, kind, detail, rank=f"{6 if taken else 1}{number:04d}")


def _keys(analysis: Analysis, files: ModelWeights, words: list[w.Word], slot: Slot) -> Iterator[Item]:
    """Keys of the resource that the same call names."""
    label = given(analysis, words, slot, r.RESOURCE)
    try:
        keys = keys_of(files.document(label)) if label is not None else ()
    except NoResource:
        return
    for number, key in enumerate(keys):
        try:
            detail = shortened(json.dumps(files.resource(label or "", key), ensure_ascii=False))
        except NoResource:  # lists with objects in them: offered all the same, the way to what is in them
            detail = "not a value for a graph"
        yield Item(key, STRING, detail, rank=f"1{number:04d}")


def _files(names: Iterable[str], taken: Callable[[str], bool]) -> Iterator[Item]:
    """Names of files, first those that nothing refers to yet."""
    for number, name in enumerate(names):
        if number >= 4 * MOST:
            return
        used = taken(name)
        yield Item(name, FILE, "already used" if used else "", rank="6" if used else "1")
