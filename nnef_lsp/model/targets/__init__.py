"""Targets: can this engine execute this graph?  Answered from the graph's text alone.

A target is a profile, a TOML file in the folder of a dialect or anywhere else:

    title = "My accelerator"
    dialect = "khronos"                 # the graph is read as this dialect; default: as it is
    inherits = "khronos-1.0.5"          # takes everything from another profile first
    symbols = false                     # whether extents may be symbolic
    types = ["scalar"]                  # data types that tensors may have; default: any
    allow = ["conv", "relu"]            # operations it has; default: all that the dialect has
    ranks = { conv = [4] }              # ranks of an operation's first tensor

    [deny]                              # operations it has not, and why
    sample = "there is no code for it"

    [parameters.max_pool]               # what attributes may be
    border = { values = ["ignore", "constant"] }
    dilation = { items = [1] }          # items of a list: among these, or least/most
    size = { least = 1, most = 16 }

    [operands.select]                   # what tensors may be
    condition = { without = ["string"], reason = "it has no strings" }

    [masks]                             # operations that must not read a comparison of positions along two open axes
    select = "it folds such a mask"

Not here: the words for what an engine cannot execute (`rules/unsupported_by_target.py`), what is wrong with a graph
for every engine (`analysis/analysis.py`).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...syntax import nodes as n
from ...syntax.segments import Segment
from ..extents.dims import Dim
from ..findings import Details, Finding, Located
from ..flattening.flat_graph import FlatGraph, Invocation, TensorName
from ..operations.declarations import declared_operations
from ..operations.dialects import DIALECTS, data_files
from ..operations.scope import declared_signature, declared_traits
from ..values.tensor import Tensor
from .positions import split_masks

if TYPE_CHECKING:
    from ..analysis.analysis import Analysis

_SOURCES = ("input", "weights")
"""Kinds of operations that every engine has, or it could execute nothing."""


class UnknownTarget(Exception):
    """There is no such profile, or it is not a profile."""


@dataclass
class Profile:
    """What an engine can execute."""

    name: str
    title: str = ""
    dialect: str = ""
    symbols: bool = True
    types: frozenset[str] | None = None
    allow: frozenset[str] | None = None
    deny: dict[str, str] = field(default_factory=dict)
    ranks: dict[str, list[int]] = field(default_factory=dict)
    parameters: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    operands: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    masks: dict[str, str] = field(default_factory=dict)


def target_names() -> list[str]:
    """The profiles that come with this package."""
    return sorted(data_files(".toml"))


def load_target(name: str, near: Path = Path()) -> Profile:
    """The profile of a name or in a file; raises `UnknownTarget`."""
    known = data_files(".toml").get(name)
    file = known or next((path for path in (near / f"{name}.toml", near / name, Path(name)) if path.is_file()), None)
    if file is None:
        raise UnknownTarget(
            f"there is no target '{name}'; there are {', '.join(target_names())}, or a file of your own"
        )
    toml = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    try:
        data: dict[str, Any] = toml.loads(file.read_text(encoding="utf-8"))
        base = load_target(str(data.pop("inherits")), file.parent) if "inherits" in data else Profile(file.stem)
        return _profile(file.stem, data, base, denied_by(name) if known is not None else {})
    except (toml.TOMLDecodeError, OSError, UnicodeDecodeError, TypeError, ValueError, RecursionError) as error:
        raise UnknownTarget(f"'{file}' is not a target: {error}") from error


_KEYS = {
    "title": str,
    "dialect": str,
    "symbols": bool,
    "types": list,
    "allow": list,
    "deny": dict,
    "ranks": dict,
    "parameters": dict,
    "operands": dict,
    "masks": dict,
}


def denied_by(target: str) -> dict[str, str]:
    """The operations that declarations say a target lacks, each with the reason."""
    files = dict.fromkeys(file for known in DIALECTS.values() for file in (*known.declarations, *known.registries))
    return {
        name: operation.traits.missing_in[target]
        for file in files
        for name, operation in declared_operations(file).items()
        if target in operation.traits.missing_in
    }


def _profile(name: str, data: dict[str, Any], base: Profile, lacking: dict[str, str]) -> Profile:
    for key, value in data.items():
        if key not in _KEYS:
            raise ValueError(f"there is no key '{key}', only {', '.join(_KEYS)}")
        if not isinstance(value, _KEYS[key]):
            raise ValueError(f"'{key}' must be a {_KEYS[key].__name__}")
    types, allow = data.get("types"), data.get("allow")
    parameters = {operation: dict(items) for operation, items in base.parameters.items()}
    for operation, items in data.get("parameters", {}).items():
        parameters.setdefault(operation, {}).update(items)
    return Profile(
        name,
        data.get("title", name),
        data.get("dialect", base.dialect),
        data.get("symbols", base.symbols),
        base.types if types is None else frozenset(types),
        base.allow if allow is None else frozenset(allow),
        {**base.deny, **lacking, **data.get("deny", {})},
        {**base.ranks, **data.get("ranks", {})},
        parameters,
        {**base.operands, **data.get("operands", {})},
        {**base.masks, **data.get("masks", {})},
    )


def target_findings(analysis: Analysis, profile: Profile) -> list[Located]:
    """What keeps an engine from executing a graph; nothing is said of a graph with errors."""
    from ..flattening.flatten import Unflattenable, flatten

    try:
        graph = flatten(analysis)
    except Unflattenable:
        return []
    found: dict[tuple[int, str], Located] = {}
    masks = split_masks(graph) if profile.masks else set()
    for invocation in graph.invocations:
        for reason in (*_reasons(graph, invocation, profile), *_masked(invocation, masks, profile)):
            segment = analysis.source.segment_at(invocation.site.start)
            if segment is None:
                continue
            name = plain(invocation.operation)
            if name == "copy" and not invocation.site.callers and not _written(segment, name):
                continue  # a second name for a tensor
            details: Details = {"operation": name, "reason": reason, "target": profile.title}
            finding = Finding("unsupported-by-target", *_place(segment, name), details)
            found.setdefault((id(segment), f"{name} {reason}"), Located(segment, finding))
    return list(found.values())


def _masked(invocation: Invocation, masks: set[str], profile: Profile) -> Iterator[str]:
    """That an operation reads a mask which the engine misunderstands."""
    name = plain(invocation.operation)
    read = invocation.inputs[:1] if name == "select" else invocation.inputs
    if name in profile.masks and any(isinstance(item, TensorName) and item.name in masks for item in read):
        yield profile.masks[name]


def plain(operation: str) -> str:
    """The operation's name as it is written."""
    return operation.rpartition(":")[2]


def _callees(segment: Segment) -> list[n.Identifier]:
    tree = segment.tree()
    return [node.callee for node in tree.walk() if isinstance(node, n.Invocation)] if tree is not None else []


def _written(segment: Segment, operation: str) -> bool:
    """Whether a statement invokes an operation itself."""
    return any(callee.name == operation for callee in _callees(segment))


def _place(segment: Segment, operation: str) -> tuple[int, int]:
    """Where an operation is written in a statement; the invocation of the fragment around it otherwise."""
    callees = _callees(segment)
    callee = next((item for item in callees if item.name == operation), callees[0] if callees else None)
    if callee is not None:
        return callee.start, callee.end
    return segment.blank_start, len(segment.text)


def _reasons(graph: FlatGraph, invocation: Invocation, profile: Profile) -> Iterator[str]:
    """Everything about an invocation that the engine cannot do."""
    name = plain(invocation.operation)
    made = declared_traits(name).kind in _SOURCES or (name == "constant" and DIALECTS[graph.dialect].datum_types)
    if name in profile.deny:
        yield profile.deny[name]
        return
    if profile.allow is not None and name not in profile.allow and not made:
        yield "it does not have this operation"
        return
    facts = [graph.tensors[item.name] for item in _flat(invocation.outputs) if item.name in graph.tensors]
    for dtype in sorted({fact.dtype for fact in facts} - {"?"}):
        if profile.types is not None and dtype not in profile.types:
            yield f"it has no tensors of type {dtype}"
    if not profile.symbols and any(isinstance(extent, Dim) for fact in facts for extent in fact.shape or ()):
        yield "it needs extents that are known beforehand, and the result's are symbolic"
    yield from _rank(graph, invocation, profile.ranks.get(name))
    yield from _operands(graph, invocation, profile.operands.get(name, {}))
    for parameter, limits in profile.parameters.get(name, {}).items():
        yield from _limits(parameter, invocation.attributes.get(parameter), limits)


def _flat(items: Any) -> Iterator[TensorName]:
    for item in items:
        if isinstance(item, TensorName):
            yield item
        elif isinstance(item, list):
            yield from _flat(item)


def _rank(graph: FlatGraph, invocation: Invocation, ranks: list[int] | None) -> Iterator[str]:
    first = next(_flat(invocation.inputs), None) if ranks else None
    fact: Tensor | None = graph.tensors.get(first.name) if first is not None else None
    if ranks and fact is not None and fact.rank is not None and fact.rank not in ranks:
        yield f"its input must have rank {_listed(ranks)}, here it has {fact.rank}"


def _operands(graph: FlatGraph, invocation: Invocation, limits: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Tensors of types that the engine does not take; types have NNEF's names where it has one."""
    declared = declared_signature(plain(invocation.operation), graph.dialect) if limits else ()
    for parameter, item in zip(declared, invocation.inputs):
        fact = graph.tensors.get(item.name) if isinstance(item, TensorName) else None
        limit = limits.get(parameter)
        if fact is not None and limit is not None and fact.dtype in limit["without"]:
            yield f"'{parameter}' must not be {fact.dtype}: {limit['reason']}"


def _limits(parameter: str, value: Any, limits: dict[str, Any]) -> Iterator[str]:
    """How an attribute lies outside of what the engine takes."""
    if value is None or isinstance(value, Dim):
        return
    if "values" in limits and value not in limits["values"]:
        yield f"'{parameter}' must be {_listed(limits['values'])}, here it is {_text(value)}"
    if "length" in limits and isinstance(value, list) and len(value) not in (0, limits["length"]):
        yield f"'{parameter}' must have {limits['length']} items, here it has {len(value)}"
    items = _numbers(value)
    for item in items:
        if "items" in limits and item not in limits["items"]:
            yield f"items of '{parameter}' must be {_listed(limits['items'])}, here one is {item}"
            break
    if "least" in limits and any(item < limits["least"] for item in items):
        yield f"'{parameter}' must be at least {limits['least']}, here it is {min(items)}"
    if "most" in limits and any(item > limits["most"] for item in items):
        yield f"'{parameter}' must be at most {limits['most']}, here it is {max(items)}"


def _numbers(value: Any) -> list[float]:
    if isinstance(value, (list, tuple)):
        return [number for item in value for number in _numbers(item)]
    return [value] if isinstance(value, (int, float)) else []


def _listed(values: list[Any]) -> str:
    words = [_text(value) for value in values]
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]


def _text(value: Any) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value)
