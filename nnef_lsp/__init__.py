"""nnef-lsp: a language server, checker, executor and workbench for NNEF models.

    import nnef_lsp

    model = nnef_lsp.load("digits/")
    model.tensors["strokes"].shape         # (1, 24, 8, 8)
    model.run(image=array)["probabilities"]

What is named here is the public interface (docs/python.md); all else may change.  Nothing is imported before it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .version import __version__

if TYPE_CHECKING:
    from .api.builder import Graph, GraphTensor
    from .api.diagnostic import Diagnostic, ModelError
    from .api.model import Model, load

__all__ = ["Diagnostic", "Graph", "GraphTensor", "Model", "ModelError", "__version__", "load"]

_PLACES = {
    "Diagnostic": "diagnostic",
    "Graph": "builder",
    "GraphTensor": "builder",
    "Model": "model",
    "ModelError": "diagnostic",
    "load": "model",
}


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module 'nnef_lsp' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".api.{_PLACES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)
