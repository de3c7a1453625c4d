"""Inputs of a run, written as text: `NAME=SOURCE`.

| source | gives |
|---|---|
| `random:SEED` | standard normal scalars, integers from 0 to 9, coin flips for logicals; the same everywhere |
| `zeros`, `ones` | that |
| `FILE.npy`, `FILE.dat` | the tensor of the file |
| `FILE.npz`, `FILE.npz:KEY` | the array named as the input, or KEY |
| `FILE.png` and other pictures | [1, C, H, W] or [1, H, W], scaled to 0..1, gray or RGB as the input wants |
| `FILE.jpg?resize=256&crop=224` | the picture made fit (`preparation.py`) |
| `FILE.wav` | its samples from -1 to 1, as [samples], [1, samples], [1, channels, samples], ... |

Shapes and data types are checked against what the graph says; nothing is resized or reinterpreted in silence.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable

import numpy as np

from ...archive import ArchiveError, open_tensor, read_tensor
from ...archive.errors import quoted
from ...archive.foreign import read_foreign
from ...archive.limits import limits_from_environment
from ...archive.tensors.tensor import ForeignTensor
from ...model.values.codes import Codes
from ...model.values.tensor import Tensor
from ..arrays.dtypes import Array, format_extents, numpy_dtype
from ..errors import RunError
from ..planning.costs import extents
from .audio import fitted_wave, read_wave
from .images import fitted, read_image
from .preparation import PICTURES, preparation_of, split_preparation

Reader = Callable[[str, str], Array]


def read_input(
    name: str, source: str, fact: Tensor, scalar: str = "float32", folder: str = "", codes: Codes | None = None
) -> Array:
    """The array that `source` gives for the input `name`; relative files are looked for in `folder`.

    `codes` is the quantized type of the input, if it has one.
    """
    kind, _, rest = source.partition(":")
    if kind in _GENERATED:
        array = _GENERATED[kind](name, rest, fact, scalar)
    else:
        array = decoded(_from_file(name, source, fact, folder), codes)
    return checked(name, array, fact, scalar, source)


def decoded(array: Array, codes: Codes | None) -> Array:
    """The real numbers of an array that has the integer type in which a quantized tensor is stored; others as they are."""
    if codes is None or array.dtype != numpy_dtype(codes.storage):
        return array
    return np.asarray(((array.astype(np.float64) - codes.zero) * codes.scale).astype(np.float32))


def checked(name: str, array: Array, fact: Tensor, scalar: str, source: str) -> Array:
    """The array in the type that the graph wants, or a refusal."""
    shape = extents(fact)
    if fact.shape is not None:
        fits = len(fact.shape) == array.ndim and all(
            not isinstance(wanted, int) or wanted == got for wanted, got in zip(fact.shape, array.shape, strict=True)
        )
        if not fits:
            wanted = format_extents(fact.shape if shape is None else shape)
            raise RunError(
                f"'{source}' has the shape {format_extents(array.shape)}, but the input '{name}' is {wanted}",
                tensor=name,
            )
    dtype = numpy_dtype(fact.dtype, scalar)
    if dtype is None:
        return array
    if not _converts(array.dtype.kind, dtype.kind):
        raise RunError(f"'{source}' holds {array.dtype} items, but the input '{name}' is {fact.dtype}", tensor=name)
    return array.astype(dtype, copy=False)


def _converts(have: str, want: str) -> bool:
    """Floats take integers and logicals (pictures, masks); integers take no floats."""
    kinds = {"f": "fiub", "i": "iu", "u": "iu", "b": "b", "O": "OU"}
    return have in kinds.get(want, want)


def _shape(name: str, fact: Tensor) -> tuple[int, ...]:
    shape = extents(fact)
    if shape is None:
        raise RunError(f"the shape of the input '{name}' is not known, so it needs a file", tensor=name)
    return shape


def _random(name: str, seed: str, fact: Tensor, scalar: str) -> Array:
    """The legacy generator of numpy is frozen: a seed gives the same numbers in every version, on every machine.
    The name takes part, so that two inputs with one seed differ."""
    if seed and not seed.isdigit():
        raise RunError(f"'random:{seed}' needs a number that is not negative as its seed", tensor=name)
    shape = _shape(name, fact)
    generator = np.random.RandomState([int(seed or 0) & 0xFFFFFFFF, zlib.crc32(name.encode())])
    dtype = numpy_dtype(fact.dtype, scalar) or np.dtype(scalar)
    if dtype.kind == "f":
        return np.asarray(generator.standard_normal(shape)).astype(dtype)
    if dtype.kind == "b":
        return np.asarray(generator.randint(0, 2, shape)).astype(bool)
    return np.asarray(generator.randint(0, 10, shape)).astype(dtype)


def _filled(value: int) -> Callable[[str, str, Tensor, str], Array]:
    def fill(name: str, rest: str, fact: Tensor, scalar: str) -> Array:
        return np.full(_shape(name, fact), value, numpy_dtype(fact.dtype, scalar) or scalar)

    return fill


_GENERATED: dict[str, Callable[[str, str, Tensor, str], Array]] = {
    "random": _random,
    "zeros": _filled(0),
    "ones": _filled(1),
}


def _from_file(name: str, source: str, fact: Tensor, folder: str) -> Array:
    file, written = split_preparation(source, folder)
    path, key = _split_key(file)
    path = os.path.join(folder, path)
    if not os.path.isfile(path):
        raise RunError(f"the file '{path}' for the input '{name}' does not exist", tensor=name)
    reader = _READERS.get(os.path.splitext(path)[1].lower())
    if reader is None:
        known = ", ".join(sorted(_READERS))
        raise RunError(f"'{path}' is not a kind of file that an input can come from ({known})", tensor=name)
    if written and reader is not _image:
        raise RunError(f"'{path}' is not a picture, so nothing can be done to it ('{written}')", tensor=name)
    try:
        wish = preparation_of(written)
    except ValueError as error:
        raise RunError(f"'{source}': {error}", tensor=name) from None
    try:
        array = reader(path, key or name)
    except (RunError, MemoryError):
        raise
    except ArchiveError as error:
        raise RunError(str(error).rstrip("."), tensor=name) from error
    except Exception as error:
        raise RunError(f"'{path}' cannot be read: {error}", tensor=name) from error
    if reader is _wave:
        return fitted_wave(name, path, array, fact)
    return fitted(name, path, array, fact, wish) if reader is _image else array


def stored_shape(name: str, source: str) -> tuple[int, ...] | None:
    """The shape of the array in a file that an input may come from; None for what is made or cannot be read."""
    path, key = _split_key(source)
    try:
        if path.lower().endswith(".dat"):
            return open_tensor(path).shape
        return _stored(path, key or name).shape if path.lower().endswith((".npy", ".npz")) else None
    except Exception:
        return None  # the run says what is wrong with the file


def _split_key(source: str) -> tuple[str, str | None]:
    """`a.npz:key` -> ("a.npz", "key"); a drive letter is not a key."""
    head, colon, key = source.rpartition(":")
    return (head, key) if colon and head.lower().endswith(".npz") else (source, None)


def _stored(path: str, key: str) -> ForeignTensor:
    """The array of a .npy file, or the one of a .npz file that has this name."""
    arrays = read_foreign(path)
    if path.lower().endswith(".npy"):
        (only,) = arrays.values()
        return only
    if key not in arrays:
        has = ", ".join(quoted(name, 60) for name in arrays)
        raise RunError(f"'{quoted(path)}' has no array '{key}'; it has {has or 'none'}", tensor=key)
    return arrays[key]


def _numpy(path: str, key: str) -> Array:
    return np.asarray(_stored(path, key).array())


def _dat(path: str, key: str) -> Array:
    return np.asarray(read_tensor(path))


def _image(path: str, key: str) -> Array:
    return read_image(path)


def _wave(path: str, key: str) -> Array:
    return read_wave(path, limits_from_environment().max_bytes)


_READERS: dict[str, Reader] = {
    ".npy": _numpy,
    ".npz": _numpy,
    ".dat": _dat,
    ".wav": _wave,
    **dict.fromkeys(PICTURES, _image),
}
