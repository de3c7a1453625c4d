"""Item types of the specification, section 5.2: vendor 0.

Here: float, integers, quantized integers, bool; 1 to 64 bits. Not here: the deprecated signed flag and the deprecated
min/max, which sit in the header (dat.py).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from nnef_lsp.archive.tensors.bits import container_bits, pack, unpack
from nnef_lsp.archive.tensors.items import ItemKind, Shape

if TYPE_CHECKING:
    from nnef_lsp.archive.arrays import Array

FLOAT, UINT, QUINT, QINT, INT, BOOL = range(6)


class Float(ItemKind):
    code: ClassVar[int] = FLOAT
    default_bits: ClassVar[int] = 32

    def name(self, bits: int) -> str:
        return f"float{bits}"

    def bits_of(self, name: str) -> int | None:
        return {"float16": 16, "float32": 32, "float64": 64}.get(name)

    def check(self, shape: Shape, bits: int) -> None:
        if bits not in (16, 32, 64):
            raise ValueError(f"has {bits} bits per float, but the specification knows 16, 32 and 64")

    def dtype(self, bits: int) -> str | None:
        return f"<f{bits // 8}"

    def decode(self, data: memoryview, shape: Shape, bits: int) -> Array:
        import numpy as np

        return np.frombuffer(data, f"<f{bits // 8}").reshape(shape)

    def encode(self, array: Array, bits: int) -> bytes | memoryview:
        import numpy as np

        if array.dtype.kind not in "fiub":
            raise ValueError(f"cannot store {array.dtype} as float{bits}")
        with np.errstate(over="ignore"):
            found = np.ascontiguousarray(array, f"<f{bits // 8}")
        if array.dtype.itemsize * 8 > bits and (np.isinf(found) & np.isfinite(array)).any():
            raise ValueError(f"it holds numbers beyond the range of float{bits}")
        return found.reshape(-1).view(np.uint8).data


class Integer(ItemKind):
    nnef_type: ClassVar[str] = "integer"
    prefix: ClassVar[str]
    signed: ClassVar[bool]
    default_bits: ClassVar[int] = 32

    def name(self, bits: int) -> str:
        return f"{self.prefix}{bits}"

    def bits_of(self, name: str) -> int | None:
        found = re.fullmatch(rf"{self.prefix}(\d{{1,2}})", name)
        return int(found[1]) if found and 1 <= int(found[1]) <= 64 else None

    def check(self, shape: Shape, bits: int) -> None:
        if not 1 <= bits <= 64:
            raise ValueError(f"has {bits} bits per integer, but the specification allows 1 to 64")

    def dtype(self, bits: int) -> str | None:
        return f"<{'i' if self.signed else 'u'}{bits // 8}" if bits in (8, 16, 32, 64) else None

    def decoded_bytes(self, shape: Shape, bits: int) -> int:
        return super().decoded_bytes(shape, bits) // 64 * container_bits(bits)

    def decode(self, data: memoryview, shape: Shape, bits: int) -> Array:
        import math

        return unpack(data, math.prod(shape), bits, self.signed).reshape(shape)

    def encode(self, array: Array, bits: int) -> bytes | memoryview:
        if array.dtype.kind not in "iub":
            raise ValueError(f"cannot store {array.dtype} as {self.name(bits)}")
        return pack(array, bits, self.signed)


class Unsigned(Integer):
    code, prefix, signed = UINT, "uint", False


class Signed(Integer):
    code, prefix, signed = INT, "int", True


class QuantizedUnsigned(Integer):
    code, prefix, signed = QUINT, "quint", False
    nnef_type = "scalar"
    quantized = True
    default_bits = 8


class QuantizedSigned(QuantizedUnsigned):
    code, prefix, signed = QINT, "qint", True


class Bool(ItemKind):
    code: ClassVar[int] = BOOL
    nnef_type: ClassVar[str] = "logical"
    default_bits: ClassVar[int] = 1  # what Khronos' Python package reads and writes; tract reads both

    def name(self, bits: int) -> str:
        return "bool"

    def bits_of(self, name: str) -> int | None:
        return {"bool": 1, "bool1": 1, "bool8": 8}.get(name)

    def check(self, shape: Shape, bits: int) -> None:
        if bits not in (1, 8):
            raise ValueError(f"has {bits} bits per bool, but the specification knows 1 and 8")

    def decoded_bytes(self, shape: Shape, bits: int) -> int:
        return super().decoded_bytes(shape, bits) // 8

    def decode(self, data: memoryview, shape: Shape, bits: int) -> Array:
        import math

        import numpy as np

        raw = np.frombuffer(data, np.uint8)
        items = np.unpackbits(raw, count=math.prod(shape)).view(np.bool_) if bits == 1 else raw != 0
        return items.reshape(shape)

    def encode(self, array: Array, bits: int) -> bytes | memoryview:
        import numpy as np

        if array.dtype.kind not in "biu":
            raise ValueError(f"cannot store {array.dtype} as bool")
        truth = array.ravel() != 0
        return np.packbits(truth).tobytes() if bits == 1 else truth.astype(np.uint8).tobytes()


KINDS = [Float(), Unsigned(), QuantizedUnsigned(), QuantizedSigned(), Signed(), Bool()]
