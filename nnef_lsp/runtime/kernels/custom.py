"""Kernels of a project's own operations, from files of Python that the user trusts.

Not here: the files (`runtime/python_files.py`), our own kernels.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ...model.flattening.flat_graph import Invocation, TensorName
from ...model.values.tensor import Tensor
from ..arrays.dtypes import Array, Dtype, Operand, Produced, numpy_dtype
from ..errors import KernelError, failed
from ..kernels import BoundKernel
from ..python_files import KERNELS, OPERATORS, Imported, arguments, imported, place, told

_files: list[str] = []
_withheld: list[str] = []
_imported: list[Imported] = []


def use_files(files: Sequence[str], withheld: str = "") -> None:
    """From now on operations that have no kernel of ours are looked for in these files, which are read when one is.

    `withheld` says why there are none, where a project names some.
    """
    _withheld[:] = [withheld] if withheld else []
    if list(files) != _files:
        _files[:] = files
        _imported.clear()


def custom_call(invocation: Invocation, scalar: str, tensors: Mapping[str, Tensor] | None) -> BoundKernel | None:
    """A function from the input arrays to one result per output; None if no file has the operation.

    Inputs cannot be written to, whatever the kernel does; results have the types that the graph gives them in `tensors`.
    Raises `RunError` for files that cannot be used.
    """
    if not _files:
        if _withheld:
            raise failed(invocation, _withheld[0])
        return None
    if not _imported:
        _imported.append(imported(_files))
    name = invocation.operation
    for kind, caller in ((KERNELS, _with_arrays), (OPERATORS, _with_torch)):
        function, file = _imported[0].functions[kind].get(name, (None, ""))
        if function is not None:
            kernel = caller(function, arguments(invocation.attributes), file, scalar)
            return _call(kernel, _expected(invocation, scalar, tensors or {}), file)
    if _imported[0].problems:
        raise failed(invocation, _imported[0].problems[0])
    return None


def _with_arrays(
    function: Callable[..., object], attributes: dict[str, Any], file: str, scalar: str
) -> Callable[..., object]:
    return lambda inputs: function(*map(_sealed, inputs), **attributes)


def _sealed(value: Operand) -> Operand:
    """The array in a form that cannot be written to: its memory is the run's."""
    if isinstance(value, list):
        return [_read_only(item) for item in value]
    return None if value is None else _read_only(value)


def _read_only(array: Array) -> Array:
    view: Array = np.asarray(array).view()
    view.flags.writeable = False
    return view


def _with_torch(
    function: Callable[..., object], attributes: dict[str, Any], file: str, scalar: str
) -> Callable[..., object]:
    try:
        import torch  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        raise KernelError(
            f"its function in {OPERATORS} of {os.path.basename(file)} takes tensors of torch, which is not installed: pip "
            f"install torch, or put one that takes numpy arrays into {KERNELS}"
        ) from None

    def tensor(value: Any) -> Any:
        return list(map(tensor, value)) if isinstance(value, list) else torch.from_numpy(np.array(value))

    def array(value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return type(value)(map(array, value))
        return value.detach().cpu().numpy() if isinstance(value, torch.Tensor) else value

    def call(inputs: Sequence[Operand]) -> object:
        with torch.no_grad():
            return array(function(*map(tensor, inputs), **attributes))

    return call


Expected = tuple[str, "Dtype | None"]


def _expected(invocation: Invocation, scalar: str, tensors: Mapping[str, Tensor]) -> list[Expected | list[Expected]]:
    """For each output its name and type; a list of these for an array of tensors."""

    def of(output: TensorName) -> Expected:
        fact = tensors.get(output.name)
        return output.name, None if fact is None else numpy_dtype(fact.dtype, scalar)

    return [
        of(output) if isinstance(output, TensorName) else [of(item) for item in output] for output in invocation.outputs
    ]


def _call(kernel: Callable[..., object], expected: list[Expected | list[Expected]], file: str) -> BoundKernel:
    def call(inputs: Sequence[Operand], out: Array | None = None) -> list[Produced]:
        try:
            found = kernel(inputs)
        except (KernelError, MemoryError, KeyboardInterrupt):
            raise
        except BaseException as error:
            if isinstance(error, (AssertionError, ValueError)) and str(error) and place(error, file):
                raise KernelError(f"{error}{place(error, file)}") from error
            raise KernelError(f"its kernel failed: {told(error, file)}") from error
        results = list(found) if isinstance(found, tuple) else [found]
        if len(results) != len(expected):
            raise KernelError(
                f"its kernel in {os.path.basename(file)} gives {len(results)} results, not {len(expected)}"
            )
        return [_result(value, want, file) for value, want in zip(results, expected, strict=True)]

    return call


def _result(value: object, want: Expected | list[Expected], file: str) -> Produced:
    where = f"its kernel in {os.path.basename(file)}"
    if isinstance(want, list):
        if not isinstance(value, (list, tuple)):
            raise KernelError(f"{where} gives no list for a result that is an array of tensors")
        if len(value) != len(want):
            raise KernelError(f"{where} gives {len(value)} tensors, but {len(want)} are named")
        return [_converted(item, *each, where) for item, each in zip(value, want, strict=True)]
    name, dtype = want
    return _converted(value, name, dtype, where)


def _converted(value: object, name: str, dtype: Dtype | None, where: str) -> Array:
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise KernelError(f"{where} gives no array for '{name}': {error}") from error
    if array.dtype.kind not in "biuf":
        raise KernelError(f"{where} gives items of type {array.dtype} for '{name}', which are not numbers")
    if dtype is None or array.dtype == dtype:
        return array
    if not np.can_cast(array.dtype, dtype, "same_kind"):
        raise KernelError(f"{where} gives items of type {array.dtype} for '{name}', where {dtype} is expected")
    return array.astype(dtype)
