"""Words that the changes share in what they tell."""

from __future__ import annotations


def counted(count: int, noun: str) -> str:
    """`1 statement`, `2 statements`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def listed(items: list[str], most: int = 8) -> str:
    """`a, b, c`, and how many there are more."""
    more = f" and {len(items) - most} more" if len(items) > most else ""
    return ", ".join(items[:most]) + more
