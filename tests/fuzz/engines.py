"""Other engines in processes of their own, which may die: each answers one model folder after the other.

    engine = Engine("nnef-tools", python="/path/to/a/python/that/has/it")
    engine.run(folder, inputs)         # -> {"y": array}, or the sentence with which it refuses

Any engine of `nnef_lsp.conformance.adapters` can be asked.  `python -m tests.fuzz.engines NAME` is the process.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import numpy as np

SECONDS = 60.0
INPUTS, RESULTS = "inputs.npz", "results.npz"


class Engine:
    """An engine; started when it is first asked, and again when it has died."""

    def __init__(self, name: str, python: str = sys.executable) -> None:
        self.name, self.python = name, python
        self.child: subprocess.Popen[bytes] | None = None

    def run(self, folder: str, inputs: Mapping[str, Any]) -> dict[str, Any] | str:
        """The outputs of the model in the folder, or why there are none."""
        np.savez(os.path.join(folder, INPUTS), **inputs)
        answer = self._asked(folder)
        if answer.get("refused") == "crashed":
            answer = self._asked(folder)  # perhaps by what an earlier model wrote beyond its memory
        if "refused" in answer:
            return str(answer["refused"])
        with np.load(os.path.join(folder, RESULTS)) as results:
            return {name: results[name] for name in results.files}

    def _asked(self, folder: str) -> dict[str, Any]:
        child = self._started()
        assert child.stdin is not None and child.stdout is not None
        try:
            child.stdin.write(json.dumps(folder).encode() + b"\n")
            child.stdin.flush()
            ready, _, _ = select.select([child.stdout], [], [], SECONDS)
            line = child.stdout.readline() if ready else b""
        except BrokenPipeError:
            line = b""
        if not line:
            self.close()
            return {"refused": "crashed"}
        found: dict[str, Any] = json.loads(line)
        return found

    def _started(self) -> subprocess.Popen[bytes]:
        if self.child is None:
            single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
            self.child = subprocess.Popen(
                [self.python, "-W", "ignore", "-m", __name__, self.name],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **single, "RUST_BACKTRACE": "0"},
            )
        return self.child

    def close(self) -> None:
        """End the process."""
        child, self.child = self.child, None
        if child is not None:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                with suppress(OSError):  # what was not sent any more
                    assert pipe is not None
                    pipe.close()


def missing(name: str, python: str) -> str | None:
    """What must be installed for that Python to have the engine."""
    code = f"from nnef_lsp.conformance.adapters import find_adapter; print(find_adapter({name!r}).missing() or '')"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip() or None if done.returncode == 0 else done.stderr.strip()[-200:]


def _answer(adapter: Any, folder: str) -> dict[str, Any]:
    from nnef_lsp.conformance.adapters import Refused

    with np.load(os.path.join(folder, INPUTS)) as file:
        inputs = {name: file[name] for name in file.files}
    try:
        found = adapter.load(folder).run(inputs)
        np.savez(os.path.join(folder, RESULTS), **{name: np.asarray(array) for name, array in found.items()})
    except Refused as error:
        return {"refused": str(error)}
    except Exception as error:
        return {"refused": f"{type(error).__name__}: {error}"[:300]}
    return {}


def main(name: str) -> None:
    """Answer until the input ends; what the engine prints goes elsewhere."""
    import resource

    from nnef_lsp.conformance.adapters import find_adapter

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    adapter = find_adapter(name)
    for line in sys.stdin:
        answers.write(json.dumps(_answer(adapter, json.loads(line))) + "\n")
        answers.flush()


if __name__ == "__main__":
    main(sys.argv[1])
