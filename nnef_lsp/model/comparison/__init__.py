"""How two documents differ: `compare` gives a `Comparison`."""

from .documents import Changed, Comparison, compare

__all__ = ["Changed", "Comparison", "compare"]
