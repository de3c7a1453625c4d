"""Statements as a document that reads as a person would write it: variables before what uses them, a blank line and a
comment where another part of the model begins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ....model.operations.dialects import STANDARD
from ....model.operations.scope import declared_signature
from ....syntax.printer import formatted
from ...errors import ExchangeError
from .names import ANONYMOUS, Names, identifier, parts_of
from .statements import Operand, Ref, Statement, literal

WRITTEN_TYPES = {"external", "constant", "variable", "cast"}


def refs(items: Iterable[object]) -> list[Ref]:
    """The tensors among operands or results, arrays flattened."""
    found: list[Ref] = []
    for item in items:
        if isinstance(item, Ref):
            found.append(item)
        elif isinstance(item, list):
            found.extend(refs(item))
    return found


def name_all(statements: Sequence[Statement], inputs: Sequence[Ref], outputs: Sequence[Ref]) -> None:
    """Give every tensor its name, and every variable its label."""
    every = [ref for statement in statements for ref in refs(statement.results)]
    names = Names(ref.wanted for ref in every if ref.wanted)
    for ref in [*inputs, *outputs]:
        ref.name = ref.name or names.identifier(ref.wanted, "tensor")
    stored = {id(ref): statement for statement in statements if statement.operation in ("variable", "constant") for ref in refs(statement.results)}  # fmt: skip
    for statement in statements:
        if statement.operation in ("variable", "constant"):
            continue
        main = _main(statement, names)
        parameters = declared_signature(statement.operation, STANDARD.name)
        for place, operand in enumerate(statement.operands):
            for ref in refs([operand]):
                source = stored.get(id(ref))
                if source is None or ref.name:
                    continue
                role = parameters[place] if place < len(parameters) and not isinstance(operand, list) else "constant"
                role = {"y": "summand", "x": "summand", "B": "weights", "A": "weights"}.get(role, role)
                if ANONYMOUS.search(ref.wanted) or "/" in ref.wanted:
                    ref.name = names.unique(identifier(f"{main}_{role}"))
                    source.label = names.label(_label(statement, main, role), ref.name) if source.label else ""
                else:
                    ref.name = names.identifier(ref.wanted)
                    source.label = names.label(source.label, ref.name) if source.label else ""
    for ref in every:
        ref.name = ref.name or names.identifier(ref.wanted, "tensor")
    for statement in statements:
        if statement.operation == "variable" and not statement.label:
            statement.label = names.label(refs(statement.results)[0].name, "tensor")


def _main(statement: Statement, names: Names) -> str:
    """The name of what a statement gives first."""
    found = refs(statement.results)
    for ref in found:
        if not ref.name:
            ref.name = names.identifier(ref.wanted or ref.hint, statement.operation)
    return found[0].name


def _label(statement: Statement, main: str, role: str) -> str:
    """The file of what has no name of its own: where the tensor belongs that is made with it."""
    wanted = refs(statement.results)[0].wanted
    modules = parts_of(wanted)[:-1] if wanted.startswith("/") else []
    return ".".join([*(modules or [main]), role])


def document(
    name: str,
    statements: Sequence[Statement],
    inputs: Sequence[Ref],
    outputs: Sequence[Ref],
    fragments: dict[str, str],
    comment: str,
) -> str:
    """The whole text."""
    lines = [f"# {comment}", "version 1.0;", ""]
    if fragments:
        lines += ["extension KHR_enable_fragment_definitions;", "extension KHR_enable_operator_expressions;", ""]
        lines += ["\n".join(fragments.values())]
    head = f"graph {name}( {', '.join(ref.name for ref in inputs)} ) -> ( {', '.join(ref.name for ref in outputs)} )"
    lines += [head, "{"]
    scope: str | None = None
    for statement in statements:
        if statement.operation != "external" and statement.scope != scope:
            if scope is not None or statement.scope:
                lines.append("")
            if statement.scope:
                lines.append(f"    # {statement.scope}")
            scope = statement.scope
        lines.append(f"    {written(statement)}")
    text = "\n".join([*lines, "}", ""])
    laid_out = formatted(text)
    if laid_out is None:
        raise ExchangeError("the text that was made does not parse, which is a mistake of nnef-lsp: please report it")
    return laid_out


def written(statement: Statement) -> str:
    """One statement."""
    results = ", ".join(_operand(item) for item in statement.results)
    generic = f"<{statement.generic}>" if statement.generic and statement.operation in WRITTEN_TYPES else ""
    attributes = dict(statement.attributes)
    if statement.operation == "variable":
        attributes["label"] = statement.label
    arguments = [_operand(item) for item in statement.operands]
    arguments += [f"{key} = {literal(value)}" for key, value in attributes.items()]
    return f"{results} = {statement.operation}{generic}({', '.join(arguments)});"


def _operand(item: Operand | list[Operand] | list[Ref]) -> str:
    if isinstance(item, Ref):
        return item.name
    if isinstance(item, list):
        return f"[{', '.join(_operand(part) for part in item)}]"
    return literal(item)
