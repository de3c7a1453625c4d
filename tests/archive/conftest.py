"""Models and bytes for the tests of `archive`. Nothing here needs files that are not in the repository."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from nnef_lsp.archive import write_tensor

GRAPH_TEXT = "version 1.0;\ngraph g( x ) -> ( y ) { x = external(shape = [1]); y = relu(x); }\n"


def dat_bytes(
    shape: Sequence[int],
    bits: int,
    code: int,
    data: bytes,
    *,
    vendor: int = 0,
    length: int | None = None,
    version: tuple[int, int] = (1, 0),
    parameters: bytes = b"",
    rank: int | None = None,
) -> bytes:
    """A tensor file put together byte by byte, without our writer: valid or not, as the arguments say."""
    head = b"\x4e\xef" + bytes(version)
    head += struct.pack("<II", len(data) if length is None else length, len(shape) if rank is None else rank)
    head += struct.pack("<8I", *([*shape] + [0] * 8)[:8])
    head += struct.pack("<IHH", bits, code, vendor)
    head += parameters.ljust(32, b"\0") + bytes(44)
    assert len(head) == 128
    return head + data


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small model: a graph, a quantization file, three tensors in folders, a resource."""
    model = tmp_path / "model"
    (model / "conv").mkdir(parents=True)
    (model / "graph.nnef").write_text(GRAPH_TEXT)
    (model / "graph.quant").write_text('"x": linear_quantize(min = 0.0, max = 1.0, bits = 8);\n')
    (model / "config.json").write_text('{"width": 3}')
    write_tensor(model / "conv" / "filter.dat", np.arange(24, dtype=np.float32).reshape(2, 3, 2, 2))
    write_tensor(model / "conv" / "bias.dat", np.array([[1, 2]], np.float16))
    write_tensor(model / "mask.dat", np.array([True, False, True]))
    return model
