"""The card of a tensor: type and shape, how it is made and by whom it is used; inside a fragment, for each instance."""

from __future__ import annotations

from ...archive.limits import bytes_text
from ...model.analysis.analysis import Analysis
from ...model.operations.declarations import MISSING, Operation
from ...model.values.tensor import Tensor
from ...model.values.values import Value
from ...syntax.segments import Segment
from ...syntax.structure import place
from ..describe import code, count_text, inline, plural, shortened, tensor_text, value_text, volume
from ..names import symbols as s
from ..text.bodies import fragment_of
from .instances import instances

MOST = 6
"""Consumers and instances that are listed by name."""


def tensor_card(analysis: Analysis, symbol: s.Symbol) -> str | None:
    """What is known of a tensor."""
    if symbol.body is None:
        return None
    fragment = fragment_of(analysis, symbol.body)
    if fragment is not None:
        value = fragment.names.get(symbol.name, MISSING)
        text = _fact_line(symbol.name, value)
        producer = fragment.definers.get(symbol.name)
        parts = [code(text), _producer(analysis, producer, symbol)]
        parts.append(instance_lines(analysis, fragment.operation, symbol.name))
        return "\n\n".join(part for part in parts if part)
    if symbol.body is not analysis.structure.graph:
        return None
    producer = _definer(analysis, symbol)
    fact: Value = MISSING
    if producer is not None and producer in analysis.outcomes and symbol.name in producer.defines:
        fact = analysis.outcomes.value_of(symbol.name, producer)
    role = "input " if symbol.name in analysis.inputs else "output " if symbol.name in analysis.outputs else ""
    parts = [code(role + _fact_line(symbol.name, fact)), _size(fact), _producer(analysis, producer, symbol)]
    parts.append(_consumers(analysis, symbol))
    return "\n\n".join(part for part in parts if part)


def _fact_line(name: str, value: Value) -> str:
    if value is MISSING:
        return f"{name}: not defined"
    return f"{name}: {value_text(value)}"


def _size(value: Value) -> str:
    count = volume(value)
    if count is None or not isinstance(value, Tensor):
        return ""
    size = f", {bytes_text(4 * count)} as float32" if value.dtype == "scalar" and count > 1 else ""
    return f"{count_text(count)} {'item' if count == 1 else 'items'}{size}"


def _definer(analysis: Analysis, symbol: s.Symbol) -> Segment | None:
    here = symbol.place.segment
    if symbol.name in here.defines:
        return here
    known = analysis.definers.get(symbol.name)
    return (analysis.definer_before(symbol.name, here) or known[-1]) if known else None


def _producer(analysis: Analysis, segment: Segment | None, symbol: s.Symbol) -> str:
    if segment is None:
        return ""
    line = analysis.source.position_in(segment, segment.blank_start).line + 1
    return f"Defined in line {line}: {inline(statement_text(segment))}"


def statement_text(segment: Segment, limit: int = 100) -> str:
    """The text of a statement on one line."""
    return shortened(segment.text[segment.blank_start :], limit)


def _consumers(analysis: Analysis, symbol: s.Symbol) -> str:
    users = sorted(analysis.users.get(symbol.name, ()), key=place)
    if not users:
        return "" if analysis.is_output(symbol.name) else "Not used."
    names = []
    for segment in users[:MOST]:
        line = analysis.source.position_in(segment, segment.blank_start).line + 1
        target = ", ".join(segment.defines[:3]) or "?"
        names.append(f"{inline(target)} (line {line})")
    more = f" and {len(users) - MOST} more" if len(users) > MOST else ""
    return "Used by " + ", ".join(names) + more + ("" if len(users) == 1 else f": {plural(len(users), 'statement')}")


def instance_lines(analysis: Analysis, operation: Operation, name: str) -> str:
    """What a name inside a fragment is where the graph calls it: one line for each different answer."""
    answers: dict[str, list[str]] = {}
    for instance in instances(analysis, operation):
        if name not in instance.names:
            continue
        target = ", ".join(instance.segment.defines[:2])
        way = " → ".join((target, *instance.path[:-1])) if len(instance.path) > 1 else target
        value = instance.names[name]
        text = tensor_text(value) if isinstance(value, Tensor) else value_text(value)
        answers.setdefault(text, []).append(way)
    lines = []
    for text, ways in list(answers.items())[:MOST]:
        more = f" and {len(ways) - 3} more" if len(ways) > 3 else ""
        lines.append(f"- {inline(text)} in {', '.join(inline(way) for way in ways[:3])}{more}")
    if len(answers) > MOST:
        lines.append(f"- and {plural(len(answers) - MOST, 'other answer')}")
    return ("Where the graph calls it:\n" + "\n".join(lines)) if lines else ""
