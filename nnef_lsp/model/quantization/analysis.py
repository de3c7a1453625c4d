"""Analysis of graph.quant against the graph beside it (section 5.3): which tensor is quantized how.

Each entry is checked by itself and remembered with the facts of its tensor, so an edit costs one entry.

Not here: the wording (`rules`), running the quantization (`runtime`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...syntax import nodes as n
from ...syntax.segments import STATEMENT, STRAY, Segment, SyntaxProblem
from ...syntax.source import Change, Source
from ..analysis.analysis import Analysis
from ..checks.document import UNDECODED, encoding_findings
from ..evaluation.arguments import assign_arguments, find_missing
from ..evaluation.budget import TooMuch
from ..evaluation.evaluator import Evaluator
from ..findings import Finding, Located, Related
from ..operations.declarations import MISSING, Operation, Parameter
from ..shapes import Call, Refusal, Undetermined, shape_rule
from ..values.tensor import ANY as ANY_TENSOR
from ..values.tensor import Tensor, tensor
from ..values.types import ANY, castable
from ..values.values import Value, type_of
from .stored import stored_findings

Quantizations = dict[str, tuple[str, dict[str, Value]]]
"""Name of the tensor -> (operation, arguments by name, defaults included)."""


class QuantAnalysis:
    """Facts of one graph.quant.  `graph` is None when there is no graph beside it, and nothing is said of tensors."""

    def __init__(self, source: Source, graph: Analysis | None = None) -> None:
        self.source = source
        self.graph = graph
        self.comments: dict[int, Any] = {}
        """What `rules` has found in comments."""
        self._operations: tuple[dict[str, Operation], dict[str, Operation]] | None = None
        self._known: dict[Segment, tuple[Tensor | None, dict[str, Operation], tuple[Finding, ...]]] = {}

    def edit(self, start: int, end: int, text: str) -> Change:
        """Edit the source; everything else is brought up to date when asked for."""
        change = self.source.edit(start, end, text)
        for segment in change.removed:
            self._known.pop(segment, None)
        return change

    def entries(self) -> Iterator[tuple[Segment, n.Quantization]]:
        """The entries that parse, in order."""
        for segment in self.source:
            tree = segment.tree() if segment.kind == STATEMENT else None
            if isinstance(tree, n.Quantization):
                yield segment, tree

    def fact(self, name: str) -> Tensor | None:
        """What is known of a tensor of the graph; None if the graph has no such tensor."""
        if self.graph is None:
            return ANY_TENSOR
        definers = self.graph.definers.get(name)
        if not definers:
            local = any(name in fragment.definers for fragment in self.graph.fragment_list)
            return ANY_TENSOR if local and self.graph.dialect.quantized_fragments else None
        value = self.graph.outcomes.value_of(name, definers[-1])
        return value if isinstance(value, Tensor) else ANY_TENSOR

    @property
    def operations(self) -> dict[str, Operation]:
        """The operations that may be invoked."""
        from ..operations.declarations import declared_operations
        from ..operations.dialects import STANDARD

        standard = declared_operations(STANDARD.declarations[0])
        own = self.graph.operations if self.graph is not None else standard
        if self._operations is None or self._operations[0] is not own:
            # a dialect may quantize tensors by operations that its graphs cannot invoke
            self._operations = (own, {**standard, **own})
        return self._operations[1]

    def findings(self) -> list[Located]:
        """Everything that breaks a rule, except of syntax."""
        found = encoding_findings(segment for segment in self.source if UNDECODED in segment.text)
        first: dict[str, tuple[Segment, n.String]] = {}
        for segment, tree in self.entries():
            name = tree.key.value
            earlier = first.setdefault(name, (segment, tree.key))
            if earlier[0] is not segment:
                related = [Related(earlier[0], earlier[1].start, earlier[1].end, "first quantized here")]
                found.append(
                    Located(segment, Finding("quant-duplicate", tree.key.start, tree.key.end, {"name": name}, related))
                )
            wrong = self._checked(segment, tree)
            found.extend(Located(segment, finding) for finding in wrong)
            if not wrong and self.graph is not None and not segment.problems:
                entry = _entry(self, tree)
                stored = stored_findings(self.graph, tree, entry) if entry is not None else ()
                found.extend(Located(segment, finding) for finding in stored)
        return found

    def syntax_problems(self) -> Iterator[tuple[Segment, SyntaxProblem]]:
        """Places that do not parse, and what is wrong with them."""
        for segment in self.source:
            for problem in segment.problems:
                yield segment, problem
            if segment.kind == STRAY:
                start = segment.blank_start
                message = f"'{segment.text[start:]}' begins nothing that could stand here"
                yield segment, SyntaxProblem(start, len(segment.text), message)

    def _checked(self, segment: Segment, tree: n.Quantization) -> tuple[Finding, ...]:
        fact, operations = self.fact(tree.key.value), self.operations
        known = self._known.get(segment)
        if known is None or known[0] is not fact or known[1] is not operations:
            known = self._known[segment] = (fact, operations, tuple(_check(self, tree, fact)))
        return known[2]


def quantizations(analysis: QuantAnalysis) -> Quantizations:
    """How each tensor is quantized; entries that are wrong in any way are left out."""
    found: Quantizations = {}
    for segment, tree in analysis.entries():
        entry = _entry(analysis, tree) if not segment.problems and not analysis._checked(segment, tree) else None
        if entry is not None:
            found.setdefault(tree.key.value, entry)
    return found


def _entry(analysis: QuantAnalysis, tree: n.Quantization) -> tuple[str, dict[str, Value]] | None:
    """What an entry without findings says."""
    operation = analysis.operations.get(tree.invocation.callee.name)
    if operation is None:
        return None
    evaluator = _evaluator(analysis)
    arguments = {parameter.name: parameter.default for parameter in operation.parameters[1:]}
    for name, argument in assign_arguments(tree.invocation, operation).items():
        arguments[name] = evaluator.evaluate(argument.value)
    return operation.name, arguments


def quantizations_of(text: str, graph: Analysis | None) -> Quantizations:
    """How each tensor is quantized, from the text of a graph.quant."""
    return quantizations(QuantAnalysis(Source(text, "quant"), graph))


def _evaluator(analysis: QuantAnalysis) -> Evaluator:
    from ..operations.dialects import STANDARD

    dialect = analysis.graph.dialect if analysis.graph is not None else STANDARD
    return Evaluator(
        lambda name: MISSING, analysis.operations, dialect, why_unknown=lambda name: ("quant-argument", {}, [])
    )


def _check(analysis: QuantAnalysis, tree: n.Quantization, fact: Tensor | None) -> list[Finding]:
    """What is wrong with one entry."""
    evaluator, node, key = _evaluator(analysis), tree.invocation, tree.key
    if fact is None:
        names = analysis.graph.definers if analysis.graph is not None else ()
        evaluator.find("quant-tensor", key, name=key.value, names=names, variable=_labelled(analysis, key.value))
    operation = analysis.operations.get(node.callee.name)
    if operation is None:
        evaluator.find("unknown-operation", node.callee, name=node.callee.name, names=_quantizers(analysis))
        return evaluator.findings
    if not operation.parameters or operation.parameters[0].type.kind != "tensor":
        evaluator.find("quant-operation", node.callee, name=operation.name)
        return evaluator.findings
    if node.generic is not None and not operation.generic:
        evaluator.findings.append(Finding("not-generic", node.callee.end, node.opening, {"name": operation.name}))
    first = operation.parameters[0]
    if fact is not None and not castable(type_of(fact), first.type):
        evaluator.find(
            "wrong-type", key, name=first.name, operation=operation.name, wanted=first.type, found=type_of(fact)
        )
    if not node.arguments and len(operation.parameters) > 1 and not evaluator.dialect.empty_lists:
        _missing(evaluator, node, operation, {})
        return evaluator.findings
    values, places = _bind(evaluator, node, operation)
    if not evaluator.findings:
        _missing(evaluator, node, operation, places)
    if not evaluator.findings:
        _shape(evaluator, operation, values, places, fact)
    return evaluator.findings


def _labelled(analysis: QuantAnalysis, label: str) -> str | None:
    """The name of the only variable with a label."""
    segments = analysis.graph.labels.get(label, ()) if analysis.graph is not None else ()
    names = [name for segment in segments for name in segment.defines]
    return names[0] if len(names) == 1 else None


def _quantizers(analysis: QuantAnalysis) -> list[str]:
    """Operations that could be meant in a quantization file."""
    return [name for name in analysis.operations if name.endswith("quantize")]


def _bind(
    evaluator: Evaluator, node: n.Invocation, operation: Operation
) -> tuple[dict[str, Value], dict[str, n.Argument]]:
    """The arguments by parameter, their types checked."""
    values: dict[str, Value] = {}
    places: dict[str, n.Argument] = {}
    for argument in node.arguments:
        if argument.name is None:
            evaluator.find("quant-positional", argument, operation=operation.name)
            continue
        name = argument.name.name
        parameter = operation.by_name.get(name)
        if parameter is None:
            names = [known.name for known in operation.parameters[1:]]
            evaluator.find("unknown-argument", argument.name, name=name, operation=operation.name, names=names)
        elif parameter is operation.parameters[0]:
            evaluator.find("quant-tensor-given", argument, name=name, operation=operation.name)
        elif name in places:
            evaluator.find("duplicate-argument", argument, name=name, operation=operation.name)
        else:
            places[name] = argument
            values[name] = _value(evaluator, argument, parameter, operation)
    return values, places


def _value(evaluator: Evaluator, argument: n.Argument, parameter: Parameter, operation: Operation) -> Value:
    """The value of an argument; of a tensor parameter, the facts of the tensor that a number or array makes."""
    invocation = next((node for node in argument.value.walk() if isinstance(node, n.Invocation)), None)
    if invocation is not None:
        evaluator.find("quant-argument", invocation, name=invocation.callee.name, invocation=True)
        return None
    before = len(evaluator.findings)
    try:
        value = evaluator.evaluate(argument.value)
    except (TooMuch, RecursionError, MemoryError):
        evaluator.find("limit", argument.value)
        return None
    if len(evaluator.findings) > before:
        return None
    found = type_of(value)
    if parameter.type.kind != "tensor":
        if not castable(found, parameter.type):
            evaluator.find(
                "wrong-type",
                argument,
                name=parameter.name,
                operation=operation.name,
                wanted=parameter.type,
                found=found,
            )
        return value
    shape = _extents(value)
    if shape is None:
        evaluator.find("jagged-array", argument.value, name=parameter.name)
        return ANY_TENSOR
    item = found
    while item.kind == "array":
        item = item.items[0]
    item = ANY if item.kind == "empty" else item
    if not castable(item, parameter.type):
        evaluator.find(
            "wrong-type", argument, name=parameter.name, operation=operation.name, wanted=parameter.type, found=found
        )
    return tensor(item.name or "?", shape)


def _extents(value: Value) -> tuple[int, ...] | None:
    """The shape of nested arrays, None if they are not all of one length."""
    if not isinstance(value, list):
        return ()
    inner = {_extents(item) for item in value} or {()}
    extents = inner.pop()
    return None if inner or extents is None else (len(value), *extents)


def _missing(evaluator: Evaluator, node: n.Invocation, operation: Operation, places: dict[str, n.Argument]) -> None:
    for parameter in operation.parameters[1:]:
        if parameter.name in evaluator.dialect.quantization_defaults:
            continue  # it need not be there, and nobody looks at it
        if parameter.name not in places and parameter.default is MISSING:
            find_missing(evaluator, node, operation, parameter, named=True)


def _shape(
    evaluator: Evaluator,
    operation: Operation,
    values: dict[str, Value],
    places: dict[str, n.Argument],
    fact: Tensor | None,
) -> None:
    """The operation's own rules: ranges that can be repeated to the tensor's shape, bits that are positive."""
    rule = shape_rule(operation.name, evaluator.dialect.name)
    if rule is None or operation.is_fragment:
        return
    arguments = {parameter.name: values.get(parameter.name, parameter.default) for parameter in operation.parameters}
    arguments[operation.parameters[0].name] = fact or ANY_TENSOR
    try:
        rule(Call(operation.name, arguments, evaluator.dialect.name))
    except Undetermined:
        return
    except Refusal as refusal:
        place = places.get(refusal.at or "")
        if place is not None:
            evaluator.find(refusal.rule, place, operation=operation.name, reason=refusal.message, parameter=refusal.at)
