"""Shape rules called by hand: `infer("conv(T[1,3,8,8], T[4,3,3,3], stride = [2,2])")`.

Arguments are bound and defaults filled in by the declarations of khronos.nnef, which this file reads with two regular
expressions, so that the tests of shape rules need nothing but the rules.
"""

from __future__ import annotations

import ast
import re
from functools import cache, partial
from pathlib import Path
from typing import Any

import nnef_lsp.model
from nnef_lsp.model.extents.dims import UNKNOWN
from nnef_lsp.model.shapes import Call, shape_rule
from nnef_lsp.model.values.tensor import Tensor, tensor

KHRONOS = Path(nnef_lsp.model.__file__).parent / "operations" / "khronos" / "khronos.nnef"


class _Tensors:
    """`T[1,3,8,8]` is a tensor of that shape, `T[...]` one of unknown rank."""

    def __getitem__(self, shape: Any) -> Tensor:
        if shape is ...:
            return tensor("scalar", None)
        return tensor("scalar", shape if isinstance(shape, tuple) else (shape,))


T = _Tensors()


@cache
def declarations() -> dict[str, dict[str, Any]]:
    """The parameters of each operation with their defaults (None where there is none), in order."""
    found = {}
    for name, parameters in re.findall(r"(?ms)^fragment (\w+)[^(]*\((.*?)^\) ->", KHRONOS.read_text()):
        lines = re.findall(r"(?m)^    (\w+): [^=#\n]*?(?:= (.*?))?,? *#", parameters)
        found[name] = {parameter: literal(default) for parameter, default in lines}
    return found


def literal(text: str) -> Any:
    """A default value."""
    return ast.literal_eval(text.replace("true", "True").replace("false", "False")) if text else None


def call(operation: str, *positional: Any, dialect: str = "khronos", wanted: int | None = None, **named: Any) -> Any:
    """What the rule of an operation says."""
    arguments = dict(declarations()[operation])
    arguments.update(zip(arguments, positional, strict=False))
    arguments.update(named)
    rule = shape_rule(operation, dialect)
    assert rule is not None
    return rule(Call(operation, arguments, dialect, wanted))


def infer(text: str, **symbols: Any) -> Any:
    """What the rule says of an invocation written down; `?` is an unknown extent."""
    names = {name: partial(call, name) for name in declarations()}
    text = re.sub(r"^(and|or|not)\(", r"\1_(", text.replace("?", "UNKNOWN"))
    names |= {f"{name}_": names[name] for name in ("and", "or", "not")}
    names |= {"true": True, "false": False, "T": T, "UNKNOWN": UNKNOWN}
    return eval(text, {}, names | symbols)


def lists(result: Any) -> Any:
    """A result with lists in place of tuples, and text in place of extents that are not integers."""
    if isinstance(result, (list, tuple)):
        return [lists(item) for item in result]
    return result if isinstance(result, int) or result is None else str(result)
