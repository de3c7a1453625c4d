"""Statistics equal numpy's own, whatever the type, the size and the path of the items."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nnef_lsp.archive import decode_tensor, encode_tensor, open_tensor, write_tensor
from nnef_lsp.archive.statistics import statistics
from nnef_lsp.archive.statistics.statistics import Statistics, summarise

FLOATS = st.floats(-(2.0**100), 2.0**100, width=32)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of one row of squares, so that small tensors have seams."""
    monkeypatch.setattr(statistics, "_BLOCK_BYTES", 4096)


def both(array: np.ndarray, item_type: str | None = None) -> list[Statistics]:
    """The statistics of an array and of the file that holds it."""
    file = decode_tensor(encode_tensor(array, item_type))
    return [summarise(array), summarise(file)]


@given(hnp.arrays(np.float32, st.integers(1, 5000), elements=st.floats(-100, 100, width=32), fill=st.just(0)))
def test_numbers_are_those_of_numpy(array: np.ndarray) -> None:
    exact = array.astype(np.float64)
    for facts in both(array):
        assert facts.minimum == array.min() and facts.maximum == array.max()
        assert facts.mean == pytest.approx(exact.mean(), abs=1e-4, rel=1e-6)
        assert facts.std == pytest.approx(exact.std(), abs=1e-4, rel=1e-5)
        assert facts.zeros == (array == 0).mean()
        assert sum(facts.histogram) == facts.seen == array.size and not facts.sampled


@given(hnp.arrays(np.int64, st.integers(1, 300)))
def test_integers_keep_their_exact_range(array: np.ndarray) -> None:
    for facts in both(array):
        assert (facts.minimum, facts.maximum) == (int(array.min()), int(array.max()))
        assert sum(facts.histogram) == array.size


@pytest.mark.parametrize(
    "dtype", ["float16", "float32", "float64", "int8", "uint8", "int16", "int32", "uint32", "uint64", "bool"]
)
def test_all_types(dtype: str) -> None:
    array = np.random.default_rng(3).integers(0, 2 if dtype == "bool" else 100, (7, 900)).astype(dtype)
    for facts in both(array):
        low, high = int(array.min()), int(array.max())
        expected = np.histogram(array.astype(float), 64, (low, high))[0]
        assert facts.histogram == tuple(expected)
        assert facts.std == pytest.approx(array.astype(float).std(), rel=1e-5)


@pytest.mark.parametrize("name", ["uint3", "quint5", "int12", "q4_0", "complex_float32", "complex_int64", "bool"])
def test_decoded_types_in_blocks(name: str) -> None:
    array = np.random.default_rng(4).integers(0, 2, (64, 160)).astype(float if name.startswith("q4") else int)
    if name.startswith("complex_float"):
        array = array * (3 + 4j)
    if name.startswith("complex_int"):
        array = np.stack([array * 3, array * 4], axis=-1).astype("<i4").view([("re", "<i4"), ("im", "<i4")])[..., 0]
    facts = both(array, name)[1]
    assert facts.zeros == pytest.approx(0.5, abs=0.02) and sum(facts.histogram) == facts.count == 64 * 160
    assert facts.maximum == (5 if name.startswith("complex") else pytest.approx(1))
    assert len(facts.channels) == 64


def test_a_far_mean_does_not_swallow_the_deviation() -> None:
    array = (np.random.default_rng(5).standard_normal(100_000) * 0.01 + 1000).astype(np.float32)
    assert summarise(array).std == pytest.approx(array.astype(float).std(), rel=1e-4)


@given(
    hnp.arrays(np.float32, st.integers(1, 50), elements=st.one_of(FLOATS, st.sampled_from([np.nan, np.inf, -np.inf])))
)
def test_nan_and_infinity_are_counted_and_left_out(array: np.ndarray) -> None:
    finite = array[np.isfinite(array)]
    for facts in both(array):
        assert facts.nans == np.isnan(array).sum() and facts.infinities == np.isinf(array).sum()
        assert sum(facts.histogram) == finite.size
        assert facts.minimum == (finite.min() if finite.size else None)
        json.dumps(facts.as_json(), allow_nan=False)


@given(hnp.arrays(np.float64, st.integers(1, 20), elements=st.floats(allow_nan=False)))
def test_no_range_of_floats_is_too_wide_or_too_narrow(array: np.ndarray) -> None:
    facts = summarise(array)
    assert sum(facts.histogram) == np.isfinite(array).sum()
    json.dumps(facts.as_json(), allow_nan=False)


def test_large_tensors_are_sampled_and_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistics, "EXACT_BYTES", 1 << 20)
    monkeypatch.setattr(statistics, "_SAMPLE_BYTES", 4096)
    array = np.random.default_rng(6).standard_normal((128, 10_000)).astype(np.float32)
    write_tensor(tmp_path / "x.dat", array)
    facts = summarise(open_tensor(tmp_path / "x.dat"))
    assert facts.sampled and facts.seen == 64 * 1024 and sum(facts.histogram) == facts.seen
    assert facts.mean == pytest.approx(0, abs=0.02) and facts.std == pytest.approx(1, abs=0.02)
    assert len(facts.channels) == 64 and facts.channels[-1].index == 127
    exact = summarise(open_tensor(tmp_path / "x.dat"), exact=True)
    assert not exact.sampled and exact.maximum == array.max()


@pytest.mark.parametrize("shape, axis", [((3, 5), 0), ((1, 4, 1, 7), 1), ((6,), None), ((2000, 3), 0), ((3, 2000), 0)])
def test_channels_are_slices_of_the_first_axis_longer_than_one(shape: tuple[int, ...], axis: int | None) -> None:
    array = np.random.default_rng(8).standard_normal(shape).astype(np.float32)
    facts = summarise(array)
    assert facts.channel_axis == axis
    if axis is not None:
        rows = array.reshape(shape[axis], -1)
        found = [(channel.index, channel.minimum, channel.maximum) for channel in facts.channels]
        assert found == [(i, row.min(), row.max()) for i, row in enumerate(rows)]


def test_tensors_without_numbers() -> None:
    assert summarise(np.zeros((0, 3))).minimum is None
    facts = summarise(decode_tensor(encode_tensor(np.array(["a", "b"]))))
    assert facts.first == ("a", "b") and facts.histogram == ()
    assert summarise(np.float32(3)).mean == 3


def test_a_file_that_shrinks_is_an_error_and_not_the_end(tmp_path: Path) -> None:
    from nnef_lsp.archive import ArchiveError

    write_tensor(tmp_path / "x.dat", np.zeros(100_000))
    tensor = open_tensor(tmp_path / "x.dat")
    (tmp_path / "x.dat").write_bytes((tmp_path / "x.dat").read_bytes()[:5000])
    with pytest.raises(ArchiveError, match="became shorter"):
        summarise(tensor)
