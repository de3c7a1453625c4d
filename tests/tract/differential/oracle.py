"""tract itself, in another process: whether it takes a model, what its outputs are, and what they hold.

A panic of tract ends that process; it is then started anew, and the model counts as refused.  Run as a program (by any
Python that has `tract` and numpy) this file is that process: it reads a JSON object per line and answers with one.

Not here: which models are asked about (`families.py`), what is compared (`compare.py`).
"""

from __future__ import annotations

import json
import os
import re
import select
import shutil
import subprocess
import sys
import tempfile
from typing import Any

PATIENCE = 20
"""Seconds after which tract is taken to be caught in a loop."""


class Tract:
    """A process with tract; `python` is the interpreter that has it."""

    def __init__(self, python: str = sys.executable) -> None:
        self._python = python
        self._process: subprocess.Popen[str] | None = None

    def ask(self, folder: str, inputs: str | None = None) -> dict[str, Any]:
        """`{"outputs": [[extents, type], ...]}` or `{"error": reason}`; with a .npz of inputs also "results" or "failure"."""
        if self._process is None or self._process.poll() is not None:
            environment = {**os.environ, "RUST_BACKTRACE": "0", "RUST_LIB_BACKTRACE": "0"}
            command = [self._python, __file__]
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
            self._process = subprocess.Popen(command, env=environment, text=True, **pipes)  # type: ignore[call-overload]
        assert self._process is not None and self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps({"folder": folder, "inputs": inputs}) + "\n")
        self._process.stdin.flush()
        ready, _, _ = select.select([self._process.stdout], [], [], PATIENCE)
        answer = self._process.stdout.readline() if ready else ""
        if not answer:
            self.close()
            if inputs is None:
                return {"error": "panic"}
            loaded = self.ask(folder)  # was it the reading or the run?
            return loaded if "error" in loaded else {**loaded, "failure": "panic"}
        return dict(json.loads(answer))

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    pipe.close()
            self._process = None


def reason(error: BaseException) -> str:
    """The innermost cause of tract's chain."""
    lines = [line.strip() for line in str(error).split("Stack backtrace")[0].splitlines() if line.strip()]
    return re.sub(r"^\d+: ", "", lines[-1]) if lines else repr(error)


def answer(tract: Any, folder: str, inputs: str | None) -> dict[str, Any]:
    """What tract makes of a model."""
    loader = tract.nnef()
    for enable in ("with_tract_core", "with_tract_extra", "with_onnx", "with_tract_transformers", "with_pulse",
                   "with_extended_identifier_syntax"):  # fmt: skip
        if hasattr(loader, enable):
            getattr(loader, enable)()
    try:
        load = loader.load if hasattr(loader, "load") else loader.model_for_path
        model = load(folder)
        facts = [model.output_fact(index).dump() for index in range(model.output_count())]
    except tract.TractError as error:
        return {"error": reason(error), "chain": str(error).split("Stack backtrace")[0]}
    found: dict[str, Any] = {"outputs": [fact.rpartition(",")[::2] if "," in fact else ("", fact) for fact in facts]}
    if inputs is not None:
        found.update(run(tract, model, inputs))
    return found


def run(tract: Any, model: Any, inputs: str) -> dict[str, Any]:
    """What the outputs hold, as a .npz beside the inputs."""
    import numpy as np

    arrays = np.load(inputs)
    try:
        names = [model.input_name(index) for index in range(model.input_count())]
        results = [item.to_numpy() for item in model.into_runnable().run([arrays[name] for name in names])]
    except Exception as error:
        return {"failure": reason(error)}
    file = os.path.join(os.path.dirname(inputs), "results.npz")
    np.savez(file, *results)
    return {"results": file}


def main() -> None:
    """Answer until the input ends; what tract prints goes elsewhere."""
    import tract  # type: ignore[import-not-found, import-untyped, unused-ignore]

    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        question = json.loads(line)
        out.write(json.dumps(answer(tract, question["folder"], question["inputs"])) + "\n")
        out.flush()


def folder_of(text: str, files: dict[str, bytes]) -> str:
    """A new folder with a model; the caller removes it."""
    folder = tempfile.mkdtemp(prefix="tract-case-")
    try:
        for name, content in {"graph.nnef": text.encode(), **files}.items():
            with open(os.path.join(folder, name), "wb") as file:
                file.write(content)
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder


if __name__ == "__main__":
    main()
