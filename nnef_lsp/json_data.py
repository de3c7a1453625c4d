"""What JSON can hold, as types: for what is written to programs and editors, and read from files that may hold anything.

Not here: reading and writing it (the standard library does), which keys a message has (who sends it says so).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Json = bool | int | float | str | None | Sequence["Json"] | Mapping[str, "Json"]
"""Any JSON value.  Lists and objects are read-only here, so that a `list[int]` is one too."""
JsonObject = dict[str, Json]
"""A JSON object in the making."""
