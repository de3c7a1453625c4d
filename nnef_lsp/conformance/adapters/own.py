"""This package's own executor, from the text to the arrays."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...runtime.arrays.dtypes import Array
from . import Loaded, Refused

if TYPE_CHECKING:
    from ...runtime.inputs.weights import Provider
    from ...runtime.planning.plan import Plan


@dataclass(frozen=True)
class OwnAdapter:
    name: str = "numpy"

    def missing(self) -> str | None:
        return None

    def version(self) -> str:
        import numpy

        from ...version import __version__

        return f"nnef-lsp {__version__} (numpy {numpy.__version__})"

    def load(self, folder: str) -> Loaded:
        from ...runtime.execution.execute import Session

        return loaded(folder, Session)


def loaded(folder: str, prepare: Callable[[Plan, Provider], Any]) -> Loaded:
    """A model as one of our engines prepares it, from its plan and its weights.  Raises `Refused`."""
    from ...archive import open_model
    from ...model.analysis.analysis import Analysis
    from ...model.flattening.flatten import Unflattenable, flatten
    from ...runtime.errors import RunError
    from ...runtime.inputs.weights import model_weights
    from ...runtime.planning.plan import make_plan
    from ...syntax.source import Source

    model = open_model(os.fspath(folder))
    analysis = Analysis(Source(model.graph_text()))
    try:
        return EngineModel(prepare(make_plan(flatten(analysis)), model_weights(model)))
    except (RunError, Unflattenable) as error:
        raise Refused(str(error)) from error


@dataclass(frozen=True)
class EngineModel:
    """A session of one of our engines."""

    session: Any

    def run(self, inputs: Mapping[str, Array]) -> Mapping[str, Array]:
        from ...runtime.errors import RunError

        try:
            return dict(self.session.run(inputs).outputs)
        except RunError as error:
            raise Refused(error.message) from error


ADAPTER = OwnAdapter()
