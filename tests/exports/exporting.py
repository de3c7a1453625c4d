"""Writes the examples as models, beside each what torch computes and what tract says of it; run by `make.py`.

    python -m tests.exports.exporting FOLDER [NAME...]

A model is FOLDER/models/KIND/NAME: `torch` (torch_to_nnef's), `rewritten` (tract read that and wrote it again), `onnx`
(torch's exporter to ONNX, written as NNEF by tract).  In it are io.npz (inputs and torch's outputs by name) and
tract.json: whether tract loads it, its facts of the outputs, whether it runs, and how far from torch it is.  What could not
be written has a file NAME.txt with the reason.  Each is made in a process of its own: exporters and tract may crash or hang.
"""

from __future__ import annotations

import json
import logging
import multiprocessing
import os
import re
import shutil
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
import tract

from .example import Example, Maker, made
from .networks import NETWORKS
from .transformer_models import TRANSFORMERS

PATIENCE = 180
"""Seconds for one model."""
ALSO_ONNX = {
    f"t-{name}" for name in ("llama", "gpt2", "qwen3", "gemma2", "bert", "vit", "swin", "convnext", "t5", "whisper")
}
"""Transformers that go by way of ONNX too; of the other networks all do."""


def examples() -> dict[str, Maker]:
    """All of them; the transformers' names begin with `t-`, the others' with `n-`."""
    return {f"t-{name}": make for name, make in TRANSFORMERS.items()} | {f"n-{name}": m for name, m in NETWORKS.items()}


def main() -> None:
    """Write all models that are not there, or those that are named."""
    folder, wanted = Path(sys.argv[1]), sys.argv[2:]
    torch.set_num_threads(1)
    warm_up()
    for name, maker in examples().items():
        if wanted and not any(name.startswith(prefix) for prefix in wanted):
            continue
        for kind, write in (("torch", write_torch), ("onnx", write_onnx)):
            target = folder / "models" / kind / name
            if target.exists() or target.with_name(f"{name}.txt").exists():
                continue
            if kind == "onnx" and name.startswith("t-") and name not in ALSO_ONNX:
                continue
            started = time.monotonic()
            reason = apart(write, name, maker, target)
            if reason:
                shutil.rmtree(target, ignore_errors=True)
                target.with_name(f"{name}.txt").write_text(reason + "\n")
            shown = reason.splitlines()[0][:100] if reason else "ok"
            print(f"{kind:6} {name:28} {time.monotonic() - started:4.0f} s  {shown}", flush=True)


def warm_up() -> None:
    """Let both exporters import what they need, once: every model is made in a fork of this process."""
    with tempfile.TemporaryDirectory() as folder:
        for write in (write_torch, write_onnx):
            target = Path(folder, write.__name__, "linear")
            target.parent.mkdir()
            write("linear", lambda: Example(torch.nn.Linear(2, 2), {"x": torch.ones(1, 2)}), target)


def apart(write: Callable[[str, Maker, Path], None], name: str, maker: Maker, target: Path) -> str:
    """Runs this in a process of its own; the reason why it failed, or nothing."""
    target.parent.mkdir(parents=True, exist_ok=True)
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=_inside, args=(theirs, write, name, maker, target))
    process.start()
    theirs.close()
    reason = "the process died"
    if ours.poll(PATIENCE):
        try:
            reason = ours.recv()
        except EOFError:
            pass
    else:
        reason = f"took more than {PATIENCE} s"
    process.kill()
    process.join()
    return reason


def _inside(pipe: Any, write: Callable[[str, Maker, Path], None], name: str, maker: Maker, target: Path) -> None:
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    try:
        write(name, maker, target)
        pipe.send("")
    except BaseException as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        pipe.send(f"{type(error).__name__}: {error}\n{where.filename}:{where.lineno}")
    os._exit(0)


def outputs_of(example: Example) -> dict[str, np.ndarray[Any, Any]]:
    """What torch computes, by name of the output."""
    with torch.no_grad():
        found = example.module(*example.inputs.values())
    tensors = list(found) if isinstance(found, (tuple, list)) else [found]
    return {f"output_{index}": tensor.numpy().copy() for index, tensor in enumerate(tensors)}


def write_torch(name: str, maker: Maker, target: Path) -> None:
    """By torch_to_nnef, and again by tract."""
    from torch_to_nnef.export import export_model_to_nnef
    from torch_to_nnef.inference_target.tract import TractNNEF

    example = made(name, maker)
    expected = outputs_of(example)
    version = Path(sys.prefix, "bin", "tract-version")
    engine = TractNNEF(
        "0.23.9", specific_tract_binary_path=version, check_io=False, dump_identity_properties=False,
        dynamic_axes=example.symbols or None,
    )  # fmt: skip
    export_model_to_nnef(
        example.module, tuple(example.inputs.values()), target.with_suffix(".nnef"), engine,
        input_names=list(example.inputs), output_names=list(expected), compression_level=None,
        log_level=logging.CRITICAL,
    )  # fmt: skip
    target.with_suffix(".nnef").rename(target)
    if judged(target, example, expected):
        again = target.parent.parent / "rewritten" / target.name
        again.parent.mkdir(exist_ok=True)
        rewrite(nnef().load(str(target)), again, example, expected)


def write_onnx(name: str, maker: Maker, target: Path) -> None:
    """By torch's exporter to ONNX, then by tract."""
    example = made(name, maker)
    expected = outputs_of(example)
    file = str(target) + ".onnx"
    try:
        torch.onnx.export(
            example.module, tuple(example.inputs.values()), file, input_names=list(example.inputs),
            output_names=list(expected), dynamo=True, verbose=False, external_data=False,
        )  # fmt: skip
        model = tract.onnx().load(file).into_model()
    finally:
        Path(file).unlink(missing_ok=True)
    rewrite(model, target, example, expected)


def rewrite(model: Any, target: Path, example: Example, expected: dict[str, np.ndarray[Any, Any]]) -> None:
    """A model that tract holds, written by it; a failure is the reason beside it."""
    try:
        nnef().write_model_to_dir(model, str(target))
        judged(target, example, expected)
    except tract.TractError as error:
        shutil.rmtree(target, ignore_errors=True)
        target.with_name(f"{target.name}.txt").write_text(cause(error) + "\n")


def nnef() -> Any:
    """tract's reader with all its registries."""
    reader = tract.nnef().with_tract_extra().with_onnx().with_tract_transformers().with_pulse()
    return reader.with_extended_identifier_syntax()


def judged(target: Path, example: Example, expected: dict[str, np.ndarray[Any, Any]]) -> bool:
    """Whether tract reads a model; what it says is written beside it."""
    inputs = {name: tensor.numpy() for name, tensor in example.inputs.items()}
    found: dict[str, Any] = {"half": example.half}
    model = None
    try:
        model = nnef().load(str(target))
        found["outputs"] = [model.output_fact(index).dump() for index in range(model.output_count())]
    except tract.TractError as error:
        found["refused"] = cause(error)
    names, results = header(target)
    missing = set(names) - set(inputs)
    if missing or len(results) != len(expected):
        raise ValueError(f"the graph has the inputs {names} and the outputs {results}")
    np.savez(target / "io.npz", **inputs, **dict(zip(results, expected.values())))
    Path(target, "tract.json").write_text(json.dumps(found))  # kept if the run kills this process
    if model is not None:
        try:
            arrays = [np.ascontiguousarray(inputs[name]) for name in names]
            found["error"] = apart_by(
                expected.values(), [item.to_numpy() for item in model.into_runnable().run(arrays)]
            )
        except (tract.TractError, ValueError, TypeError) as error:
            found["failed"] = cause(error)
        Path(target, "tract.json").write_text(json.dumps(found))
    return "refused" not in found


def header(target: Path) -> tuple[list[str], list[str]]:
    """The names of a graph's inputs and outputs."""
    text = Path(target, "graph.nnef").read_text(encoding="utf-8")
    match = re.search(r"^graph [^(]*\(([^)]*)\) *-> *\(([^)]*)\)", text, re.MULTILINE)
    assert match is not None
    inputs, outputs = (
        [name.strip().removeprefix('i"').strip('"') for name in group.split(",")] for group in match.groups()
    )
    return inputs, outputs


def apart_by(wanted: Any, found: Any) -> list[float]:
    """Of each output the largest error, in units of 1 + |expected|; infinite where shapes or nan differ."""
    errors = []
    for a, b in zip(wanted, found):
        if a.shape != b.shape or (np.isfinite(a) != np.isfinite(b)).any():
            errors.append(float("inf"))
            continue
        a, b = np.nan_to_num(a.astype(float)), np.nan_to_num(b.astype(float))
        errors.append(float((np.abs(a - b) / (1 + np.abs(a))).max(initial=0.0)))
    return errors


def cause(error: BaseException) -> str:
    """The innermost causes of tract's chain, on one line."""
    lines = [line.strip() for line in str(error).split("Stack backtrace")[0].splitlines() if line.strip()]
    return " / ".join(lines[-2:]) if lines else repr(error)


if __name__ == "__main__":
    main()
