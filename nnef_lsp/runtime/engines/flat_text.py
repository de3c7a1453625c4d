"""A plan as a model folder for other engines: flat NNEF text with the wanted tensors as outputs, weights as `.dat`."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from ...model.flattening.flat_graph import Invocation, TensorName
from ..arrays.dtypes import Array
from ..planning.plan import Plan

GENERICS = {"external", "constant", "variable", "cast", "select", "copy"}
"""Operations whose generic type must be written: it does not follow from their arguments (or tools ask for it)."""


def write_model(plan: Plan, weights: Callable[[str], Array], folder: str) -> dict[str, str]:
    """Write the folder; gives the name in the text for each tensor (those inside fragments have dots)."""
    from ...archive import write_tensor
    from ...archive.names import label_file

    renamed: dict[str, str] = {}
    for name in plan.graph.tensors:
        plain = re.sub(r"[^A-Za-z0-9_]", "_", name)
        while plain in renamed.values():
            plain += "_"
        renamed[name] = plain
    with open(os.path.join(folder, "graph.nnef"), "w", encoding="utf-8") as file:
        file.write(flat_text(plan, renamed))
    written = set()
    for invocation in plan.variables:
        label = str(invocation.attributes["label"])
        if label not in written:
            written.add(label)
            path = os.path.join(folder, *label_file(label).split("/"))
            os.makedirs(os.path.dirname(path), exist_ok=True)
            write_tensor(path, np.ascontiguousarray(weights(label)))
    return renamed


def wanted_names(plan: Plan) -> list[str]:
    """The graph's outputs and the tensors to keep, in the order in which the text declares them."""
    produced = [name for step in plan.steps for name in step.writes if name in plan.wanted]
    return list(dict.fromkeys([*plan.graph.outputs, *produced]))


def flat_text(plan: Plan, renamed: dict[str, str]) -> str:
    """The text of the plan's graph."""
    outputs = wanted_names(plan)
    head = f"graph {re.sub(r'[^A-Za-z0-9_]', '_', plan.graph.name)}({_list(plan.graph.inputs, renamed)})"
    lines = ["version 1.0;", "", f"{head} -> ({_list(outputs, renamed)})", "{"]
    for invocation in (*plan.externals, *plan.variables, *(step.invocation for step in plan.steps)):
        lines.append(f"    {_statement(invocation, renamed)}")
    return "\n".join([*lines, "}", ""])


def _list(names: list[str], renamed: dict[str, str]) -> str:
    return ", ".join(renamed.get(name, name) for name in names)


def _statement(invocation: Invocation, renamed: dict[str, str]) -> str:
    results = ", ".join(_value(output, renamed) for output in invocation.outputs)
    generic = f"<{invocation.generic}>" if invocation.generic and invocation.operation in GENERICS else ""
    arguments = [_value(item, renamed) for item in invocation.inputs]
    arguments += [f"{key} = {_value(value, renamed)}" for key, value in invocation.attributes.items()]
    return f"{results} = {invocation.operation}{generic}({', '.join(arguments)});"


def _value(value: Any, renamed: dict[str, str]) -> str:
    if isinstance(value, TensorName):
        return renamed[value.name]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        text = repr(value)
        return (
            text
            if "." in text or not re.search(r"\d", text)
            else text.replace("e", ".0e")
            if "e" in text
            else f"{text}.0"
        )
    if isinstance(value, str):
        return f"'{value}'"
    if isinstance(value, list):
        return "[" + ", ".join(_value(item, renamed) for item in value) + "]"
    if isinstance(value, tuple):
        return "(" + ", ".join(_value(item, renamed) for item in value) + ")"
    return str(value)
