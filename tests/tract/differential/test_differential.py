"""A little of the comparison with tract in every test run; `python -m tests.tract.differential.run` does the long ones."""

from __future__ import annotations

import re
from random import Random

import pytest

from . import families_tract  # noqa: F401  registers its own
from .compare import differences
from .families import FAMILIES, model
from .oracle import Tract

EXPLAINED = re.compile(
    r"""
      missed:\ \w+:\ .*(does\ not\ support|in-place\ not\ defined|panic).*       # a constant of a type without the operation
    | missed:\ softabs:\ .*                                                     # epsilon as an integer literal
    | missed:\ tract_core_(qconv|qmatmul|einsum_q|dyn_slice|scan|gru_epilogue):\ .*
    | missed:\ tract_onnx_ml_\w+:\ .*
    | missed:\ tract_\w*rms_norm:\ .*eps.*                                      # an array of one item
    | missed:\ \w+:\ (Undetermined\ symbol|Condition\ failed|Can\ not\ build).*  # of arguments spoilt on purpose
    | (missed|objected|open|type):\ (stack|concat|tile|operators|slice|elu|transpose|tract_core_one_hot|literals|defaults):\ .*
    | objected:\ tract_core_stft:\ .*a\ frame\ of.*                             # tract fails when it runs
    | missed:\ tract_core_topk:\ TDim\ is\ not\ a\ number
    | shape:\ tract_core_matmul:\ .*                                            # broken in tract, see docs/dialects.md
    """,
    re.VERBOSE,
)
"""Differences in verdicts and facts that are known; docs/dialects.md tells of those that matter."""


def test_verdicts_and_facts_are_those_of_tract() -> None:
    pytest.importorskip("tract")
    tract = Tract()
    try:
        for index, operation in enumerate(2 * sorted(FAMILIES)):
            case = model(Random(f"ci {index}"), operation)
            for found in differences(case, tract, numbers=False):
                line = f"{found.kind}: {found.about}: {found.what}"
                assert EXPLAINED.fullmatch(line), f"{line}\n{case.text}"
    finally:
        tract.close()
