"""What can be typed where a statement begins, in the head of the graph, and in a comment that silences rules.

Not here: expressions (`proposals.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ...model.analysis.analysis import Analysis
from ...model.operations.declarations import Operation
from ...model.operations.statement_form import facts_of
from ...project.model_files import ModelWeights, files_of
from ...rules import diagnostic
from ...syntax.segments import Segment
from ...syntax.structure import following
from ..describe import plural, tensor_text
from ..text.cursor import Cursor
from .items import FILE, KEYWORD, MOST, OPERATION, SNIPPET, TENSOR, Completion, Item
from .snippets import call_snippet, escaped, short_signature
from .strings import is_used

_SILENCED = re.compile(r"#[^\n]*\bnnef-lsp:[ \t]*ignore[ \t]*\[(?:[^\]\n]*[,\s])?([\w-]*)$")


def statement_items(analysis: Analysis, quote: str) -> Iterator[Item]:
    """Statements to fill in: one for each operation, and the variables whose data lie beside the graph unused."""
    yield Item("name = operation(…)", SNIPPET, "a statement", "${1:name} = ${2:operation}($3);$0", "3")
    files = files_of(analysis.weights)
    if files is not None:
        yield from _variables(analysis, files, quote)
    for operation in analysis.operations.values():
        results = ", ".join(f"${{{number}:{item.name}}}" for number, item in enumerate(operation.results, 50))
        if any(item.type.kind == "array" for item in operation.results):
            results = f"[{results}]"
        text = f"{results} = {call_snippet(operation, quote).removesuffix('$0')};$0"
        rank = "5" if operation.is_fragment else "6"
        yield Item(operation.name, OPERATION, short_signature(operation), text, rank)


def _variables(analysis: Analysis, files: ModelWeights, quote: str) -> Iterator[Item]:
    """A statement for each data file that no variable names."""
    taken = set(analysis.definers)
    number = 0
    for label in files.labels():
        header = None if is_used(analysis, label) else files.header(label)
        if header is None or header.problem is not None or quote in label:
            continue
        number += 1
        if number > MOST:
            return
        name = name_for(label, taken)
        taken.add(name)
        kind = "" if header.nnef_type in ("scalar", "?") else f"<{header.nnef_type}>"
        call = f"variable{kind}(shape = {list(header.shape)}, label = {quote}{label}{quote})"
        yield Item(
            f"{name} = variable(…)",
            FILE,
            f"{label}.dat {list(header.shape)}",
            escaped(f"{name} = {call};") + "$0",
            f"2{number:04d}",
        )


def name_for(label: str, taken: set[str]) -> str:
    """A name for the variable of a label: its last part, with the parts before it as far as needed."""
    parts = [re.sub(r"\W", "_", part) for part in label.split("/") if part]
    for count in range(1, len(parts) + 1):
        name = "_".join(parts[-count:])
        name = name if re.match(r"[A-Za-z_]", name) else f"w{name}"
        if name not in taken:
            return name
    return next(f"{name}_{number}" for number in range(2, len(taken) + 3) if f"{name}_{number}" not in taken)


def head_items(analysis: Analysis, cursor: Cursor) -> Iterator[Item]:
    """Names for the lists of the graph's head: what comes from outside and is not an input, what nothing uses."""
    arrow = next((at for at, word in enumerate(cursor.words) if word.text == "->"), -1)
    given = {word.name for word in cursor.words[arrow + 1 :]}
    if arrow < 0:
        names = [name for segment in analysis.statements() for name in _introduced(analysis.operations, segment)]
        undefined = (found.finding for found in analysis.findings_in_order() if found.finding.rule == "undefined-name")
        names += [finding.details["name"] for finding in undefined]
        detail, rank = "input", "1"
        yield from (Item(name, TENSOR, detail, rank=rank) for name in dict.fromkeys(names) if name not in given)
        return
    for name, fact in list(analysis.tensors().items())[: 4 * MOST]:
        if name not in given:
            used = bool(analysis.users.get(name))
            yield Item(name, TENSOR, tensor_text(fact), rank="2" if used else "1")


def _introduced(operations: Mapping[str, Operation], segment: Segment) -> tuple[str, ...]:
    top = facts_of(segment.form).top if segment.form is not None else None
    invoked = operations.get(top) if top else None
    return tuple(segment.defines) if invoked is not None and invoked.traits.kind == "input" else ()


def silencing(analysis: Analysis, offset: int) -> Completion | None:
    """The rules that are found on the line, or in the statement below a comment of its own; None elsewhere."""
    source = analysis.source
    line = source.position(offset).line
    start = source.line_start(line)
    match = _SILENCED.search(source.slice(start, offset))
    segment = source.segment_at(start)
    if match is None or segment is None:
        return None
    alone = source.slice(start, offset).lstrip().startswith("#")
    near = {segment} | {next(following(source, segment), segment)}
    found: dict[str, int] = {}
    for located in analysis.findings_in_order():  # those that the comment silences already, too
        if located.segment in near:
            item = diagnostic(located, suggest=False, dialect=analysis.dialect)
            at = source.position_in(item.segment, item.start).line
            if item.severity != "error" and (at == line or (alone and at >= line)):
                found[item.rule] = found.get(item.rule, 0) + 1
    begin = offset - len(match[1])
    return Completion(begin, offset, [Item(rule, KEYWORD, plural(count, "finding")) for rule, count in found.items()])
