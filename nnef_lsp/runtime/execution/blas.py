"""Which kernels OpenBLAS, the BLAS of numpy's wheels, computes with.  Effective only before numpy is first imported.

On AMD's Zen 4 it takes its kernels for AVX-512, whose vectors that processor works off in two halves.  Those for AVX2
are 4 to 14 % faster there: 110 for 104 GFLOP/s at [196, 1024] x [1024, 256], 109 for 93 at [196, 256] x [256, 1024].
"""

from __future__ import annotations

import os
import re
import sys

VARIABLE = "OPENBLAS_CORETYPE"
ZEN_4 = "25"
"""Its family; Zen 3, of the same family, has no AVX-512."""


def prefer_kernels() -> None:
    """Choose, unless the user has chosen or it is too late."""
    if "numpy" not in sys.modules and VARIABLE not in os.environ and _halves_vectors():
        os.environ[VARIABLE] = "Haswell"


def _halves_vectors() -> bool:
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
            first = file.read(1 << 14).partition("\n\n")[0]
    except OSError:  # not Linux
        return False
    facts = dict(re.findall(r"^([\w ]+?)\s*: (.*)$", first, re.MULTILINE))
    known = (facts.get("vendor_id"), facts.get("cpu family")) == ("AuthenticAMD", ZEN_4)
    return known and "avx512f" in facts.get("flags", "").split()
