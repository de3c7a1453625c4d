"""4.3.1 Convolution and 4.9.2 separable convolutions."""

from __future__ import annotations

from functools import partial

from ..case import NONE, ONE, case, stored, tensor

conv = partial(case, "conv", section="4.3.1")
deconv = partial(case, "deconv", section="4.3.1")
separable_conv = partial(case, "separable_conv", section="4.9.2")
separable_deconv = partial(case, "separable_deconv", section="4.9.2")

CONV = [
    conv("auto-padding", tensor(1, 2, 5, 5), stored(3, 2, 3, 3)),
    conv("unpadded", tensor(1, 2, 5, 5), stored(3, 2, 3, 3), padding=[NONE, NONE]),
    conv("bias", tensor(2, 2, 4, 4), stored(3, 2, 3, 3), stored(1, 3), padding=[ONE, ONE]),
    conv("number-bias", tensor(1, 1, 4, 4), stored(2, 1, 3, 3), 0.5, padding=[ONE, ONE]),
    conv("strided", tensor(1, 2, 6, 6), stored(2, 2, 3, 3), padding=[ONE, ONE], stride=[2, 2]),
    conv("strided-auto-padding", tensor(1, 1, 6, 7), stored(2, 1, 3, 3), stride=[2, 2]),
    conv("even-filter-auto-padding", tensor(1, 1, 5, 5), stored(1, 1, 2, 4)),
    conv("dilated", tensor(1, 1, 7, 7), stored(2, 1, 3, 3), padding=[NONE, NONE], dilation=[2, 2]),
    conv("dilated-auto-padding", tensor(1, 1, 7, 7), stored(2, 1, 3, 2), dilation=[2, 3]),
    conv("asymmetric-padding", tensor(1, 1, 4, 5), stored(2, 1, 3, 3), padding=[(0, 1), (2, 0)]),
    conv("negative-padding", tensor(1, 1, 6, 6), stored(1, 1, 3, 3), padding=[(-1, 0), (0, -1)]),
    conv(
        "uneven-stride-dilation",
        tensor(1, 2, 9, 8),
        stored(2, 2, 3, 2),
        padding=[(1, 0), (0, 1)],
        stride=[2, 3],
        dilation=[2, 1],
    ),
    conv("grouped", tensor(1, 4, 4, 4), stored(6, 2, 3, 3), padding=[ONE, ONE], groups=2),
    conv("depthwise", tensor(1, 3, 4, 4), stored(3, 1, 3, 3), padding=[ONE, ONE], groups=0),
    conv("depthwise-multiplier", tensor(1, 2, 4, 4), stored(4, 1, 3, 3), stored(1, 4), padding=[ONE, ONE], groups=0),
    conv("pointwise", tensor(2, 3, 3, 3), stored(4, 3, 1, 1), padding=[NONE, NONE]),
    conv("one-dimension", tensor(1, 2, 9), stored(3, 2, 3), stored(1, 3), padding=[(2, 1)], stride=[2]),
    conv("three-dimensions", tensor(1, 1, 3, 4, 3), stored(2, 1, 2, 3, 2), padding=[(0, 1), ONE, NONE]),
    conv("border-replicate", tensor(1, 1, 4, 4), stored(2, 1, 3, 3), border="replicate", padding=[ONE, ONE]),
    conv("border-reflect", tensor(1, 1, 4, 4), stored(2, 1, 3, 3), border="reflect", padding=[ONE, ONE]),
    conv("border-reflect-even", tensor(1, 1, 4, 4), stored(2, 1, 3, 3), border="reflect-even", padding=[(2, 1), ONE]),
]

DECONV = [
    deconv("unpadded", tensor(1, 2, 3, 3), stored(2, 3, 3, 3), padding=[NONE, NONE]),
    deconv("auto-padding", tensor(1, 2, 3, 3), stored(2, 2, 3, 3)),
    deconv("bias", tensor(2, 2, 3, 3), stored(2, 3, 3, 3), stored(1, 3), padding=[ONE, ONE]),
    deconv("strided", tensor(1, 2, 3, 3), stored(2, 1, 3, 3), padding=[ONE, ONE], stride=[2, 2]),
    deconv("strided-auto-padding", tensor(1, 1, 3, 3), stored(1, 2, 4, 3), stride=[2, 2]),
    deconv("dilated", tensor(1, 1, 3, 3), stored(1, 2, 3, 3), padding=[NONE, NONE], dilation=[2, 2]),
    deconv("asymmetric-padding", tensor(1, 1, 4, 4), stored(1, 1, 3, 3), padding=[(0, 1), (2, 0)]),
    deconv("stride-and-dilation", tensor(1, 1, 3, 3), stored(1, 1, 2, 3), padding=[(1, 0), (0, 1)], stride=[3, 2], dilation=[2, 1]),
    deconv("output-shape", tensor(1, 1, 3, 3), stored(1, 2, 3, 3), padding=[ONE, ONE], stride=[2, 2], output_shape=[1, 2, 6, 5]),
    deconv("output-shape-auto-padding", tensor(1, 1, 3, 3), stored(1, 1, 3, 3), stride=[2, 2], output_shape=[1, 1, 5, 6]),
    deconv("grouped", tensor(1, 4, 3, 3), stored(4, 3, 3, 3), padding=[ONE, ONE], groups=2),
    deconv("depthwise", tensor(1, 3, 3, 3), stored(3, 1, 3, 3), padding=[ONE, ONE], stride=[2, 2], groups=0),
    deconv("one-dimension", tensor(1, 2, 4), stored(2, 3, 3), stored(1, 3), padding=[(1, 0)], stride=[2]),
    deconv("three-dimensions", tensor(1, 1, 2, 3, 2), stored(1, 2, 2, 2, 2), padding=[NONE, (1, 0), NONE], stride=[2, 1, 1]),
    deconv("border-replicate", tensor(1, 1, 3, 3), stored(1, 1, 3, 3), border="replicate", padding=[ONE, ONE]),
]  # fmt: skip

SEPARABLE = [
    separable_conv("auto-padding", tensor(1, 2, 4, 4), stored(2, 1, 3, 3), stored(3, 2, 1, 1)),
    separable_conv("bias", tensor(1, 2, 4, 4), stored(2, 1, 3, 3), stored(3, 2, 1, 1), stored(1, 3), padding=[ONE, ONE]),
    separable_conv("strided", tensor(1, 2, 5, 5), stored(2, 1, 3, 3), stored(2, 2, 1, 1), padding=[ONE, ONE], stride=[2, 2]),
    separable_conv("dilated", tensor(1, 2, 5, 5), stored(2, 1, 2, 2), stored(2, 2, 1, 1), padding=[NONE, NONE], dilation=[2, 2]),
    separable_conv("multiplier", tensor(1, 2, 3, 3), stored(4, 1, 3, 3), stored(3, 4, 1, 1), padding=[ONE, ONE]),
    separable_conv("grouped", tensor(1, 4, 3, 3), stored(4, 1, 3, 3), stored(4, 2, 1, 1), padding=[ONE, ONE], groups=2),
    separable_conv("border-replicate", tensor(1, 1, 3, 3), stored(1, 1, 3, 3), stored(2, 1, 1, 1), border="replicate", padding=[ONE, ONE]),
    separable_deconv("unpadded", tensor(1, 3, 3, 3), stored(2, 1, 3, 3), stored(3, 2, 1, 1), padding=[NONE, NONE]),
    separable_deconv("auto-padding", tensor(1, 3, 3, 3), stored(2, 1, 3, 3), stored(3, 2, 1, 1)),
    separable_deconv("bias", tensor(1, 3, 3, 3), stored(2, 1, 3, 3), stored(3, 2, 1, 1), stored(1, 2), padding=[ONE, ONE]),
    separable_deconv("strided", tensor(1, 2, 3, 3), stored(2, 1, 3, 3), stored(2, 2, 1, 1), padding=[ONE, ONE], stride=[2, 2]),
    separable_deconv("dilated", tensor(1, 2, 3, 3), stored(2, 1, 2, 2), stored(2, 2, 1, 1), padding=[NONE, NONE], dilation=[2, 2]),
    separable_deconv("output-shape", tensor(1, 2, 2, 2), stored(2, 1, 3, 3), stored(2, 2, 1, 1), padding=[ONE, ONE], stride=[2, 2], output_shape=[1, 2, 4, 3]),
]  # fmt: skip

CASES = [*CONV, *DECONV, *SEPARABLE]
