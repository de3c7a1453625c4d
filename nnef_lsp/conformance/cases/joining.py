"""4.5.3 Splitting and concatenation."""

from __future__ import annotations

from functools import partial

from ..case import case, integers, keep, tensor

split = partial(case, "split", section="4.5.3")
concat = partial(case, "concat", section="4.5.3")
stack = partial(case, "stack", section="4.5.3")
unstack = partial(case, "unstack", section="4.5.3")

CASES = [
    split("halves", tensor(2, 4), results="[2]", axis=1, ratios=[1, 1]),
    split("ratios", tensor(1, 6, 2), results="[3]", axis=1, ratios=[1, 2, 3]),
    split("units", tensor(9, 2), results="[2]", axis=0, ratios=[1, 2]),
    split("last-axis", tensor(1, 2, 2, 4), results="[4]", axis=3, ratios=[1, 1, 1, 1]),
    split("one-part", tensor(2, 3), results="[1]", axis=1, ratios=[3]),
    concat("channels", [tensor(1, 2, 3), tensor(1, 1, 3)], axis=1),
    concat("batch", [tensor(1, 2), tensor(2, 2), tensor(1, 2)], axis=0),
    concat("last-axis", [tensor(1, 2, 2, 1), tensor(1, 2, 2, 3)], axis=3),
    concat("single", [tensor(2, 3)], axis=1),
    concat("with-variable", [tensor(2, 3), keep(tensor(2, 2))], axis=1),
    concat("integer", [integers(2, 2), integers(2, 1)], axis=1),
    stack("first", [tensor(2, 3), tensor(2, 3)], axis=0),
    stack("middle", [tensor(2, 3), tensor(2, 3), tensor(2, 3)], axis=1),
    stack("last", [tensor(2, 3), tensor(2, 3)], axis=2),
    stack("vectors", [tensor(4), tensor(4)], axis=1),
    stack("single", [tensor(2, 2)], axis=0),
    unstack("first", tensor(2, 3), results="[2]", axis=0),
    unstack("middle", tensor(2, 3, 2), results="[3]", axis=1),
    unstack("last", tensor(1, 2, 2), results="[2]", axis=2),
    unstack("single", tensor(1, 4), results="[1]", axis=0),
    unstack("image", tensor(1, 2, 2, 3), results="[2]", axis=1),
]
