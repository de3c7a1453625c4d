"""Shape rules: from what is known of an invocation's arguments to the shapes of its results.

One file per family of operations, those of a dialect in a folder of its name; each rule registered with `@shape_of("name", ...)`.  A rule is called with a `Call`
and returns one item per declared result: a `Shape` (the data type then follows from the declaration), or a `Tensor`
(shape and data type), or, for a result declared as an array, a list of these.  An operation with one result returns
that item alone, with several a tuple.

Where the arguments break the specification's validity rules the function raises `Refusal`; the analysis turns it into a
finding at the argument named.  A rule never guesses: what is not known is `UNKNOWN` (an extent) or None (a rank), and
asking `call.shape` for a tensor of unknown rank ends the rule quietly with results of unknown shape.

Not here: the binding of arguments to parameters, types, defaults (`evaluation/arguments.py`).
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from ..operations.call import Call, PlainResult, Refusal, Results, Undetermined

__all__ = ["Call", "PlainResult", "Refusal", "Undetermined", "shape_of", "shape_rule", "shape_rules", "takes_numbers"]


Rule = Callable[[Call], Results]
AnyRule = TypeVar("AnyRule", bound=Callable[..., Results])
_rules: dict[str, Rule] = {}


def shape_of(*operations: str, dialect: str = "") -> Callable[[AnyRule], AnyRule]:
    """Register a function as the shape rule of the operations named; a second rule for one of them is refused.

    With `dialect` it is the rule of that dialect only, which goes before the general one.
    """

    def register(rule: AnyRule) -> AnyRule:
        for operation in [f"{dialect}:{operation}" if dialect else operation for operation in operations]:
            if operation in _rules:
                raise ValueError(f"operation '{operation}' has two shape rules")
            _rules[operation] = rule
        return rule

    return register


def shape_rules() -> dict[str, Rule]:
    """All shape rules by name of operation, those of one dialect behind its name and a colon."""
    for folder in ("", *(path.name for path in FOLDER.iterdir() if path.is_dir() and path.name[0] != "_")):
        _load(folder)
    return _rules


def shape_rule(operation: str, dialect: str) -> Rule | None:
    """The rule of an operation in a dialect.  Rules of other dialects are loaded only if nobody else has one."""
    if dialect not in _loaded:
        _load("")
        _load(dialect)
    rule = _rules.get(f"{dialect}:{operation}") or _rules.get(operation)
    return rule if rule is not None else shape_rules().get(operation)


def _load(folder: str) -> None:
    """Import the rules in a dialect's folder, which needs no `__init__.py`; "" are those of the specification."""
    if folder in _loaded:
        return
    package = f"{__name__}.{folder}".rstrip(".")
    for file in sorted((FOLDER / folder).glob("[!_]*.py")):
        importlib.import_module(f"{package}.{file.stem}")
    _loaded.add(folder)  # last: large documents are opened in a thread


def takes_numbers(operation: str) -> bool:
    """Whether numbers may stand among an operation's operands, since it works element by element."""
    rule = shape_rules().get(operation)
    return rule is not None and rule.__module__.removeprefix(f"{__name__}.") in ("elementwise", "quantization")


_loaded: set[str] = set()
FOLDER = Path(__file__).parent
