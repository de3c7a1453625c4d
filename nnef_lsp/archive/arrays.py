"""The type of arrays of numbers, whatever the type of their items; for annotations, or numpy would be imported."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

Array = NDArray[Any]
