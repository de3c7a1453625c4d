"""One statement of the graph: evaluated with the names as they are where it stands.

Not here: expressions (`evaluation/evaluator.py`), which statements to evaluate (`propagation.py`).
"""

from __future__ import annotations

from collections.abc import Container, Mapping

from ...faults import fault
from ...syntax import nodes as n
from ...syntax.segments import Segment
from ...syntax.structure import place
from ..checks.names import name_span
from ..evaluation.budget import Allowance, TooMuch
from ..evaluation.context import Context
from ..evaluation.evaluation import Unknown
from ..evaluation.evaluator import Evaluator
from ..findings import Details, Related
from ..operations.scope import Vocabulary
from ..statements.names import NamesBefore
from ..statements.outcomes import Outcome, Outcomes
from ..values.tensor import ANY as ANY_TENSOR
from ..values.tensor import NOTHING_KNOWN, Tensor, tensor
from ..values.values import Value


class StatementEvaluator:
    """Evaluates statements of one graph, each with the names as they are where it stands."""

    def __init__(
        self, outcomes: Outcomes, vocabulary: Vocabulary, context: Context, inputs: Container[str], allowance: Allowance
    ) -> None:
        self.outcomes, self.vocabulary, self.context = outcomes, vocabulary, context
        self.inputs = inputs
        self.allowance = allowance

    def outcome(
        self, segment: Segment, counts: Mapping[str, int], supposed: Mapping[str, Value] | None = None
    ) -> Outcome:
        """Evaluate a statement; `counts` are the symbols that the statements above make, by prefix.

        `supposed` are values that go before those which names have (`supposition.py`).
        """
        tree = segment.tree()
        if not isinstance(tree, n.Assignment):
            return Outcome((ANY_TENSOR,) * len(segment.defines))
        context, vocabulary, budget = self.context, self.vocabulary, self.allowance.budget()
        evaluator = Evaluator(
            lambda name: supposed[name] if supposed and name in supposed else self.outcomes.value_at(name, segment),
            vocabulary.operations,
            vocabulary.dialect,
            excused=vocabulary.excused,
            why_unknown=lambda name: self._why_unknown(name, segment),
            context=context,
            budget=budget,
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
        except Exception as error:
            values = {}
            fault("the evaluation of a statement", error, segment.text.strip()[:1000])
        self.allowance.spent(budget)
        _tensors_only(evaluator, tree, values)
        _deprecated(evaluator)
        found = [values.get(name, ANY_TENSOR) for name in segment.defines]
        found = [ANY_TENSOR if value is NOTHING_KNOWN else value for value in found]
        if context.quantized:
            entries = map(context.quantized.get, segment.defines)
            found = [_quantized(entry, evaluator, value) for entry, value in zip(entries, found)]
        return Outcome(tuple(found), tuple(evaluator.findings), tuple(context.minted))

    def _why_unknown(self, name: str, segment: Segment) -> Unknown:
        definers = self.outcomes.names.definers
        later = definers.get(name)
        details: Details = {"later": bool(later), "names": lambda: NamesBefore(definers, place(segment))}
        details["input"] = not later and name in self.inputs
        related = [Related(later[0], *name_span(later[0], name), "defined only here")] if later else []
        return "undefined-name", details, related


def _quantized(dtype: str | None, evaluator: Evaluator, value: Value) -> Value:
    """A value with the data type that graph.quant gives to its name; the items of a literal are then codes."""
    made = evaluator.wire(value) if dtype is not None and evaluator.dialect.datum_types else value
    return tensor(dtype, made.shape) if dtype is not None and isinstance(made, Tensor) else value


def _tensors_only(evaluator: Evaluator, tree: n.Assignment, values: dict[str, Value]) -> None:
    """Every name in a graph is a tensor (section 3.3.2)."""
    if evaluator.dialect.attribute_names or evaluator.findings:
        return
    wrong = [
        (node, value)
        for node in tree.target.walk()
        if isinstance(node, n.Identifier)
        and (value := values.get(node.name)) is not None
        and value is not NOTHING_KNOWN
        and not isinstance(value, Tensor)
    ]
    operations = evaluator.operations
    if not wrong or any(operations[name].faulty for name in evaluator.callees if name in operations):
        return
    for node, value in wrong:
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
