"""A model kept ready to run in this process: its plan and weights are made once.

Runs of the command line and of editors live in a process of their own, which may be killed; a program that calls this lives
with what it calls.

Not here: the runs themselves (`runtime/execution/`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..model.flattening.flatten import Unflattenable
from ..model.operations.extensions import bound
from ..project.opening import Document, following
from ..runtime.errors import RunError
from .diagnostic import ModelError

if TYPE_CHECKING:
    import numpy as np

    from ..model.flattening.flat_graph import FlatGraph
    from ..runtime.engines import Prepared

    Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Options:
    """How to run: what makes one kept session differ from another."""

    engine: str = "numpy"
    dtype: str = "float32"
    threads: int = 1
    keep: tuple[str, ...] = ()
    weights: str = "model"


class Session:
    """One plan with its weights, for inputs of given shapes.  What `update` writes lasts from run to run."""

    def __init__(
        self, document: Document, inputs: Mapping[str, Array], symbols: Mapping[str, int], options: Options
    ) -> None:
        from ..runtime.engines import EngineRun, find_engine
        from ..runtime.inputs.open_extents import open_symbols
        from ..runtime.inputs.weights import weights_from
        from ..runtime.planning.plan import make_plan

        shapes = {name: shape_of(inputs[name]) for name in document.analysis.inputs if name in inputs}
        self.graph = flat(following(document, shapes), inputs, symbols)
        unbound = open_symbols(self.graph)
        if unbound:
            raise ModelError(
                f"the symbol '{unbound[0]}' has no value; load(..., symbols={{'{unbound[0]}': N}}) gives it one"
            )
        unknown = next((name for name in options.keep if name not in self.graph.tensors), None)
        if unknown is not None:
            raise ModelError(f"there is no tensor '{unknown}' in the graph to keep")
        plan = make_plan(self.graph, options.keep)
        try:
            weights = weights_from(options.weights, document.model, self.graph)
            job = EngineRun(plan, {}, weights, options.dtype, options.threads, model=document.path)
            job.inputs = self.checked(inputs, options.dtype)
            self._prepared: Prepared = find_engine(options.engine).load(job)
        except RunError as error:
            raise ModelError(error.message.rstrip(".")) from error
        self.options = options

    def checked(self, inputs: Mapping[str, Array], scalar: str) -> dict[str, Array]:
        """The inputs as arrays of the types that the graph says; raises ModelError."""
        import numpy as np

        from ..model.values.tensor import ANY
        from ..runtime.inputs.sources import checked, decoded

        graph = self.graph
        surplus = [name for name in inputs if name not in graph.inputs]
        missing = [name for name in graph.inputs if name not in inputs]
        if surplus or missing:
            what = f"has no input '{surplus[0]}'" if surplus else f"needs the input '{missing[0]}'"
            raise ModelError(f"the graph {what}; its inputs are {', '.join(graph.inputs) or 'none'}")
        try:
            return {
                name: checked(
                    name,
                    decoded(np.asarray(array), graph.codes.get(name)),
                    graph.tensors.get(name, ANY),
                    scalar,
                    "the array",
                )
                for name, array in inputs.items()
            }
        except RunError as error:
            raise ModelError(error.message) from error

    def run(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """The outputs and the tensors kept, by name."""
        try:
            result = self._prepared.run(self.checked(inputs, self.options.dtype))
        except RunError as error:
            raise ModelError(error.message) from error
        wanted = (*self.graph.outputs, *self.options.keep)
        return {name: result.tensors[name] for name in dict.fromkeys(wanted) if name in result.tensors}


def shape_of(array: Any) -> tuple[int, ...]:
    """The shape of an array, or of what numpy makes an array of."""
    shape = getattr(array, "shape", None)
    if isinstance(shape, tuple):
        return shape
    import numpy as np

    return tuple(np.shape(array))


def flat(document: Document, inputs: Mapping[str, Array], symbols: Mapping[str, int]) -> FlatGraph:
    """The flat graph, with the values of symbols that inputs of these shapes give; raises ModelError."""
    from ..runtime.inputs.open_extents import flatten_for_run

    facts = document.analysis.tensors()
    shapes = [(facts[name].shape, shape_of(array)) for name, array in inputs.items() if name in facts]
    try:
        graph = flatten_for_run(document.analysis, bound(shapes, dict(symbols)))
    except Unflattenable as error:
        raise ModelError(f"the graph cannot be expanded: {error}") from error
    return graph
