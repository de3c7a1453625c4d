"""One statement of the graph: evaluated with the names as they are where it stands.

Not here: expressions (`evaluation/evaluator.py`), which statements to evaluate (`propagation.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...syntax import nodes as n
from ...syntax.segments import Segment
from ...syntax.structure import place
from ..checks.names import name_span
from ..evaluation.budget import MAX_STEPS, Budget, TooMuch
from ..evaluation.evaluator import Evaluator
from ..findings import Related
from ..values.tensor import ANY as ANY_TENSOR
from ..values.tensor import Tensor, tensor
from ..values.values import NOTHING_KNOWN
from .memo import Outcome
from .names import NamesBefore

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .analysis import Analysis

FREE_STEPS = 500
"""Steps of evaluation that every statement may take, whatever the others took."""


class Allowance:
    """Steps of evaluation for all statements of a document: what grows with the text, so that no text takes for ever."""

    def __init__(self, length: int) -> None:
        self.left = MAX_STEPS + 3 * length

    def budget(self) -> Budget:
        """Steps for one statement."""
        return Budget(max(FREE_STEPS, min(MAX_STEPS, self.left)))

    def spent(self, budget: Budget) -> None:
        """Take off what a statement has spent."""
        self.left -= max(0, budget.steps - budget.left - FREE_STEPS)


def evaluate_statement(
    analysis: Analysis, segment: Segment, counts: dict[str, int], supposed: Mapping[str, Any] | None = None
) -> Outcome:
    """Evaluate a statement; `counts` are the symbols that the statements above make, by prefix.

    `supposed` are values that go before those which names have (`supposition.py`).
    """
    tree = segment.tree()
    if not isinstance(tree, n.Assignment):
        return Outcome((ANY_TENSOR,) * len(segment.defines))
    context = analysis.context
    evaluator = Evaluator(
        lambda name: supposed[name] if supposed and name in supposed else analysis.value_at(name, segment),
        analysis.operations,
        analysis.dialect,
        excused=analysis.excused,
        why_unknown=lambda name: _why_unknown(analysis, name, segment),
        context=context,
        budget=analysis.allowance.budget(),
    )
    context.begin(counts)
    try:
        values = evaluator.assignment(tree)
    except (TooMuch, RecursionError, MemoryError) as reason:
        values = {}
        if isinstance(reason, TooMuch) and reason.args:
            evaluator.find("recursion", getattr(tree.value, "callee", tree.value), name=reason.args[0])
        elif not evaluator.findings:
            evaluator.find("limit", tree.value, reason="it takes more steps than any network needs")
    analysis.allowance.spent(evaluator.budget)
    _tensors_only(analysis, evaluator, tree, values)
    _deprecated(evaluator)
    found = [values.get(name, ANY_TENSOR) for name in segment.defines]
    found = [ANY_TENSOR if value is NOTHING_KNOWN else value for value in found]
    if context.quantized:
        found = [_quantized(context.quantized.get(name), value) for name, value in zip(segment.defines, found)]
    return Outcome(tuple(found), tuple(evaluator.findings), tuple(context.minted))


def _quantized(dtype: str | None, value: Any) -> Any:
    """A value with the data type that graph.quant gives to its name."""
    return tensor(dtype, value.shape) if dtype is not None and isinstance(value, Tensor) else value


def _tensors_only(analysis: Analysis, evaluator: Evaluator, tree: n.Assignment, values: dict[str, Any]) -> None:
    """Every name in a graph is a tensor (section 3.3.2)."""
    if analysis.dialect.attribute_names or evaluator.findings:
        return
    if any(analysis.operations[name].faulty for name in evaluator.callees if name in analysis.operations):
        return
    for node in tree.target.walk():
        if isinstance(node, n.Identifier):
            value = values.get(node.name)
            if value is not None and value is not NOTHING_KNOWN and not isinstance(value, Tensor):
                evaluator.find("not-a-tensor", node, name=node.name, value=value, at=(tree.value.start, tree.value.end))


def _deprecated(evaluator: Evaluator) -> None:
    for argument, operation in evaluator.named_tensors:
        assert argument.name is not None
        evaluator.find(
            "named-tensor-argument",
            argument.name,
            name=argument.name.name,
            operation=operation.name,
            value=(argument.value.start, argument.value.end),
            argument=(argument.start, argument.end),
        )


def _why_unknown(analysis: Analysis, name: str, segment: Segment) -> tuple[str, dict[str, Any]]:
    later = analysis.definers.get(name)
    details: dict[str, Any] = {"later": bool(later), "names": lambda: NamesBefore(analysis.definers, place(segment))}
    details["input"] = not later and name in analysis.inputs
    if later:
        details["related"] = [Related(later[0], *name_span(later[0], name), "defined only here")]
    return "undefined-name", details
