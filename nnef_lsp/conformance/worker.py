"""The process in which an engine is tested: `python -m nnef_lsp.conformance.worker ENGINE`.

Reads names of cases, one a line; writes what it does as one JSON object a line.  Whatever the engine prints goes to
standard error.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from dataclasses import asdict
from typing import Any


def main(engine: str) -> int:
    """Until standard input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # an engine's own output must not be taken for an answer

    def tell(**message: Any) -> None:
        answers.write(json.dumps(message) + "\n")
        answers.flush()

    from . import selection
    from .adapters import Refused, find_adapter
    from .verdict import judge

    try:
        adapter = find_adapter(engine)
        missing = adapter.missing()
    except Refused as error:
        missing = str(error)
    if missing is not None:
        tell(event="missing", detail=missing)
        return 1
    tell(event="ready", detail=adapter.version())
    cases = {case.name: case for case in selection()}
    for line in sys.stdin:
        name = line.strip()
        if name not in cases:
            continue
        with tempfile.TemporaryDirectory(prefix="nnef-lsp-conformance-") as folder:
            tell(event="verdict", **asdict(judge(cases[name], adapter, folder)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
