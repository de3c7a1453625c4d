"""Numbers and tags as Protocol Buffers write them, for what is read or written around its own library."""

from __future__ import annotations


def tag(field: int) -> bytes:
    """Of a field that has a length."""
    return varint(field << 3 | 2)


def varint(number: int) -> bytes:
    """A number that is not negative, seven bits a byte."""
    found = bytearray()
    while number >= 128:
        found.append(number & 127 | 128)
        number >>= 7
    found.append(number)
    return bytes(found)
