"""Arrays, tuples and strings in expressions: comprehensions, subscripts, built-in functions (section 3.3.3).

Not here: operators (`arithmetic.py`), everything else of an expression (`evaluator.py`).
"""

from __future__ import annotations

from ...syntax import nodes as n
from ..extents.dims import Dim
from ..operations.declarations import MISSING
from ..values.conversion import convert
from ..values.tensor import ANY as ANY_TENSOR
from ..values.tensor import NOTHING_KNOWN, Opaque, Tensor
from ..values.types import ANY, STRING, Type, array_type, castable
from ..values.values import Value, is_known, type_of
from .evaluation import Evaluation


def comprehension(evaluator: Evaluation, node: n.Comprehension) -> Value:
    """`[for i in a if condition yield result]`: a list, or a value known by type only when an array is."""
    iterables = [evaluator.evaluate(item.iterable) for item in node.iterations]
    sizes: list[int | None] = []
    for item, value in zip(node.iterations, iterables):
        found = type_of(value)
        if isinstance(value, Tensor) or found.kind not in ("array", "empty", "any"):
            evaluator.find("not-iterable", item.iterable, found=found)
            return NOTHING_KNOWN
        sizes.append(len(value) if isinstance(value, list) else None)
    known = [size for size in sizes if size is not None]
    if len(set(known)) > 1:
        evaluator.find("iterable-lengths", node, lengths=known)
        return NOTHING_KNOWN
    outer = dict(evaluator.iterators)
    _redeclared(evaluator, node)
    try:
        if len(known) == len(sizes):
            return _iterate(evaluator, node, iterables)
        item_types = [_item_type(value) for value in iterables]
        _set_iterators(evaluator, node, [evaluator.unknown(kind) for kind in item_types])
        _filter(evaluator, node)
        result = evaluator.evaluate(node.result)
        return Opaque(array_type(type_of(result)))
    finally:
        evaluator.iterators = outer


def _iterate(evaluator: Evaluation, node: n.Comprehension, iterables: list[Value]) -> list[Value]:
    results = []
    for values in zip(*iterables):
        evaluator.budget.spend()
        _set_iterators(evaluator, node, list(values))
        before = len(evaluator.findings)
        keep = _filter(evaluator, node)
        if keep is not False:
            results.append(evaluator.evaluate(node.result))
        if len(evaluator.findings) > before:
            break
    return results


def _filter(evaluator: Evaluation, node: n.Comprehension) -> Value:
    if node.condition is None:
        return True
    condition = evaluator.evaluate(node.condition)
    if isinstance(condition, Tensor) or not castable(type_of(condition), Type("primitive", "logical")):
        evaluator.find("condition-type", node.condition, found=type_of(condition))
    return condition


def _set_iterators(evaluator: Evaluation, node: n.Comprehension, values: list[Value]) -> None:
    for item, value in zip(node.iterations, values):
        into: dict[str, Value] = {}
        evaluator.unpack(item.target, value, into, item.iterable)
        evaluator.iterators.update(into)


def _redeclared(evaluator: Evaluation, node: n.Comprehension) -> None:
    seen: set[str] = set()
    for item in node.iterations:
        for target in item.target.walk():
            if isinstance(target, n.Identifier) and evaluator.dialect.strict_types:
                if target.name in seen:
                    evaluator.find("name-redefined", target, name=target.name, iterator=True)
                elif target.name in evaluator.iterators or evaluator.lookup(target.name) is not MISSING:
                    evaluator.find("name-redefined", target, name=target.name)
                seen.add(target.name)


def subscript(evaluator: Evaluation, node: n.Subscript) -> Value:
    """`target[index]` of an array, a tuple, a string, or (in dialects) a small constant tensor."""
    value, index = evaluator.evaluate(node.target), evaluator.evaluate(node.index)
    found = type_of(value)
    if isinstance(value, Tensor):
        return _subscript_tensor(evaluator, node, value, index)
    if found.kind not in ("array", "tuple", "empty", "any") and found != STRING:
        evaluator.find("not-subscriptable", node.target, found=found)
        return NOTHING_KNOWN
    if isinstance(index, bool) or not (
        isinstance(index, int) or castable(type_of(index), Type("primitive", "integer"))
    ):
        evaluator.find("index-type", node.index, found=type_of(index))
        return NOTHING_KNOWN
    if found.kind == "tuple" and not isinstance(node.index, n.Number) and evaluator.dialect.strict_types:
        evaluator.find("tuple-index", node.index)
        return NOTHING_KNOWN
    if not isinstance(index, int) or not isinstance(value, (list, tuple, str)):
        if isinstance(index, int) and found.kind == "tuple" and 0 <= index < len(found.items):
            return evaluator.unknown(found.items[index])
        return evaluator.unknown(found.items[0] if found.kind == "array" else STRING if found == STRING else ANY)
    if not 0 <= index < len(value):
        evaluator.find("index-range", node, index=index, length=len(value))
        return NOTHING_KNOWN
    return value[index]


def _subscript_tensor(evaluator: Evaluation, node: n.Subscript, value: Tensor, index: Value) -> Value:
    if value is ANY_TENSOR or not evaluator.dialect.strict_types:
        if (
            isinstance(value.value, (list, tuple))
            and isinstance(index, int)
            and -len(value.value) <= index < len(value.value)
        ):
            item: Value = value.value[index]
            return item
        return NOTHING_KNOWN
    evaluator.find("not-subscriptable", node.target, found=type_of(value))
    return NOTHING_KNOWN


def range_subscript(evaluator: Evaluation, node: n.RangeSubscript) -> Value:
    """`target[begin:end]`: bounds outside the array are findings, as in Khronos' tools."""
    value = evaluator.evaluate(node.target)
    bounds = [None if bound is None else evaluator.evaluate(bound) for bound in (node.begin, node.stop)]
    found = type_of(value)
    if isinstance(value, Tensor) or (found.kind not in ("array", "empty", "any") and found != STRING):
        evaluator.find("not-subscriptable", node.target, found=found)
        return NOTHING_KNOWN
    for bound, place in zip(bounds, (node.begin, node.stop)):
        if place is not None and (
            isinstance(bound, bool) or not castable(type_of(bound), Type("primitive", "integer"))
        ):
            evaluator.find("index-type", place, found=type_of(bound))
            return NOTHING_KNOWN
    if not isinstance(value, (list, str)):
        return evaluator.unknown(found)
    begin = 0 if bounds[0] is None else bounds[0]
    end = len(value) if bounds[1] is None else bounds[1]
    if not isinstance(begin, int) or not isinstance(end, int):
        return evaluator.unknown(found)
    for bound in (begin, end):
        if not 0 <= bound <= len(value):
            evaluator.find("index-range", node, index=bound, length=len(value), range=True)
            return NOTHING_KNOWN
    evaluator.budget.spend(len(value) // 64)
    return value[begin:end]


def builtin(evaluator: Evaluation, node: n.Builtin) -> Value:
    """`length_of`, `range_of`, `shape_of`, and the conversions named after types; a fragment of that name goes before
    them where keywords may be names."""
    if evaluator.dialect.keywords_as_names and node.name in evaluator.operations:
        callee = n.Identifier(node.start, node.start + len(node.name), node.name)
        argument = n.Argument(node.argument.start, node.argument.end, None, node.argument)
        opening = node.argument.start - 1
        return evaluator.evaluate(n.Invocation(node.start, node.end, callee, None, [argument], opening, node.end - 1))
    value = evaluator.evaluate(node.argument)
    found = type_of(value)
    if "Builtin" not in (evaluator.dialect.expressions or ("Builtin",)):
        return NOTHING_KNOWN  # told already
    if node.name == "shape_of":
        evaluator.find("deprecated-shape-of", node)
        if isinstance(value, Tensor):
            return Opaque(array_type(Type("primitive", "integer"))) if value.shape is None else list(value.shape)
        return []
    if node.name in ("length_of", "range_of"):
        if isinstance(value, Tensor) or (found.kind not in ("array", "empty", "any") and found != STRING):
            evaluator.find("builtin-argument", node, builtin=node.name, found=found)
            return NOTHING_KNOWN
        if not isinstance(value, (list, str)):
            kind = Type("primitive", "integer")
            return Opaque(kind if node.name == "length_of" else array_type(kind))
        evaluator.budget.spend(len(value) // 64)
        return len(value) if node.name == "length_of" else list(range(len(value)))
    if found.kind not in ("primitive", "any") or (isinstance(value, Tensor) and value is not ANY_TENSOR):
        evaluator.find("builtin-argument", node, builtin=node.name, found=found)
        return NOTHING_KNOWN
    if not is_known(value) or not isinstance(value, (int, float, str)):
        return value if isinstance(value, Dim) else Opaque(Type("primitive", node.name))
    try:
        return convert(node.name, value)
    except ValueError:
        evaluator.find("conversion", node, target=node.name, value=value)
        return Opaque(Type("primitive", node.name))


def _item_type(value: Value) -> Type:
    found = type_of(value)
    return found.items[0] if found.kind == "array" else ANY
