"""What a report of a mistake of ours holds of a model: as little text as shows it, with every name replaced.

Not here: the report as a file (`cli/bug_report.py`).
"""

from __future__ import annotations

import time
from collections.abc import Callable

from ..faults import Fault, observed, sheltered
from ..model.analysis.analysis import Analysis
from ..model.operations.declarations import declared_operations
from ..model.operations.dialect import Dialect
from ..model.operations.dialects import data_files
from ..rules import diagnose, fixes_of
from ..syntax.segments import chunks
from ..syntax.source import Source
from ..syntax.tokens import NAME, STRING, tokenize

PATIENCE = 20.0
"""Seconds that making a text small may take."""


def faults_of(text: str, dialect: Dialect | None = None) -> list[Fault]:
    """Our mistakes in what is asked of a graph: its analysis, diagnostics, fixes."""
    with observed() as found:
        sheltered("the analysis", None, _asked, text, dialect)
    return found


def _asked(text: str, dialect: Dialect | None) -> None:
    analysis = Analysis(Source(text), dialect)
    for diagnostic in diagnose(analysis):
        fixes_of(analysis, diagnostic)


def without_names(text: str) -> str:
    """The text with another name for each name and string of the model's own, and without comments.

    Operations, their parameters, data types and extensions stay what they are; a name is replaced by the same everywhere.
    """
    operations = [known for file in data_files(".nnef") for known in declared_operations(file).values()]
    kept = {known.name for known in operations}
    kept.update(parameter.name for known in operations for parameter in known.parameters)
    tokens, pieces, at = tokenize(text), [], 0
    replaced: dict[str, str] = {}
    in_extension = False
    for token in tokens:
        in_extension = token.kind == "E" or (in_extension and token.kind != ";")
        pieces.append(_blanks(text[at : token.start]))
        at = token.end
        if token.kind in (NAME, STRING) and token.text not in kept and not in_extension:
            mark = token.text[0] if token.kind == STRING else ""
            prefix = "s" if mark else "n"
            replaced.setdefault(token.text, f"{mark}{prefix}{len(replaced)}{mark}")
            pieces.append(replaced[token.text])
        else:
            pieces.append(token.text)
    return "".join([*pieces, _blanks(text[at:])])


def _blanks(between: str) -> str:
    """What stands between two tokens, without comments."""
    lines = (line.partition("#")[0] for line in between.split("\n"))
    return "\n".join(lines)


def smaller(text: str, still: Callable[[str], bool]) -> str:
    """The text with statements left out as long as something holds of it, which must hold of the whole."""
    pieces, until = list(chunks(text)), time.monotonic() + PATIENCE
    size = max(1, len(pieces) // 2)
    while time.monotonic() < until:
        begin = 0
        while begin < len(pieces) and time.monotonic() < until:
            fewer = pieces[:begin] + pieces[begin + size :]
            if still("".join(fewer)):
                pieces = fewer
            else:
                begin += size
        if size == 1:
            break
        size //= 2
    return "".join(pieces)


def reduced(text: str, dialect: Dialect | None = None) -> tuple[str, list[Fault]]:
    """A text without the model's names that shows its first mistake, and our mistakes in the whole."""
    found = faults_of(text, dialect)
    if not found:
        return without_names(text), []

    def still(candidate: str) -> bool:
        return any(fault.where == found[0].where for fault in faults_of(candidate, dialect))

    small = smaller(text, still)
    nameless = without_names(small)
    return (nameless if still(nameless) else small), found
