"""What a project's settings say of operations that are declared without a body: the rules of their shapes, and the files of
Python that hold rules and kernels.

    [tool.nnef-lsp]
    operations = ["operations.py"]               # only where the workspace is trusted

    [tool.nnef-lsp.shapes]
    grid_sample = "[input[0], input[1], grid[1], grid[2]]"

Not here: what may stand in settings (`rules/settings.py`), running Python (`runtime/process/shape_rules.py`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from ..model.operations.custom import CustomShapes, Python
from .configuration import settings_for

Start = Callable[[Sequence[str]], Python]
"""Makes the rules of files of Python known; what only a trusted workspace is given."""


def custom_shapes_for(path: str | Path, start: Start | None, when: str) -> CustomShapes:
    """The rules for a file or folder; with `start` None those in Python are not asked, and `when` says when they are."""
    settings = settings_for(path)
    files = operations_for(path)
    if not files:
        return CustomShapes(settings.shapes)
    if start is None:
        return CustomShapes(settings.shapes, None, f"its shape is not known: {withheld(files, when)}")
    return CustomShapes(settings.shapes, start(files))


def withheld(files: Sequence[str], when: str) -> str:
    """A sentence on files that are not run."""
    names = ", ".join(f"'{os.path.basename(file)}'" for file in files)
    return f"{names} {'is' if len(files) == 1 else 'are'} run only {when}" if files else ""


def operations_for(path: str | Path) -> tuple[str, ...]:
    """The files of Python that the settings for a file or folder name, as absolute paths."""
    return tuple(str(file.resolve()) for file in settings_for(path).operations)
