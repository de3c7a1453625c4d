"""Tensors that are not calculated: constants (4.1.2), updates of variables (4.8).

`external` and `variable` become inputs and initializers (`exporting.py`).
"""

from __future__ import annotations

import numpy as np

from . import translated
from .call import Call
from .values import Value, array_of, numpy_type


@translated("constant")
def constant(call: Call) -> Value:
    items = array_of(call.attributes["value"], call.result_element()).reshape(-1)
    shape = call.ints("shape")
    if items.size == 1:
        items = np.full(shape, items[0], numpy_type(call.result_element()))
    return call.writer.constant(items.reshape(shape))


@translated("update")
def update(call: Call) -> Value:
    """The new value.  The variable is an input with its stored items as the default, and the new value an output: whoever
    runs the model feeds one back as the other."""
    return call.tensor(1)
