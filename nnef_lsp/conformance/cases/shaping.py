"""4.5.1 Reshaping, 4.5.2 transposing, 4.5.8 casts."""

from __future__ import annotations

from functools import partial

from ..case import case, given, integers, logicals, tensor

reshape = partial(case, "reshape", section="4.5.1")
squeeze = partial(case, "squeeze", section="4.5.1")
unsqueeze = partial(case, "unsqueeze", section="4.5.1")
transpose = partial(case, "transpose", section="4.5.2")
cast = partial(case, "cast", section="4.5.8")

CASES = [
    reshape("flat", tensor(2, 3, 2), shape=[12]),
    reshape("inherited-and-rest", tensor(2, 3, 2, 2), shape=[0, -1]),
    reshape("rest-first", tensor(2, 3, 2), shape=[-1, 2]),
    reshape("axis-range", tensor(2, 3, 4, 2), shape=[12], axis_start=1, axis_count=2),
    reshape("axis-range-inherited", tensor(2, 4, 3), shape=[0, 3, 1], axis_start=1),
    reshape("insert-axis", tensor(2, 3), shape=[1, 1], axis_start=1, axis_count=0),
    reshape("integer", integers(2, 6), shape=[3, 4]),
    squeeze("last", tensor(2, 3, 1), axes=[2]),
    squeeze("first", tensor(1, 3, 2), axes=[0]),
    squeeze("several", tensor(1, 3, 1, 1), axes=[2, 3]),
    squeeze("both-ends", tensor(1, 3, 2, 1), axes=[0, 3]),
    squeeze("none", tensor(2, 3), axes=[]),
    unsqueeze("last", tensor(2, 3), axes=[2]),
    unsqueeze("first", tensor(2, 3), axes=[0]),
    unsqueeze("several", tensor(3), axes=[0, 2]),
    unsqueeze("adjacent", tensor(2, 3), axes=[1, 2]),
    unsqueeze("none", tensor(2, 3), axes=[]),
    transpose("matrix", tensor(2, 3), axes=[1, 0]),
    transpose("channels-last", tensor(1, 3, 2, 4), axes=[0, 2, 3, 1]),
    transpose("cycle", tensor(2, 3, 4), axes=[1, 2, 0]),
    transpose("fewer-axes", tensor(2, 3, 4), axes=[1, 0]),
    transpose("identity", tensor(2, 3), axes=[0, 1]),
    transpose("logical", logicals(2, 3), axes=[1, 0]),
    cast("scalar-to-integer", given(0.0, 1.0, 2.75, 7.5, -3.0), generic="integer"),
    cast("scalar-to-logical", given(0.0, 1.0, -0.5, 0.25), generic="logical"),
    cast("integer-to-scalar", integers(2, 3, low=-5, high=5), generic="scalar"),
    cast("integer-to-logical", given(0, 1, -2, 3), generic="logical"),
    cast("logical-to-scalar", logicals(2, 3), generic="scalar"),
    cast("logical-to-integer", logicals(2, 3), generic="integer"),
    cast("same-type", tensor(2, 3), generic="scalar"),
]
