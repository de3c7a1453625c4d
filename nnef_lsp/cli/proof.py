"""A model that was made from another, proved: both run on the same inputs, and each output compared.

Not here: running (`runtime`), the commands that make models.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from . import document as d
from .drawing import say

if TYPE_CHECKING:
    from ..runtime.arrays.dtypes import Array


def add_proof(parser: argparse.ArgumentParser, package: str) -> None:
    """The options `--rtol`, `--atol`, `--no-proof` and `--force`."""
    parser.add_argument(
        "--rtol",
        type=d.tolerance,
        default=1e-3,
        metavar="X",
        help="how far outputs may differ, relative (default 1e-3)",
    )
    parser.add_argument("--atol", type=d.tolerance, default=1e-4, metavar="X", help="and absolute (default 1e-4)")
    parser.add_argument(
        "--no-proof", action="store_true", help=f"do not run both models to compare them (it needs {package})"
    )
    parser.add_argument("--force", action="store_true", help="replace what is there, and write even if outputs differ")


def bundle_of(path: str) -> dict[str, Array]:
    """The arrays of a bundle of inputs; raises ArchiveError."""
    from ..archive.limits import limits_from_environment
    from ..archive.tensors.npy import npz_arrays

    return npz_arrays(path, limits_from_environment())


def differing(expected: Mapping[str, Array], found: Mapping[str, Array], rtol: float, atol: float) -> list[str]:
    """Tell the largest difference of each output, and give a sentence for each that is further off than it may be."""
    import numpy as np

    from ..runtime.summary import agree, difference

    wrong = []
    for name, want in expected.items():
        have: Any = found.get(name)
        if have is None:
            wrong.append(f"there is no output '{name}'")
        elif np.shape(have) != np.shape(want):
            wrong.append(f"the output '{name}' has the shape {list(have.shape)} instead of {list(want.shape)}")
        elif want.dtype.kind not in "fiub":
            if not np.array_equal(have, want):
                wrong.append(f"the output '{name}' differs")
        else:
            largest = difference(have, want)["max_abs_error"] if want.size else 0.0
            say(f"{name}: largest difference {largest:.2g}")
            if not agree(have, want, rtol, atol):
                wrong.append(f"the output '{name}' differs by up to {largest:.3g}")
    return wrong
