"""What a PATH on the command line stands for, and the options and sentences that commands share.

Not here: commands, opening and analysing a model (`project/opening.py`).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..archive import ArchiveError
from ..archive.containers.lone_text import text_model
from ..archive.limits import limits_from_environment
from ..model.operations.dialects import DIALECTS
from ..project.custom_operations import operations_for, withheld
from ..project.opening import WEIGHT_RULES, Document, check_symbols, following, opened, reshaped
from .drawing import visible

if TYPE_CHECKING:
    from ..model.flattening.flat_graph import FlatGraph
    from ..model.flattening.flatten import Unflattenable
    from ..model.operations.custom import Python

__all__ = [
    "WEIGHT_RULES", "ArchiveError", "Document", "add_dialect", "add_input_shape", "add_run", "add_symbols", "add_trust", "check_symbols", "complain", "count_from", "engine_names", "following", "has_errors", "input_shapes", "open_document",
    "reshaped", "standard_input", "symbol_values", "tolerance", "unflattenable",
]  # fmt: skip


WHEN = "with --trust"
"""Whoever writes a command trusts what it names, and the workspace only if told."""


def open_document(
    path: str,
    dialect: str | None = None,
    stdin: bool = False,
    symbols: Mapping[str, int] | None = None,
    trust: bool = False,
) -> Document:
    """Open and analyse; raises `ArchiveError`.  With `stdin`, a path `-` is a graph on standard input, without weights.
    `symbols` gives values to symbolic extents; raises ValueError for a name that is none.  With `trust` Python that the
    project's settings name is run."""
    model = text_model("-", standard_input()) if stdin and path == "-" else None
    return opened(path, dialect, symbols, _rules_of if trust else None, WHEN, model)


def _rules_of(files: Sequence[str]) -> Python:
    from ..runtime.process.shape_rules import rules_of

    return rules_of(files)


def kernels_for(path: str, trust: bool) -> dict[str, Any]:
    """The files of Python with kernels for a model, or why they are not run, as a request has them."""
    files = operations_for(path)
    return {"operations": files} if trust else {"withheld": withheld(files, WHEN)}


def standard_input() -> bytes:
    """A text on standard input; raises `LimitError`, and does not wait for the end of one that is too long."""
    limits = limits_from_environment()
    data = sys.stdin.buffer.read(limits.max_text + 1) if sys.stdin is not None else b""
    limits.check_text("standard input", len(data))
    return data


def has_errors(document: Document, doing: str = "run", *but: str) -> bool:
    """Whether a model has errors, those of the rules `but` left out; then they are on standard error.  To have no graph is
    one."""
    structure = document.analysis.structure
    errors = [] if structure.is_library else document.errors_but(*but)
    if errors:
        complain(f"{document.path} cannot {doing}, it has errors:")
        print("\n".join(map(visible, errors)), file=sys.stderr)
        hint = document.other_dialect()
        if hint:
            complain(hint)
    elif structure.graph is None:
        from ..ide.diagnostics import without_graph

        complain(f"{document.path} cannot {doing}: {without_graph(structure)}")
        return True
    return bool(errors)


def lacks_symbols(graph: FlatGraph) -> bool:
    """Whether a symbol in the shapes of a graph's inputs has no value; then that is on standard error."""
    from ..runtime.inputs.open_extents import open_symbols

    unbound = open_symbols(graph)
    if unbound:
        complain(f"the symbol '{unbound[0]}' has no value: give it by --set {unbound[0]}=N, or an input from a file")
    return bool(unbound)


def unflattenable(document: Document, error: Unflattenable) -> str:
    """The sentence for a graph that shows only in expansion that it cannot be expanded."""
    from ..ide.diagnostics import not_expanded

    line, reason = not_expanded(document.analysis, error)
    return f"{document.graph_path}:{line}: the graph cannot be expanded from here on{reason}"


def tolerance(text: str) -> float:
    """The type of an option that is a number from 0."""
    value = float(text)
    if not value >= 0:
        raise argparse.ArgumentTypeError(f"{text[:40]} is not a tolerance: expected a number from 0")
    return value


def add_dialect(parser: argparse.ArgumentParser) -> None:
    """The option `--dialect`."""
    parser.add_argument(
        "--dialect",
        choices=sorted(DIALECTS),
        help="read the graph so, whatever its text and the project's settings say",
    )


def add_trust(parser: argparse.ArgumentParser) -> None:
    """The option `--trust`."""
    parser.add_argument(
        "--trust",
        action="store_true",
        help="run the files of Python with custom operations that the project's settings name (docs/custom-operations.md)",
    )


def add_symbols(parser: argparse.ArgumentParser) -> None:
    """The option `--set`."""
    parser.add_argument("--set", metavar="SYMBOL=N", action="append", default=[], help="the value of a symbolic extent")


def engine_names() -> str:
    """What `--engine` may be, for its help."""
    others = ", ".join(dialect.engine for dialect in DIALECTS.values() if dialect.engine)
    return f"numpy (default), {others}, onnxruntime or nnef-tools, if installed"


def add_run(parser: argparse.ArgumentParser) -> None:
    """The options of every command that runs a graph: `--engine`, `--dtype`, `--poison`."""
    parser.add_argument("--engine", metavar="NAME", default="numpy", help=f"what runs it: {engine_names()}")
    parser.add_argument(
        "--dtype", choices=["float32", "float64"], default="float32", help="what numbers are computed in"
    )
    parser.add_argument(
        "--poison", action="store_true", help="make memory that is read after it was given up show as NaN (slower)"
    )


def add_input_shape(parser: argparse.ArgumentParser, *others: str) -> None:
    """The option `--input-shape`, under other names as well."""
    parser.add_argument(
        "--input-shape", *others, dest="input_shape", metavar="NAME=EXTENTS", action="append", default=[],
        help="another shape of an input, like 1,3,64,64 (section 2.2); nothing is written",
    )  # fmt: skip


def input_shapes(document: Document, options: list[str]) -> dict[str, list[int]]:
    """Shapes of inputs from `NAME=EXTENTS` options; raises ValueError."""
    found = {}
    for option in options:
        name, equals, extents = option.partition("=")
        items = [item.strip() for item in extents.strip("[] ").split(",")] if extents.strip("[] ") else []
        if not equals or not all(item.isdigit() and int(item) > 0 for item in items):
            raise ValueError(f"'{option}' does not say what shape an input has: expected NAME=1,3,64,64")
        if name not in document.analysis.inputs:
            raise ValueError(f"the graph has no input '{name}'; its inputs are {', '.join(document.analysis.inputs)}")
        found[name] = [int(item) for item in items]
    return found


def symbol_values(options: list[str]) -> dict[str, int]:
    """Values of symbolic extents from `SYMBOL=N` options; raises ValueError."""
    values = {}
    for option in options:
        name, equals, number = option.partition("=")
        if not equals or not number.strip().isdigit():
            raise ValueError(f"'{option}' does not say what number a symbol is: expected SYMBOL=N")
        values[name.strip()] = int(number)
    return values


def count_from(least: int) -> Callable[[str], int]:
    """The type of an option that is an integer, at least as large as this and none that no machine has."""

    def integer(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"'{text[:40]}' is not an integer") from None
        if not least <= value < 2**31:
            raise argparse.ArgumentTypeError(f"{text[:40]} is not between {least} and {2**31 - 1}")
        return value

    return integer


def complain(message: object) -> None:
    """One sentence on standard error."""
    print(f"nnef-lsp: {visible(str(message))}", file=sys.stderr)
