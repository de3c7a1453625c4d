"""What can be typed at the cursor, the likeliest first.

Not here: where the cursor is (`text/cursor.py`), the text of snippets (`snippets.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.analysis.analysis import Analysis
from ...model.checks.document import EXPRESSIONS, KNOWN_EXTENSIONS, declared_extensions
from ...model.operations.declarations import Operation, Parameter, declared_operations
from ...model.values.types import Type, castable
from ...model.values.values import Value, type_of
from ...syntax.segments import EXTENSION, FRAGMENT, GRAPH, STATEMENT, VERSION, Segment
from ...syntax.source import Source
from ...syntax.tokens import NUMBER
from ..describe import value_text
from ..names.strings import quoted
from ..text import tokens as w
from ..text.bodies import fragment_of
from ..text.cursor import Cursor, cursor_at
from .extensions import extension_items
from .fitting import fitting
from .items import KEYWORD, MOST, OPERATION, PARAMETER, STRING, SYMBOL, TENSOR, TYPE, Completion, Item
from .snippets import argument_snippet, call_snippet, quote_of, short_signature
from .statements import head_items, silencing, statement_items
from .strings import quoted_items, string_items

BEGINNING, CONTINUING = ("for", "true", "false", "length_of", "range_of"), ("if", "else", "in", "yield")
"""Words that an expression may begin with, and those that go on behind a value."""
TYPES = ("tensor<scalar>", "tensor<integer>", "tensor<logical>", "tensor<>", "integer", "scalar", "logical", "string")


def completion(analysis: Analysis, offset: int) -> Completion | None:
    """What fits at an offset."""
    cursor = cursor_at(analysis, offset)
    if cursor is None:
        return silencing(analysis, offset)
    if cursor.in_string:
        return Completion(cursor.start, cursor.end, list(string_items(analysis, cursor)))
    items = list(_items(analysis, cursor))
    complete = sum(item.kind == TENSOR for item in items) < MOST
    return Completion(cursor.start, cursor.end, items, complete)


def _items(analysis: Analysis, cursor: Cursor) -> Iterator[Item]:
    if cursor.kind == EXTENSION:
        yield from extension_items(analysis, cursor)
    elif cursor.kind == VERSION:
        yield Item("1.0", KEYWORD)
    elif cursor.kind == FRAGMENT:
        yield from _types(cursor)
    elif cursor.kind == GRAPH:
        if any(word.text == "(" for word in cursor.words) and cursor.words[-1].text in ("(", ","):
            yield from head_items(analysis, cursor)
    elif cursor.body is None:
        yield from _top_level(analysis)
    elif cursor.word.role == w.TARGET or not cursor.words:
        yield from _targets(analysis, cursor)
        if not cursor.words:
            yield from statement_items(analysis, quote_of(analysis.source))
    elif cursor.word.role in (w.VALUE, w.ARGUMENT, w.CALLEE):
        yield from _values(analysis, cursor)


def _types(cursor: Cursor) -> Iterator[Item]:
    if cursor.words and cursor.words[-1].text in (":", "(", "<") and len(cursor.words) > 2:
        for name in TYPES:
            yield Item(name, TYPE)


def _top_level(analysis: Analysis) -> Iterator[Item]:
    """Documents begin with a version, then extensions, fragments, and one graph."""
    if analysis.structure.version is None:
        yield Item("version", KEYWORD, "version 1.0;", "version 1.0;\n$0", "1")
    yield Item("extension", KEYWORD, "", "extension ${1|" + ",".join(KNOWN_EXTENSIONS) + "|};\n$0", "2")
    head = "fragment ${1:name}( ${2:x}: tensor<scalar> ) -> ( ${3:y}: tensor<scalar> )\n{\n    ${3:y} = $0;\n}\n"
    yield Item("fragment", KEYWORD, "declare an operation", head, "3")
    if analysis.structure.graph is None:
        text = "graph ${1:name}( ${2:input} ) -> ( ${3:output} )\n{\n    ${2:input} = external(shape = [${4:1}]);\n    $0\n}\n"
        yield Item("graph", KEYWORD, "the network", text, "4")


def _targets(analysis: Analysis, cursor: Cursor) -> Iterator[Item]:
    """Names that must be defined and are not yet."""
    assert cursor.body is not None
    fragment = fragment_of(analysis, cursor.body)
    if fragment is not None:
        for result in fragment.operation.results:
            if result.name not in fragment.definers:
                yield Item(result.name, TENSOR, "result that is not assigned yet", f"{result.name} = $0;", "1")
        return
    for name in analysis.inputs:
        if name not in analysis.definers:
            text = f"{name} = external(shape = [${{1:1}}]);$0"
            yield Item(name, TENSOR, "input that is not defined yet", text, "1")
    for name in analysis.outputs:
        if name not in analysis.definers:
            yield Item(name, TENSOR, "output that is not assigned yet", f"{name} = $0;", "2")


def _values(analysis: Analysis, cursor: Cursor) -> Iterator[Item]:
    operation = cursor.operation(analysis)
    parameter = cursor.parameter(operation) if operation is not None else None
    free = _expressions(analysis, cursor)
    if _behind_operand(cursor):
        yield from (Item(word, KEYWORD, rank="8") for word in (CONTINUING if free else ()))
    elif cursor.words[-1].text == "<" and cursor.words[-2:-1] and cursor.words[-2].name in analysis.operations:
        yield from (Item(name, TYPE) for name in ("scalar", "integer", "logical", "string"))
    else:
        if operation is not None and cursor.begins_argument():
            for item in operation.parameters[cursor.word.number :] or operation.parameters:
                yield from _parameter(item, cursor, quote_of(analysis.source))
        if parameter is not None and not parameter.is_tensor:
            if cursor.word.named >= 0 or not analysis.dialect.strict_types:
                yield from _attribute(parameter, quote_of(analysis.source))
        yield from quoted_items(analysis, cursor)
        yield from _names(analysis, cursor, operation, parameter, free)


def _behind_operand(cursor: Cursor) -> bool:
    """Whether a value stands before the cursor, so that an operator or the end of the expression comes next."""
    before = cursor.words[-1]
    return before.text in (")", "]") or before.kind == NUMBER or before.role in (w.VALUE, w.TEXT, w.TARGET, w.ITERATOR)


def _names(
    analysis: Analysis, cursor: Cursor, operation: Operation | None, parameter: Parameter | None, free: bool
) -> Iterator[Item]:
    """Symbols, tensors, operations and words of expressions, as far as they fit."""
    nested = operation is not None
    if operation is not None and parameter is None and operation.parameters and not free:
        return  # one argument too many
    for symbol in analysis.declared.symbols if nested else ():
        yield Item(symbol, SYMBOL, "symbol", rank="2" if parameter is not None and _is_whole(parameter.type) else "6")
    if parameter is None or parameter.is_tensor or free:
        yield from _tensors(analysis, cursor, parameter)
    if not nested or free:
        for known in analysis.operations.values():
            yield _operation(known, "7" if nested else "4" if known.is_fragment else "5")
        for name, registry in analysis.context.registries.items():
            yield Item(
                name,
                OPERATION,
                f"needs {registry}",
                call_snippet(declared_operations(registry)[name]),
                "9",
                "",
                registry,
            )
    if free:
        yield from (Item(word, KEYWORD, rank="8") for word in (*BEGINNING, *CONTINUING))


def _is_whole(type: Type) -> bool:
    """Whether values of a type are integers, or arrays of them."""
    return type.name == "integer" or (type.kind == "array" and _is_whole(type.items[0]))


def _parameter(parameter: Parameter, cursor: Cursor, quote: str) -> Iterator[Item]:
    if not parameter.is_tensor and parameter.name not in cursor.given():
        text = argument_snippet(parameter, quote)
        yield Item(parameter.name, PARAMETER, str(parameter.type), text, "3", parameter.documentation)


def _attribute(parameter: Parameter, quote: str) -> Iterator[Item]:
    for choice in parameter.choices:
        yield Item(f"{quote}{choice}{quote}", STRING, parameter.name, rank="1")
    if parameter.type.name == "logical":
        yield Item("true", KEYWORD, rank="1")
        yield Item("false", KEYWORD, rank="1")


def _expressions(analysis: Analysis, cursor: Cursor) -> bool:
    """Whether the document may use expressions."""
    return not analysis.dialect.needs_extensions or EXPRESSIONS in declared_extensions(analysis.structure)


def _operation(operation: Operation, rank: str) -> Item:
    return Item(operation.name, OPERATION, short_signature(operation), call_snippet(operation), rank)


def _tensors(analysis: Analysis, cursor: Cursor, parameter: Parameter | None) -> Iterator[Item]:
    """Names in scope: those that the operation accepts first, then those of the right type, and of these the latest.

    Where a list, a number, a border or a condition is wanted, only what is known before the graph runs; in a dialect
    that computes these while it runs, tensors come last.
    """
    accepts = fitting(analysis, cursor) if parameter is None or parameter.is_tensor else None
    for number, (name, value) in enumerate(_scope(analysis, cursor)):
        value_fits = parameter is None or parameter.is_tensor or _fits_value(value, parameter)
        if not value_fits and analysis.dialect.strict_types:
            continue
        fits = value_fits and (parameter is None or _fits(value, parameter)) and (accepts is None or accepts(value))
        used = name in {word.name for word in cursor.words if word.role == w.VALUE}
        rank = f"{0 if fits else 6}{int(used)}{number:05d}"
        yield Item(name if name.isidentifier() else f"i'{quoted(name)}'", TENSOR, value_text(value), rank=rank)
        if number + 1 >= MOST:
            return


def _fits(value: Value, parameter: Parameter) -> bool:
    wanted = parameter.type.items[0] if parameter.type.kind == "array" else parameter.type
    return castable(type_of(value), wanted)


def _fits_value(value: Value, parameter: Parameter) -> bool:
    """Whether a value is one for an attribute, or for an item of it."""
    found, wanted = type_of(value), parameter.type
    return not found.is_tensor and (
        castable(found, wanted) or (wanted.kind == "array" and castable(found, wanted.items[0]))
    )


def _scope(analysis: Analysis, cursor: Cursor) -> Iterator[tuple[str, Value]]:
    fragment = fragment_of(analysis, cursor.body)
    if fragment is not None:
        own = set(cursor.segment.defines)
        yield from ((name, value) for name, value in reversed(list(fragment.names.items())) if name not in own)
        return
    seen = set(cursor.segment.defines)
    typed = cursor.typed.lower()
    for segment in _backwards(analysis.source, cursor.segment):
        for name, value in zip(segment.defines, analysis.outcomes.of(segment).values):
            if name not in seen and typed in name.lower():
                seen.add(name)
                yield name, value


def _backwards(source: Source, segment: Segment) -> Iterator[Segment]:
    """The statements before a segment, the nearest first."""
    block = segment.block
    if block is None:
        return
    yield from (item for item in reversed(block.segments[: segment.at]) if item.kind == STATEMENT)
    for index in range(block.index - 1, -1, -1):
        yield from (item for item in reversed(source.blocks[index].segments) if item.kind == STATEMENT)
