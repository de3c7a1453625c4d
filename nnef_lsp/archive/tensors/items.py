"""The item types of a `.dat` file as a table that others extend.

Here: what an item type must say about itself (`ItemKind`) and the look-up by (vendor, code). Not here: any item type;
each vendor's are in a module `<vendor>_items.py` of this package, found by its name. The header's layout is dat.py's.
Nothing here imports numpy before data is wanted.
"""

from __future__ import annotations

import importlib
import math
import pkgutil
from functools import cache
from typing import TYPE_CHECKING, ClassVar

from nnef_lsp.archive.tensors.bits import packed_bytes

if TYPE_CHECKING:
    from nnef_lsp.archive.arrays import Array

Shape = tuple[int, ...]


class ItemKind:
    """One item-type code of one vendor. Methods raise ValueError with the tail of a sentence ("has ...")."""

    vendor: ClassVar[int] = 0
    code: ClassVar[int]
    nnef_type: ClassVar[str] = "scalar"  # scalar | integer | logical | string: section 5.2.1 of the specification
    quantized: ClassVar[bool] = False
    default_bits: ClassVar[int]

    def name(self, bits: int) -> str:
        """The readable item type: 'float32', 'quint4', 'q4_0'."""
        raise NotImplementedError

    def bits_of(self, name: str) -> int | None:
        """The inverse of `name`: bits per item, or None when `name` is not of this kind."""
        raise NotImplementedError

    def check(self, shape: Shape, bits: int) -> None:
        """Refuse widths and shapes that this kind does not have."""
        raise NotImplementedError

    def length(self, shape: Shape, bits: int) -> int | None:
        """Bytes of data that `shape` needs, None if only the data tells."""
        return packed_bytes(math.prod(shape), bits)

    def dtype(self, bits: int) -> str | None:
        """The little-endian numpy type when the data is laid out as numpy would, so that it can be mapped."""
        return None

    def group(self, bits: int) -> tuple[int, int] | None:
        """(items, bytes) of the smallest run that decodes by itself, None if only the whole data does."""
        return (1, bits // 8) if bits % 8 == 0 else (8, bits)

    def decoded_bytes(self, shape: Shape, bits: int) -> int:
        """Bytes that `decode` allocates: what the limit is about."""
        return 0 if self.dtype(bits) else math.prod(shape) * 8

    def decode(self, data: memoryview, shape: Shape, bits: int) -> Array:
        raise NotImplementedError

    def encode(self, array: Array, bits: int) -> bytes | memoryview:
        raise NotImplementedError


@cache
def kinds() -> dict[tuple[int, int], ItemKind]:
    """Every item type by (vendor, code), from all modules of this package whose name ends in `_items`."""
    package = importlib.import_module("nnef_lsp.archive.tensors")
    table: dict[tuple[int, int], ItemKind] = {}
    for module in sorted(m.name for m in pkgutil.iter_modules(package.__path__) if m.name.endswith("_items")):
        for kind in importlib.import_module(f"nnef_lsp.archive.tensors.{module}").KINDS:
            if (kind.vendor, kind.code) in table:
                raise RuntimeError(f"item type {kind.code:#x} of vendor {kind.vendor:#x} is declared twice")
            table[kind.vendor, kind.code] = kind
    return table


def kind_named(name: str) -> tuple[ItemKind, int] | None:
    """The kind and bits per item of a readable name such as 'quint4'."""
    for kind in kinds().values():
        bits = kind.bits_of(name)
        if bits is not None:
            return kind, bits
    return None
