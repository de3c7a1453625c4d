"""Item types of tract: vendor 0x5452, the bytes 'RT' on disk.

Here: strings, complex numbers, and the block formats Q4_0 (both nibble orders) and Q8_1, which decode to float32.
Not here: the specification's types, which tract writes under vendor 0. Bits per item are 0xFFFFFFFF where an item has
no width of its own. Q8_1 is written by tract under 0x3081 and read under 0x3080 (a slip in tract): we read both.
"""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING, ClassVar

from nnef_lsp.archive.tensors.items import ItemKind, Shape

if TYPE_CHECKING:
    from nnef_lsp.archive.arrays import Array

TRACT = 0x5452
NO_BITS = 0xFFFFFFFF
BLOCK = 32  # items of one quantized block


class _TractKind(ItemKind):
    vendor: ClassVar[int] = TRACT
    default_bits: ClassVar[int] = NO_BITS
    label: ClassVar[str]

    def name(self, bits: int) -> str:
        return self.label

    def bits_of(self, name: str) -> int | None:
        return self.default_bits if name == self.label else None


class String(_TractKind):
    """Each item is its length in bytes as u32, then UTF-8. tract writes a meaningless data length."""

    code: ClassVar[int] = 0x1000
    nnef_type: ClassVar[str] = "string"
    label: ClassVar[str] = "string"

    def check(self, shape: Shape, bits: int) -> None:
        if bits != NO_BITS:
            raise ValueError(f"has {bits} bits per string, but tract writes {NO_BITS:#x}")

    def length(self, shape: Shape, bits: int) -> int | None:
        return None

    def group(self, bits: int) -> tuple[int, int] | None:
        return None

    def decoded_bytes(self, shape: Shape, bits: int) -> int:
        return 0  # only the data tells; `decode` looks before it allocates

    def decode(self, data: memoryview, shape: Shape, bits: int) -> Array:
        import numpy as np

        count = math.prod(shape)
        if count * 4 > len(data):
            raise ValueError(f"promises {count} strings but holds {len(data)} bytes")
        items, end = [], 0
        for index in range(count):
            text, end = _string_at(data, end, index)
            items.append(text)
        if end != len(data):
            raise ValueError(f"has {len(data) - end} bytes behind its last string")
        longest = max(map(len, items), default=0)
        # numpy gives each item the room of the longest: one long string among many short ones must not multiply.
        if longest * count * 4 > max(1 << 20, 64 * len(data)):
            raise ValueError(f"holds a string of {longest} characters among {count}, too uneven to lay out as an array")
        if any(text.endswith("\0") for text in items):
            raise ValueError("holds a string that ends in a NUL character")
        return np.array(items, np.str_).reshape(shape)

    def encode(self, array: Array, bits: int) -> bytes | memoryview:
        if array.dtype.kind != "U":
            raise ValueError(f"cannot store {array.dtype} as strings")
        texts = [str(item).encode("utf-8") for item in array.ravel()]
        return b"".join(struct.pack("<I", len(text)) + text for text in texts)


def _string_at(data: memoryview, start: int, index: int) -> tuple[str, int]:
    if start + 4 > len(data):
        raise ValueError(f"ends before string {index}")
    (size,) = struct.unpack_from("<I", data, start)
    end = start + 4 + size
    if end > len(data):
        raise ValueError(f"promises {size} bytes for string {index} but only {len(data) - start - 4} follow")
    try:
        return str(data[start + 4 : end], "utf-8"), end
    except UnicodeDecodeError:
        raise ValueError(f"holds a string ({index}) that is not UTF-8") from None


class ComplexFloat(_TractKind):
    """Pairs of floats: real, imaginary. Complex float16 decodes to complex64."""

    code: ClassVar[int] = 0
    default_bits: ClassVar[int] = 64
    label: ClassVar[str] = "complex"
    part: ClassVar[str] = "f"
    signed_name: ClassVar[str] = "complex_float"

    def name(self, bits: int) -> str:
        return f"{self.signed_name}{bits // 2}"

    def bits_of(self, name: str) -> int | None:
        return next((bits for bits in (32, 64, 128) if self.name(bits) == name), None)

    def check(self, shape: Shape, bits: int) -> None:
        if bits not in (32, 64, 128):
            raise ValueError(f"has {bits} bits per complex number, but tract knows 32, 64 and 128")

    def dtype(self, bits: int) -> str | None:
        return {64: "<c8", 128: "<c16"}.get(bits)

    def decode(self, data: memoryview, shape: Shape, bits: int) -> Array:
        import numpy as np

        if bits == 32:
            return np.frombuffer(data, "<f2").astype("<f4").view("<c8").reshape(shape)
        return np.frombuffer(data, f"<c{bits // 8}").reshape(shape)

    def encode(self, array: Array, bits: int) -> bytes | memoryview:
        if array.dtype.kind not in "cf":
            raise ValueError(f"cannot store {array.dtype} as {self.name(bits)}")
        if bits == 32:
            return array.astype("<c8").reshape(-1).view("<f4").astype("<f2").tobytes()
        return array.astype(f"<c{bits // 8}").tobytes()


class ComplexInteger(ComplexFloat):
    """Pairs of integers; numpy has no such number, so each item is a record with fields `re` and `im`: exact."""

    code: ClassVar[int] = 4
    signed_name: ClassVar[str] = "complex_int"

    def dtype(self, bits: int) -> str | None:
        return None

    def decoded_bytes(self, shape: Shape, bits: int) -> int:
        return 0

    def decode(self, data: memoryview, shape: Shape, bits: int) -> Array:
        import numpy as np

        part = f"<i{bits // 16}"
        return np.frombuffer(data, [("re", part), ("im", part)]).reshape(shape)

    def encode(self, array: Array, bits: int) -> bytes | memoryview:
        if array.dtype.names != ("re", "im"):
            raise ValueError(f"cannot store {array.dtype} as {self.name(bits)}")
        part = f"<i{bits // 16}"
        return array.astype([("re", part), ("im", part)]).tobytes()


class Blocks(_TractKind):
    """32 items that share a scale. The array is float32; it is written only through the values' own blocks."""

    block_bytes: ClassVar[int]

    def check(self, shape: Shape, bits: int) -> None:
        if bits != NO_BITS:
            raise ValueError(f"has {bits} bits per item, but tract writes {NO_BITS:#x} for {self.label}")
        if len(shape) < 2 or math.prod(shape[1:]) % BLOCK:
            raise ValueError(
                f"stores {self.label} blocks of {BLOCK} items, so its rank must be 2 or more and the product of all "
                f"extents but the first a multiple of {BLOCK}, but the shape is {list(shape)}"
            )

    def length(self, shape: Shape, bits: int) -> int | None:
        return math.prod(shape) // BLOCK * self.block_bytes

    def group(self, bits: int) -> tuple[int, int] | None:
        return BLOCK, self.block_bytes

    def decoded_bytes(self, shape: Shape, bits: int) -> int:
        return math.prod(shape) * 4

    def decode(self, data: memoryview, shape: Shape, bits: int) -> Array:
        import numpy as np

        blocks = np.frombuffer(data, np.uint8).reshape(-1, self.block_bytes)
        scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
        with np.errstate(all="ignore"):  # a hostile scale may be infinite
            values: Array = (self.quants(blocks).astype(np.float32) * scale).reshape(shape)
        return values

    def quants(self, blocks: Array) -> Array:
        raise NotImplementedError

    def encode(self, array: Array, bits: int) -> bytes | memoryview:
        import numpy as np

        if array.dtype.kind != "f":
            raise ValueError(f"cannot store {array.dtype} as {self.label}")
        rows = np.ascontiguousarray(array, np.float32).reshape(-1, BLOCK)
        if not np.isfinite(rows).all():
            raise ValueError(f"cannot store NaN or infinity as {self.label}")
        largest = np.take_along_axis(rows, np.abs(rows).argmax(axis=1)[:, None], axis=1)
        return self.blocks_of(rows, largest).tobytes()

    def blocks_of(self, rows: Array, largest: Array) -> Array:
        raise NotImplementedError


class Q4Ggml(Blocks):
    """18 bytes: scale, then byte i holds item i in its low and item i + 16 in its high nibble."""

    code: ClassVar[int] = 0x3040
    label: ClassVar[str] = "q4_0"
    block_bytes: ClassVar[int] = 18

    def quants(self, blocks: Array) -> Array:
        import numpy as np

        nibbles: Array = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1)
        return np.asarray(np.subtract(nibbles, 8, dtype=np.int8, casting="unsafe"))

    def nibbles(self, codes: Array) -> Array:
        low, high = codes[:, :16], codes[:, 16:]
        both: Array = low | (high << 4)
        return both

    def blocks_of(self, rows: Array, largest: Array) -> Array:
        import numpy as np

        scale = (largest / -8).astype("<f2")
        exact = scale.astype(np.float32)
        ratio = np.divide(rows, exact, out=np.zeros_like(rows), where=exact != 0)
        codes = np.clip(np.floor(ratio + 8.5), 0, 15).astype(np.uint8)
        blocks: Array = np.concatenate([scale.view(np.uint8), self.nibbles(codes)], axis=1)
        return blocks


class Q4Legacy(Q4Ggml):
    """The order of tract before 0.21.11: byte i holds item 2i in its low and item 2i + 1 in its high nibble."""

    code: ClassVar[int] = 0x2040
    label: ClassVar[str] = "q4_0_legacy"

    def quants(self, blocks: Array) -> Array:
        import numpy as np

        pairs: Array = np.stack([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=2).reshape(-1, BLOCK)
        return np.asarray(np.subtract(pairs, 8, dtype=np.int8, casting="unsafe"))

    def nibbles(self, codes: Array) -> Array:
        low, high = codes[:, 0::2], codes[:, 1::2]
        both: Array = low | (high << 4)
        return both


class Q8(Blocks):
    """36 bytes: scale, sum of the values (both float16), 32 signed bytes."""

    code: ClassVar[int] = 0x3080
    label: ClassVar[str] = "q8_1"
    block_bytes: ClassVar[int] = 36

    def quants(self, blocks: Array) -> Array:
        import numpy as np

        codes: Array = np.ascontiguousarray(blocks[:, 4:]).view(np.int8)
        return codes

    def blocks_of(self, rows: Array, largest: Array) -> Array:
        import numpy as np

        scale = (np.abs(largest) / 127).astype("<f2")
        exact = scale.astype(np.float32)
        ratio = np.divide(rows, exact, out=np.zeros_like(rows), where=exact != 0)
        codes = np.clip(np.rint(ratio), -127, 127).astype(np.int8)
        total = rows.sum(axis=1, keepdims=True).astype("<f2")
        parts = [scale.view(np.uint8), total.view(np.uint8), codes.view(np.uint8)]
        blocks: Array = np.concatenate(parts, axis=1)
        return blocks


class Q8AsWritten(Q8):
    code: ClassVar[int] = 0x3081
    label: ClassVar[str] = "q8_1_written"


KINDS = [String(), ComplexFloat(), ComplexInteger(), Q4Ggml(), Q4Legacy(), Q8(), Q8AsWritten()]
