"""4.7 Matrix multiplication, and linear of 4.9.2."""

from __future__ import annotations

from functools import partial

from ..case import case, stored, tensor

matmul = partial(case, "matmul", section="4.7")
linear = partial(case, "linear", section="4.9.2")

CASES = [
    matmul("matrices", tensor(2, 3), tensor(3, 4)),
    matmul("transpose-a", tensor(3, 2), tensor(3, 4), transposeA=True),
    matmul("transpose-b", tensor(2, 3), tensor(4, 3), transposeB=True),
    matmul("transpose-both", tensor(3, 2), tensor(4, 3), transposeA=True, transposeB=True),
    matmul("batch", tensor(2, 2, 3), tensor(2, 3, 2)),
    matmul("batch-repeated-b", tensor(2, 2, 3), tensor(1, 3, 2)),
    matmul("batch-repeated-a", tensor(1, 2, 3), tensor(2, 3, 2)),
    matmul("two-batches", tensor(2, 1, 2, 3), tensor(1, 3, 3, 2), transposeB=False),
    matmul("row-times-column", tensor(1, 4), tensor(4, 1)),
    matmul("with-variable", tensor(2, 3), stored(3, 4)),
    matmul("column-times-row", tensor(3, 1), tensor(1, 3)),
    linear("bias", tensor(2, 3), stored(4, 3), stored(1, 4)),
    linear("no-bias", tensor(2, 3), stored(4, 3)),
    linear("number-bias", tensor(2, 3), stored(4, 3), 0.5),
    linear("single", tensor(1, 1), stored(1, 1), stored(1, 1)),
    linear("one-row", tensor(1, 6), stored(3, 6), stored(1, 3)),
]
