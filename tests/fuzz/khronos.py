"""Khronos' parser and shape inference in a process of their own, since some texts crash them.

`python -m tests.fuzz.khronos` answers one JSON line for each text with its graph.quant, a JSON list.
"""

from __future__ import annotations

import json
import os
import re
import select
import subprocess
import sys
from typing import Any


def judge(text: str, quantization: str = "") -> dict[str, Any]:
    """What Khronos' tools say of a text and its graph.quant: `error` (and `stage`), or `shapes`."""
    import nnef

    try:
        graph = nnef.parse_string(text, quantization or None, lowered=re.findall(r"fragment\s+(\w+)", text))
    except nnef.Error as error:
        return {"stage": "parse", "error": str(error)}
    except Exception as error:
        return {"stage": "parse", "error": repr(error)}
    try:
        nnef.infer_shapes(graph)
    except Exception as error:
        return {"stage": "shapes", "error": str(error)}
    return {"shapes": {name: tensor.shape for name, tensor in graph.tensors.items()}}


class Khronos:
    """Asks a child process, which is started again when it dies."""

    def __init__(self, timeout: float = 10.0) -> None:
        self.timeout = timeout
        self.child: subprocess.Popen[bytes] | None = None

    def ask(self, text: str, quantization: str = "") -> dict[str, Any]:
        """The answer for one text; `crash` if the parser died or did not come back."""
        child = self._started()
        assert child.stdin is not None and child.stdout is not None
        try:
            child.stdin.write(json.dumps([text, quantization]).encode() + b"\n")
            child.stdin.flush()
            ready, _, _ = select.select([child.stdout], [], [], self.timeout)
            line = child.stdout.readline() if ready else b""
        except BrokenPipeError:
            line = b""
        if line:
            found: dict[str, Any] = json.loads(line)
            return found
        self.close()
        return {"crash": True}

    def _started(self) -> subprocess.Popen[bytes]:
        if self.child is None:
            self.child = subprocess.Popen(
                [sys.executable, "-m", __name__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self.child

    def close(self) -> None:
        """End the child."""
        if self.child is not None:
            self.child.kill()
            self.child.communicate()
            self.child = None


if __name__ == "__main__":
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        answers.write(json.dumps(judge(*json.loads(line))) + "\n")
        answers.flush()
