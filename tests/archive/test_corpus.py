"""Every blob of the shared corpus, where it is at hand: valid ones equal their `.npy`, corrupt ones are refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nnef_lsp.archive import ArchiveError, open_tensor

CORPUS = Path(__file__).resolve().parents[3] / "shared/corpus/dat"

pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason="the shared corpus is not on this machine")


def test_valid_blobs() -> None:
    for path in sorted(CORPUS.glob("valid/*.dat")):
        got, want = open_tensor(path).array(), np.load(path.with_suffix(".npy"))
        assert got.shape == want.shape, path
        assert np.array_equal(got, want, equal_nan=want.dtype.kind in "fc"), path


def test_corrupt_blobs() -> None:
    for path in sorted(CORPUS.glob("corrupt/*.dat")):
        with pytest.raises(ArchiveError):
            open_tensor(path).array()
