"""Samples at positions of a grid."""

from __future__ import annotations

from .. import translated
from ..call import Call
from ..values import Value


@translated("tract_core_grid_sample", "tract_onnx_grid_sample")
def grid_sample(call: Call) -> Value:
    """From version 20 on ONNX has other names for the modes."""
    mode = call.text("mode")
    if call.writer.opset >= 20:
        mode = {"bilinear": "linear", "bicubic": "cubic"}.get(mode, mode)
    return call.writer.node(
        "GridSample", call.tensor(0), call.tensor(1), mode=mode, padding_mode=call.text("padding_mode"),
        align_corners=int(call.flag("align_corners")),
    )  # fmt: skip
