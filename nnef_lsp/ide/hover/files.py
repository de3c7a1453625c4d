"""The cards of what a graph refers to outside of its statements: symbolic extents and registries of the header,
resources and other models beside it.

Not here: stored data (`weights.py`).
"""

from __future__ import annotations

import json

from ...archive.limits import bytes_text
from ...model.analysis.analysis import Analysis
from ...model.operations.declarations import declared_operations
from ...model.operations.extensions import symbols_in
from ...model.weights import NoResource
from ...project.model_files import files_of, resource_file
from ...syntax.source import Source
from ..describe import code, inline, plural, shortened
from ..names import symbols as s
from ..names.mentions import occurrences

LONG_VALUE = 400


def symbolic_card(analysis: Analysis, symbol: s.Symbol) -> str:
    """A symbolic extent: where it is declared, what is asserted of it, and how often it is used."""
    declared = analysis.declared.places.get(symbol.name)
    lines = [f"**symbol** {inline(symbol.name)}: an extent that is known when the graph runs."]
    if declared is not None:
        line = analysis.source.position_in(declared[0], declared[1]).line + 1
        lines[0] += f" Declared in line {line}."
    elif analysis.dialect.symbol_extension:
        lines[0] += f" No line `extension {analysis.dialect.symbol_extension} {symbol.name};` declares it."
    about = [
        f"- {inline(node.payload)}" for _, node, item in analysis.declared.assertions if symbol.name in symbols_in(item)
    ]
    if about:
        lines.append("Asserted:\n" + "\n".join(about))
    uses = sum(item.place.segment not in analysis.structure.extensions for item in occurrences(analysis, symbol))
    lines.append(f"Used {plural(uses, 'time')}." if uses else "Not used.")
    return "\n\n".join(lines)


def registry_card(analysis: Analysis, symbol: s.Symbol) -> str:
    """A registry: how many operations it brings, and how many of these the document invokes."""
    name = analysis.dialect.registry_aliases.get(symbol.name, symbol.name)
    if name not in analysis.dialect.registries:
        return f"**registry** {inline(symbol.name)}"
    operations = declared_operations(name)
    used = [operation for operation in operations if s.callers(analysis, operation)]
    text = f"**registry** {inline(name)}: {plural(len(operations), 'operation')}"
    if not used:
        return text + ", none of which is used here."
    return text + ". Used here: " + ", ".join(map(inline, used[:20])) + (", …" if len(used) > 20 else "") + "."


def resource_card(analysis: Analysis, symbol: s.Symbol) -> str:
    """A JSON file: its size and its beginning."""
    files = files_of(analysis.weights)
    file = resource_file(symbol.name)
    if files is None:
        return f"**resource** {inline(file)}"
    text = files.text(file)
    if text is None:
        return f"**resource** {inline(file)}: the model has no such file."
    return f"**resource** {inline(file)}: {bytes_text(len(text.encode('utf-8', 'replace')))}\n\n" + code(
        shortened(text, LONG_VALUE), "json"
    )


def resource_key_card(analysis: Analysis, symbol: s.Symbol) -> str:
    """A value in a JSON file."""
    file = resource_file(symbol.within)
    title = f"**key** {inline(symbol.name)} of {inline(file)}"
    files = files_of(analysis.weights)
    if files is None:
        return title
    try:
        value = files.resource(symbol.within, symbol.name)
    except NoResource as problem:
        return f"{title}: {problem.message}."
    return title + "\n\n" + code(shortened(json.dumps(value, ensure_ascii=False), LONG_VALUE), "json")


def submodel_card(analysis: Analysis, symbol: s.Symbol) -> str:
    """Another model: its file, and the declaration of its graph with inputs and outputs."""
    title = f"**model** {inline(symbol.name)}"
    files = files_of(analysis.weights)
    file = files.submodel_file(symbol.name) if files is not None else None
    if files is None:
        return title
    if file is None:
        return f"{title}: there is no folder {inline(symbol.name)} with a graph.nnef, and no archive of that name."
    text = files.submodel_text(symbol.name)
    if text is None:
        return f"{title} in {inline(file)}: the graph cannot be read."
    return f"{title} in {inline(file)}\n\n" + code(graph_lines(Analysis(Source(text))))


def graph_lines(analysis: Analysis) -> str:
    """The name of a graph, and each input and output with its type."""
    lines = [f"graph {analysis.graph_head.name.name}" if analysis.graph_head is not None else "graph"]
    tensors = analysis.tensors()
    for word, names in (("input ", analysis.inputs), ("output", analysis.outputs)):
        lines += [f"  {word} {name}: {tensors[name]!r}" if name in tensors else f"  {word} {name}" for name in names]
    return "\n".join(lines)
