"""Renaming tensors, fragments, parameters, the graph, symbols and files of the model, everywhere they are mentioned.

A new name is refused, with a sentence, when it is none or when it would mean something else somewhere.  What names a
file of the model can only change together with the file, so that the model stays whole: `renamed_file` says which.

Not here: mentions in graph.quant (`quantization.py`); moving files, which is the editor's work.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ...archive.names import label_file, unsafe_reason
from ...model.analysis.analysis import Analysis
from ...model.operations.dialect import Dialect
from ...project.model_files import files_of, resource_file
from ...syntax.tokens import KEYWORDS, STRING_PATTERN, unquote
from ..text.bodies import fragment_of
from ..text.place import Edit, Place
from . import symbols as s
from .mentions import occurrences, symbol_at
from .strings import mentions_in_strings, quoted

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_QUOTED = re.compile(rf"i(?:{STRING_PATTERN})")
_LABEL = re.compile(r"[^'\"\\\n#;{}]+")
ENDINGS = (
    (s.LABEL, ".dat"),
    (s.RESOURCE, ".json"),
    (s.SUBMODEL, "/graph.nnef"),
    (s.SUBMODEL, ".nnef.tgz"),
    (s.SUBMODEL, ".nnef.tar"),
)
"""How files end that strings name without that ending."""
_OPERATIONS = (s.OPERATION, s.PARAMETER)


class Refused(Exception):
    """Why something cannot be renamed: one sentence."""


class Moved(NamedTuple):
    """A file or folder of the model that goes with its name: where it is, where it comes to."""

    old: str
    new: str


def renamable(analysis: Analysis, offset: int) -> Place:
    """What stands at an offset and can be renamed, of a string what is between its quotes; raises `Refused`."""
    return symbol_to_rename(analysis, offset).place


def rename(analysis: Analysis, offset: int, name: str) -> list[Edit]:
    """The edits that give the symbol at an offset another name; raises `Refused`."""
    return rename_symbol(analysis, symbol_to_rename(analysis, offset), name)


def rename_symbol(analysis: Analysis, symbol: s.Symbol, name: str) -> list[Edit]:
    """The edits of the graph that give a symbol another name; raises `Refused`."""
    check_name(analysis.dialect, symbol, name)
    if name == symbol.name:
        return []
    _check_clash(analysis, symbol, unquote(name) if symbol.kind not in s.FILES else name)
    return [Edit(item.place, _written(item.place, name)) for item in occurrences(analysis, symbol)]


def renamed_file(analysis: Analysis, offset: int, name: str) -> Moved | None:
    """What of the model moves when the symbol at an offset gets another name; None if nothing does."""
    symbol = symbol_at(analysis, offset)
    files = files_of(analysis.weights)
    if symbol is None or files is None or symbol.kind not in s.FILES or symbol.name == name:
        return None
    old = _file(analysis, symbol)
    return None if old is None else Moved(old, _file_after(symbol, old, name))


def follow_file(analysis: Analysis, old: str, new: str) -> list[Edit]:
    """The edits of a graph whose model gives a file another name; both are paths in the model."""
    for kind, ending in ENDINGS:
        if old.endswith(ending) and new.endswith(ending) and unsafe_reason(new) is None:
            first, name = next(iter(analysis.source), None), new[: -len(ending)]
            if first is None or not _LABEL.fullmatch(name):
                return []
            symbol = s.Symbol(kind, old[: -len(ending)], Place(first, 0, 0))
            return [Edit(item.place, quoted(name)) for item in mentions_in_strings(analysis, symbol)]
    return []


def _file(analysis: Analysis, symbol: s.Symbol) -> str | None:
    """The file or folder that a symbol names, None if there is none."""
    files = files_of(analysis.weights)
    if files is None:
        return None
    if symbol.kind == s.LABEL:
        return label_file(symbol.name) if files.model.has(symbol.name) else None
    if symbol.kind == s.RESOURCE:
        file = resource_file(symbol.name)
        return file if files.text(file) is not None else None
    found = files.submodel_file(symbol.name)
    return symbol.name if found is not None and found.endswith("/graph.nnef") else found


def _file_after(symbol: s.Symbol, old: str, name: str) -> str:
    """What the file or folder of a symbol is called when the symbol gets another name."""
    return label_file(name) if symbol.kind == s.LABEL else name + old[len(symbol.name) :]


def _written(place: Place, name: str) -> str:
    """The name as it is written where the old one stands: strings have no identifiers in quotes."""
    return quoted(unquote(name)) if place.segment.text[place.start - 1 : place.start] in ("'", '"') else name


def symbol_to_rename(analysis: Analysis, offset: int) -> s.Symbol:
    """The symbol at an offset if it is one that can be renamed; raises `Refused`."""
    symbol = symbol_at(analysis, offset)
    if symbol is None or symbol.kind in (s.EXTENSION, s.REGISTRY):
        raise Refused("there is no name here that could be changed")
    if symbol.kind == s.RESOURCE_KEY:
        raise Refused(f"'{symbol.name}' is a key in '{resource_file(symbol.within)}': change it there")
    if symbol.kind in _OPERATIONS and (symbol.owner is None or not symbol.owner.is_fragment):
        if symbol.kind == s.PARAMETER:
            raise Refused(f"'{symbol.name}' is a parameter of a built-in operation")
        what = "is not declared in this document" if symbol.owner is None else "is a built-in operation"
        raise Refused(f"'{symbol.name}' {what}")
    if symbol.kind == s.TENSOR and symbol.body is None:
        raise Refused(f"'{symbol.name}' stands outside of all fragments and graphs")
    return symbol


def check_name(dialect: Dialect, symbol: s.Symbol, name: str) -> None:
    """Refuse what is no name for a symbol of this kind."""
    if symbol.kind in s.FILES:
        reason = unsafe_reason(name.lstrip("/") if dialect.rooted_labels and symbol.kind == s.LABEL else name)
        if not _LABEL.fullmatch(name):
            raise Refused(f"'{name}' is not a label: labels have no quotes, backslashes or line ends")
        if reason is not None:
            raise Refused(f"'{name}' is not a label: it {reason}")
        return
    if name in KEYWORDS:
        raise Refused(f"'{name}' is a keyword and cannot be used as a name")
    may_be_quoted = dialect.quoted_names and symbol.kind != s.SYMBOLIC
    if not _NAME.fullmatch(name) and not (may_be_quoted and _QUOTED.fullmatch(name)):
        raise Refused(f"'{name}' is not a name: names consist of letters, digits and _, and do not begin with a digit")
    prefix = next((prefix for prefix in dialect.literal_prefixes if name.startswith(prefix)), None)
    if prefix is not None and symbol.kind in (s.TENSOR, s.PARAMETER, s.SYMBOLIC):
        raise Refused(
            f"'{name}' begins with '{prefix}', which {dialect.title} takes for a literal where the name is read"
        )


def _check_clash(analysis: Analysis, symbol: s.Symbol, name: str) -> None:
    if symbol.kind == s.OPERATION:
        known = analysis.operations.get(name)
        if known is not None:
            other = "another fragment of this document" if known.is_fragment else "a built-in operation"
            raise Refused(f"'{name}' is the name of {other}")
        if analysis.graph_head is not None and analysis.graph_head.name.name == name:
            raise Refused(f"'{name}' is the name of the graph")
    elif symbol.kind == s.GRAPH_NAME:
        if name in analysis.operations:
            raise Refused(f"'{name}' is the name of an operation")
    elif symbol.kind == s.SYMBOLIC:
        _check_symbolic(analysis, name)
    elif symbol.kind in (s.TENSOR, s.PARAMETER):
        _check_names_of_body(analysis, symbol, name)
    else:
        _check_files(analysis, symbol, name)


def _check_symbolic(analysis: Analysis, name: str) -> None:
    """A symbol is seen in the whole document, so no other name may hide it."""
    if name in analysis.declared.symbols:
        raise Refused(f"'{name}' is already the name of a symbol")
    if name in analysis.definers or name in analysis.inputs or name in analysis.outputs:
        raise Refused(f"'{name}' is already the name of a tensor of the graph")
    for facts in analysis.fragment_list:
        if name in facts.names:
            raise Refused(f"'{name}' is already a name in the fragment '{facts.operation.name}'")


def _check_names_of_body(analysis: Analysis, symbol: s.Symbol, name: str) -> None:
    operation = symbol.owner
    fragment = next((facts for facts in analysis.fragment_list if facts.operation is operation), None)
    fragment = fragment or fragment_of(analysis, symbol.body)
    if fragment is not None:
        results = {result.name for result in fragment.operation.results}
        if name in fragment.names or name in results or name in fragment.operation.by_name:
            raise Refused(f"'{name}' is already a name in the fragment '{fragment.operation.name}'")
    elif name in analysis.definers or name in analysis.inputs or name in analysis.outputs:
        raise Refused(f"'{name}' is already the name of a tensor of the graph")
    if name in analysis.declared.symbols:
        raise Refused(f"'{name}' is already the name of a symbol")


def _check_files(analysis: Analysis, symbol: s.Symbol, name: str) -> None:
    if symbol.kind == s.LABEL:
        for label in analysis.names.spellings.get(name.lower(), ()):  # case makes no other label (4.1.3)
            if label.lstrip("/") != symbol.name and analysis.labels.get(label):
                raise Refused(f"another variable has the label '{label}' already, and both would share their data")
    old, files = _file(analysis, symbol), files_of(analysis.weights)
    if old is None or files is None:
        return
    new = _file_after(symbol, old, name)
    known = set(files.model.files())
    if new in known or any(file.startswith(f"{new}/") for file in known):
        raise Refused(f"the model has a file '{new}' already")
    if symbol.kind == s.SUBMODEL and files.submodel_file(name) is not None:
        raise Refused(f"the model has another model '{name}' already")
