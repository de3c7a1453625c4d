"""A PyTorch module with inputs, ready to be exported: what every list of models here gives.

Runs in the environment of `make.py`, which has torch; we have not.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import nn


@dataclass
class Example:
    """A module in eval mode, its inputs by name, and `{input: {axis: symbol}}` for extents that are left open."""

    module: nn.Module
    inputs: dict[str, torch.Tensor]
    symbols: dict[str, dict[int, str]] = field(default_factory=dict)

    @property
    def half(self) -> bool:
        """Whether it computes in f16 (any of its parameters or inputs does)."""
        tensors = [*self.module.parameters(), *self.inputs.values()]
        return any(tensor.dtype == torch.float16 for tensor in tensors)


Maker = Callable[[], Example]


class Named(nn.Module):
    """Hands its inputs to a function: exporters want a module that takes and gives tensors alone."""

    def __init__(self, inner: nn.Module, call: Callable[..., object]) -> None:
        super().__init__()
        self.inner = inner
        self.call = call

    def forward(self, *inputs: torch.Tensor) -> object:
        """The function's result."""
        return self.call(self.inner, *inputs)


def made(name: str, maker: Maker) -> Example:
    """The example of a name: the same numbers whenever it is made, and numbers that matter in every parameter.

    As initialised, biases are 0, scales 1 and most weights so small that outputs hardly leave 0: a tolerance would hide
    every mistake.
    """
    torch.manual_seed(zlib.crc32(name.encode()))
    example = maker()
    example.module.eval()
    with torch.no_grad():
        for parameter in example.module.parameters():
            if not parameter.dtype.is_floating_point:
                continue
            if parameter.dim() >= 2:
                parameter.normal_(0, max(parameter[0].numel(), 1) ** -0.5)
            else:
                parameter.add_(torch.randn_like(parameter) * 0.1)
        for label, buffer in example.module.named_buffers():
            if label.endswith("running_mean"):
                buffer.normal_(0, 0.1)
            elif label.endswith("running_var"):
                buffer.uniform_(0.5, 1.5)
    return example


def in_half(maker: Maker) -> Maker:
    """The same in f16."""

    def make() -> Example:
        example = maker()
        inputs = {
            name: tensor.half() if tensor.dtype.is_floating_point else tensor for name, tensor in example.inputs.items()
        }
        return Example(example.module.half(), inputs, example.symbols)

    return make
