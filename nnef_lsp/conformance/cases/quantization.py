"""4.9.5 Quantization."""

from __future__ import annotations

from functools import partial

from ..case import Case, Data, case, given, stored, tensor

quant = partial(case, section="4.9.5")


def _between(*shape: int, low: float = -2.0, high: float = 2.0) -> Data:
    """Values that no step of the cases below rounds as a half; halves have cases of their own."""
    return tensor(*shape, low=low, high=high, offset=1 / 128)


def _linear() -> list[Case]:
    low, high = stored(1, 3, low=-1, high=-0.5), stored(1, 3, low=0.5, high=1)
    return [
        quant("linear_quantize", "8-bits", _between(2, 3), -1.0, 1.0, bits=8),
        quant("linear_quantize", "4-bits", _between(1, 2, 3, 3), -1.5, 1.5, bits=4),
        quant("linear_quantize", "1-bit", _between(2, 3), -1.0, 1.0, bits=1),
        quant("linear_quantize", "positive-range", _between(2, 3), 0.0, 1.0, bits=3),
        quant("linear_quantize", "per-channel", _between(2, 3, 2), low, high, bits=8),
        quant("linear_quantize", "halves", given(-0.5, 0.5, 1.5, 2.5), 0.0, 3.0, bits=2),
    ]


def _signed(signed: bool, symmetric: bool) -> list[Case]:
    suffix = ("signed" if signed else "unsigned") + ("-symmetric" if symmetric else "")
    flags = {"signed": signed, "symmetric": symmetric}
    zero = 0 if signed else 100
    points = Data((1, 3), "integer", items=(zero, zero + 3, zero - 2), stored=True)
    scales = Data((1, 3), items=(0.125, 0.25, 0.0625), stored=True)
    point = Data((1, 1), "integer", items=(zero + 5,), stored=True)
    min_max = partial(quant, "min_max_linear_quantize")
    zero_point = partial(quant, "zero_point_linear_quantize")
    return [
        min_max(f"{suffix}-8-bits", _between(2, 3), -1.0, 1.0, bits=8, **flags),
        min_max(f"{suffix}-3-bits", _between(2, 5), -1.5, 1.5, bits=3, **flags),
        zero_point(f"{suffix}-8-bits", _between(2, 3), point, 0.0625, bits=8, **flags),
        zero_point(f"{suffix}-clamped", _between(2, 5), point, 0.0078125, bits=8, **flags),
        zero_point(f"{suffix}-per-channel", _between(2, 3, 2), points, scales, bits=8, **flags),
        zero_point(f"{suffix}-halves", given(-0.75, -0.25, 0.25, 0.75, shape=(1, 4)), point, 0.5, bits=8, **flags),
    ]


CASES = [
    *_signed(False, False),
    *_signed(True, False),
    *_signed(True, True),
    *_linear(),
    quant("logarithmic_quantize", "4-bits", tensor(2, 3), 2.0, bits=4),
    quant("logarithmic_quantize", "2-bits", tensor(2, 5), 1.0, bits=2),
    quant("logarithmic_quantize", "max-between-powers", tensor(2, 3), 3.0, bits=3),
    quant("logarithmic_quantize", "zero", given(0.0, 1.0, -1.0, 0.125), 1.0, bits=3),
    quant(
        "logarithmic_quantize", "per-channel", tensor(2, 3), Data((1, 3), items=(1.0, 2.0, 4.0), stored=True), bits=3
    ),
]
