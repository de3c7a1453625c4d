"""Why a run failed, as a sentence with its place in the text."""

from __future__ import annotations

from typing import TypedDict

from ..model.findings import in_bounds
from ..model.flattening.flat_graph import Invocation, Site, tensor_names


class RunError(Exception):
    """A run cannot start or go on.

    `message` is a sentence; `operation`, `tensor` and `site` say where, when there is a place.
    """

    def __init__(
        self, message: str, operation: str | None = None, tensor: str | None = None, site: Site | None = None
    ) -> None:
        message = in_bounds(message)
        super().__init__(message)
        self.message, self.operation, self.tensor, self.site = message, operation, tensor, site

    def as_json(self) -> FailureData:
        """Plain data, for reports that cross processes; offsets are in characters of graph.nnef."""
        place = None if self.site is None else [self.site.start, self.site.end]
        return {"message": self.message, "operation": self.operation, "tensor": self.tensor, "site": place}


class FailureData(TypedDict):
    """A `RunError` as plain data; `site` is [start, end] in characters of graph.nnef."""

    message: str
    operation: str | None
    tensor: str | None
    site: list[int] | None


class KernelError(Exception):
    """The arguments make no sense; `at` names the parameter at fault.  Becomes a `RunError` with the place."""

    def __init__(self, message: str, at: str | None = None) -> None:
        super().__init__(message)
        self.message, self.at = message, at


def failed(invocation: Invocation, reason: str) -> RunError:
    """The error of one invocation: "'conv' for 'y': reason"."""
    written = tensor_names(invocation.outputs)
    tensor = written[0] if written else None
    where = f"'{invocation.operation}'" + (f" for '{tensor}'" if tensor else "")
    return RunError(f"{where}: {reason}", invocation.operation, tensor, invocation.site)
