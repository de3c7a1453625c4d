"""4.5 Tensor shape operations."""

from __future__ import annotations

from functools import partial

from ..case import case, given, integers, keep, logicals, tensor

reshape = partial(case, "reshape", section="4.5.1")
squeeze = partial(case, "squeeze", section="4.5.1")
unsqueeze = partial(case, "unsqueeze", section="4.5.1")
transpose = partial(case, "transpose", section="4.5.2")
split = partial(case, "split", section="4.5.3")
concat = partial(case, "concat", section="4.5.3")
stack = partial(case, "stack", section="4.5.3")
unstack = partial(case, "unstack", section="4.5.3")
slice_ = partial(case, "slice", section="4.5.4")
pad = partial(case, "pad", section="4.5.5")
tile = partial(case, "tile", section="4.5.6")
gather = partial(case, "gather", section="4.5.7")
cast = partial(case, "cast", section="4.5.8")

RESHAPING = [
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
]

JOINING = [
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

SLICING = [
    slice_("one-axis", tensor(2, 6), axes=[1], begin=[1], end=[4]),
    slice_("several-axes", tensor(3, 4, 5), axes=[0, 2], begin=[1, 0], end=[3, 2]),
    slice_("negative-begin", tensor(2, 6), axes=[1], begin=[-3], end=[6]),
    slice_("negative-end", tensor(2, 6), axes=[1], begin=[1], end=[-1]),
    slice_("beyond-the-end", tensor(2, 6), axes=[1], begin=[2], end=[100]),
    slice_("stride", tensor(2, 6), axes=[1], begin=[0], end=[6], stride=[2]),
    slice_("stride-and-begin", tensor(2, 7), axes=[1], begin=[1], end=[7], stride=[3]),
    slice_("backwards", tensor(2, 6), axes=[1], begin=[4], end=[1], stride=[-1]),
    slice_("reversed", tensor(2, 4), axes=[1], begin=[-1], end=[-5], stride=[-1]),
    slice_("end-0", tensor(2, 6), axes=[1], begin=[2], end=[0]),
    slice_("integer", integers(2, 6), axes=[1], begin=[1], end=[4]),
]

REST = [
    pad("zeros", tensor(2, 3), padding=[(1, 1), (0, 2)]),
    pad("value", tensor(2, 3), padding=[(0, 1), (1, 0)], value=-1.5),
    pad("image", tensor(1, 2, 2, 3), padding=[(0, 0), (0, 0), (1, 2), (2, 1)], border="constant"),
    pad("replicate", tensor(1, 1, 3, 3), padding=[(0, 0), (0, 0), (2, 1), (1, 2)], border="replicate"),
    pad("reflect", tensor(1, 1, 3, 4), padding=[(0, 0), (0, 0), (2, 1), (1, 2)], border="reflect"),
    pad("reflect-even", tensor(1, 1, 3, 3), padding=[(0, 0), (0, 0), (2, 1), (1, 2)], border="reflect-even"),
    pad("negative", tensor(3, 4), padding=[(-1, 0), (1, -2)]),
    pad("none", tensor(2, 3), padding=[(0, 0), (0, 0)]),
    tile("vector", tensor(3), repeats=[3]),
    tile("rows", tensor(2, 3), repeats=[2, 1]),
    tile("both", tensor(2, 3), repeats=[2, 3]),
    tile("image", tensor(1, 2, 2, 2), repeats=[2, 1, 1, 2]),
    tile("once", tensor(2, 3), repeats=[1, 1]),
    tile("logical", logicals(2, 2), repeats=[1, 2]),
    gather("rows", tensor(4, 3), integers(2, high=3)),
    gather("columns", tensor(3, 4), integers(5, high=3), axis=1),
    gather("matrix-of-indices", tensor(4, 2), integers(2, 3, high=3)),
    gather("middle-axis", tensor(2, 4, 3), integers(2, 2, high=3), axis=1),
    gather("from-variable", keep(tensor(5, 3)), integers(4, high=4)),
    gather("integer", integers(5), integers(3, high=4)),
    cast("scalar-to-integer", given(0.0, 1.0, 2.75, 7.5, -3.0), generic="integer"),
    cast("scalar-to-logical", given(0.0, 1.0, -0.5, 0.25), generic="logical"),
    cast("integer-to-scalar", integers(2, 3, low=-5, high=5), generic="scalar"),
    cast("integer-to-logical", given(0, 1, -2, 3), generic="logical"),
    cast("logical-to-scalar", logicals(2, 3), generic="scalar"),
    cast("logical-to-integer", logicals(2, 3), generic="integer"),
    cast("same-type", tensor(2, 3), generic="scalar"),
]

CASES = [*RESHAPING, *JOINING, *SLICING, *REST]
