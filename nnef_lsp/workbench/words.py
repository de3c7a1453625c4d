"""Words that the changes share in what they tell."""

from __future__ import annotations


def counted(count: int, noun: str) -> str:
    """`1 statement`, `2 statements`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
