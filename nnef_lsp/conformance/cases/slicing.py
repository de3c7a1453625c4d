"""4.5.4 Slices, 4.5.5 padding, 4.5.6 tiles, 4.5.7 gathering."""

from __future__ import annotations

from functools import partial

from ..case import case, integers, keep, logicals, tensor

slice_ = partial(case, "slice", section="4.5.4")
pad = partial(case, "pad", section="4.5.5")
tile = partial(case, "tile", section="4.5.6")
gather = partial(case, "gather", section="4.5.7")

CASES = [
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
]
