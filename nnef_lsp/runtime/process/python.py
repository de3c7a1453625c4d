"""Command lines of the Pythons that we start: they take no module from the folder that the user happens to be in.

A folder with a model may hold a module called numpy or a package `nnef_lsp`; Python's `-m` and `-c` would import those first.
`-P` stops that, but only from Python 3.11 on, and conformance tests engines with any Python; hence a line of bootstrap
that every version understands.  `-I` would do too, but would lose packages of the user's own site folder.

Not here: who starts what (`client.py`, `conformance/runner.py`; the editor's part is vscode-extension/src/server).
"""

from __future__ import annotations

import os
import sys

BOOTSTRAP = (
    "import sys; sys.path[:1] = [] if sys.path[:1] == [''] else sys.path[:1]; "
    "from runpy import run_module; run_module(sys.argv.pop(1), run_name='__main__', alter_sys=True)"
)
"""Drops the current folder, which `-c` puts first, before anything is imported that does not come with the program."""

PACKAGES = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
"""The folder that holds the package `nnef_lsp`."""


def python_command(module: str, *arguments: str, python: str = sys.executable) -> list[str]:
    """The command line that runs a module of ours as a program.

    Raises FileNotFoundError if `python` is a bare name that PATH does not have.
    """
    return [program(python), "-c", BOOTSTRAP, module, *arguments]


def python_environment(**more: str) -> dict[str, str]:
    """Our environment for such a process: it finds this package first, and no folder relative to the current one."""
    absolute = filter(os.path.isabs, os.environ.get("PYTHONPATH", "").split(os.pathsep))
    path = os.pathsep.join([PACKAGES, *absolute])
    return {**os.environ, "PYTHONPATH": path, "PYTHONSAFEPATH": "1", **more}


def program(name: str) -> str:
    """The path of a program, looked up now: never in the current folder unless the name says so ("./python")."""
    if os.path.dirname(name):
        return os.path.abspath(name)
    endings = ("", ".exe") if os.name == "nt" else ("",)
    for folder in filter(os.path.isabs, os.environ.get("PATH", os.defpath).split(os.pathsep)):
        for ending in endings:
            path = os.path.join(folder, name + ending)
            if os.path.isfile(path) and os.access(path, os.X_OK):
                return path
    raise FileNotFoundError(2, "no such program", name)
