"""The process that rules of shapes in Python run in: `python -m nnef_lsp.runtime.process.shape_worker FILE...`.

Lines of JSON.  First one to stdout that says what there is, then for each line on stdin with a question one with the answer:

    {"operations": {"shuffle": "operations.py"}, "problems": [], "sources": ["/home/.../operations.py"]}
    {"operation": "shuffle", "shapes": [[1, 32, 8, 8]], "attributes": {"groups": 4}}
    {"shapes": [[1, 32, 8, 8]]}        or {"refused": "..."} or {"failed": "..."}

It ends when stdin does, even in the middle of a rule that never ends.

Not here: who asks the rules (`shape_rules.py`), importing (`runtime/python_files.py`).
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from collections.abc import Callable
from typing import Any

from ..python_files import SHAPES, arguments, imported, place, told

MOST = 1 << 20
"""Characters of an answer."""


def main(files: list[str]) -> int:
    """Answer until there are no questions any more."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what the files print must not be taken for an answer
    questions: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_listen, args=(questions,), daemon=True).start()
    found = imported(files)
    rules = found.functions[SHAPES]
    names = {operation: os.path.basename(file) for operation, (_, file) in rules.items()}
    _send(answers, {"operations": names, "problems": found.problems, "sources": found.sources})
    while True:
        question = json.loads(questions.get(), object_hook=_tuples)
        function, file = rules[question["operation"]]
        text = json.dumps(answer(function, file, question["shapes"], question["attributes"]))
        if len(text) > MOST:
            text = json.dumps({"failed": f"its shape rule in {os.path.basename(file)} gives more than a shape"})
        answers.write(text + "\n")
        answers.flush()


def answer(function: Callable[..., Any], file: str, shapes: list[Any], attributes: dict[str, Any]) -> dict[str, Any]:
    """What a rule says, called like nnef_tools calls it: `rule(*shapes, **attributes)`."""
    try:
        found = function(*shapes, **arguments(attributes))
        return {"shapes": [_plain(shape) for shape in (found if isinstance(found, tuple) else (found,))]}
    except (AssertionError, ValueError) as error:
        text = " ".join(str(error).split())[:500]
        return {"refused": f"{text or 'its arguments break what the shape rule asserts'}{place(error, file)}"}
    except BaseException as error:  # also what ends a process: it is their file and our process
        return {"failed": f"its shape rule fails: {told(error, file)}"}


def _plain(value: Any) -> Any:
    """Lists of integers as they are, numpy's integers and torch's sizes among them; anything else as its text."""
    if isinstance(value, (list, tuple)) or hasattr(value, "tolist"):
        return [_plain(item) for item in (value.tolist() if hasattr(value, "tolist") else value)]
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        return repr(value)[:100]
    return value.__index__()


def _tuples(found: dict[str, Any]) -> Any:
    return tuple(found["()"]) if list(found) == ["()"] else found


def _send(stream: Any, message: dict[str, Any]) -> None:
    stream.write(json.dumps(message) + "\n")
    stream.flush()


def _listen(questions: queue.Queue[str]) -> None:
    for line in sys.stdin:
        questions.put(line)
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
