"""4.4 Reduce operations."""

from __future__ import annotations

from ..case import Case, case, logicals, tensor


def _reduce(operation: str, section: str = "4.4", results: int = 1) -> list[Case]:
    def make(variant: str, shape: tuple[int, ...], axes: list[int]) -> Case:
        data = logicals(*shape) if operation in ("all_reduce", "any_reduce") else tensor(*shape)
        return case(operation, variant, data, section=section, results=results, axes=axes)

    return [
        make("first-axis", (3, 4), [0]),
        make("second-axis", (3, 4), [1]),
        make("channels", (2, 3, 2, 2), [1]),
        make("spatial", (2, 3, 3, 3), [2, 3]),
        make("all-but-channels", (2, 3, 2, 2), [0, 2, 3]),
        make("all", (2, 3, 2), [0, 1, 2]),
        make("single-item-axis", (2, 1, 3), [1]),
        make("no-axis", (2, 3), []),
    ]


def _arg(operation: str) -> list[Case]:
    """One axis: over several, the specification's sequence of reductions has no meaning for positions."""

    def make(variant: str, shape: tuple[int, ...], axis: int) -> Case:
        return case(operation, variant, tensor(*shape, low=-4, high=4, distinct=True), section="4.4", axes=[axis])

    return [
        make("first-axis", (3, 4), 0),
        make("second-axis", (3, 4), 1),
        make("channels", (2, 3, 2, 2), 1),
        make("last-axis", (1, 2, 3, 4), 3),
        make("single-item-axis", (2, 1, 3), 1),
        make("vector", (6,), 0),
    ]


CASES = [
    *_reduce("sum_reduce"),
    case("sum_reduce", "normalized", tensor(2, 3, 3, 3), section="4.4", axes=[2, 3], normalize=True),
    case("sum_reduce", "normalized-all", tensor(2, 3), section="4.4", axes=[0, 1], normalize=True),
    *[
        item
        for name in ("max_reduce", "min_reduce", "mean_reduce", "all_reduce", "any_reduce")
        for item in _reduce(name)
    ],
    *_arg("argmax_reduce"),
    *_arg("argmin_reduce"),
    *_reduce("moments", "4.9.6", 2),
]
