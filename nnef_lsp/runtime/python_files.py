"""Files of Python with rules and kernels of a project's own operations: imported, and their errors told with file and line.

Only processes import this that the user trusts the workspace in: a worker, the process of shape rules, a command with
`--trust`.  A file may hold three dictionaries by name of operation:

    CUSTOM_SHAPES      called with shapes (lists of integers), as nnef_tools' --custom-shapes does it
    CUSTOM_KERNELS     called with numpy arrays
    CUSTOM_OPERATORS   called with torch tensors, as nnef_tools' --custom-operators does it

Not here: which files (`project/custom_operations.py`), the process that calls rules (`process/shape_worker.py`,
`kernels/custom.py`).
"""

from __future__ import annotations

import importlib.util
import keyword
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

SHAPES, KERNELS, OPERATORS = "CUSTOM_SHAPES", "CUSTOM_KERNELS", "CUSTOM_OPERATORS"


@dataclass
class Imported:
    """What files hold: functions by kind of dictionary and name of operation, each with its file.  `problems` has a
    sentence for each file that cannot be used, `sources` are all files that were read."""

    functions: dict[str, dict[str, tuple[Callable[..., Any], str]]] = field(
        default_factory=lambda: {SHAPES: {}, KERNELS: {}, OPERATORS: {}}
    )
    problems: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)


def imported(files: Sequence[str]) -> Imported:
    """Import the files, in order; of operations in several the first wins.

    Their folders are the last places that Python looks for modules in: they can import each other, and take the place of
    no package.
    """
    found = Imported()
    for file in files:
        folder = os.path.dirname(os.path.abspath(file))
        if folder not in sys.path:
            sys.path.append(folder)
        try:
            module = _module(file)
        except (KeyboardInterrupt, MemoryError):
            raise
        except BaseException as error:  # SystemExit too: the file may end with a call of its main function
            found.problems.append(f"{os.path.basename(file)} cannot be imported: {told(error, file)}")
            found.sources.append(file)
            continue
        for kind, functions in found.functions.items():
            _collect(getattr(module, kind, {}), kind, file, functions, found.problems)
    folders = tuple(os.path.join(os.path.dirname(os.path.abspath(file)), "") for file in files)
    own = (getattr(module, "__file__", None) or "" for module in list(sys.modules.values()))
    found.sources += [file for file in own if file.startswith(folders) and "site-packages" not in file]
    return found


def _module(file: str) -> ModuleType:
    stem = os.path.splitext(os.path.basename(file))[0]
    name = stem if stem.isidentifier() and stem not in sys.modules else f"custom_operations_of_{abs(hash(file))}"
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    return module


def _collect(
    written: Any, kind: str, file: str, functions: dict[str, tuple[Callable[..., Any], str]], problems: list[str]
) -> None:
    name = os.path.basename(file)
    if not isinstance(written, dict):
        problems.append(f"{kind} in {name} must be a dictionary of functions by name of operation")
        return
    for operation, function in written.items():
        if not isinstance(operation, str) or not callable(function):
            problems.append(f"{kind}[{operation!r}] in {name} is not a function")
        else:
            functions.setdefault(operation, (function, file))


def arguments(attributes: dict[str, Any]) -> dict[str, Any]:
    """Attributes as keywords: `lambda` cannot be the name of a parameter in Python, so it is `_lambda_` there."""
    return {f"_{name}_" if keyword.iskeyword(name) else name: value for name, value in attributes.items()}


def told(error: BaseException, file: str) -> str:
    """An exception in a sentence, with the last line of the file that it came by: `ValueError: no (operations.py:12)`."""
    text = " ".join(str(error).split())
    if isinstance(error, SyntaxError) and error.lineno and error.filename:
        return f"{type(error).__name__}: {error.msg} ({os.path.basename(error.filename)}:{error.lineno})"
    what = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return f"{what[:500]}{place(error, file)}"


def place(error: BaseException, file: str) -> str:
    """` (operations.py:12)`: the last line of the file, or of one beside it, on the way to an exception; "" if it did not
    come by there."""
    folder = os.path.join(os.path.dirname(os.path.abspath(file)), "")
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(folder)]
    return f" ({os.path.basename(frames[-1].filename)}:{frames[-1].lineno})" if frames else ""
