"""The cards of an operation and of one of its parameters: declaration, what is bound here, documentation."""

from __future__ import annotations

from ...model.analysis.analysis import Analysis
from ...model.operations.declarations import MISSING, Operation, literal_text, parameter_text
from ...model.operations.dialects import STANDARD
from ...model.operations.scope import owner_of
from ...model.values.tensor import Tensor
from ...model.values.values import Value
from ..describe import code, inline, plural, prose, quoted_prose, shortened, value_text
from ..names import symbols as s
from ..names.strings import users
from ..text import tokens as w
from ..text.bodies import body_of, fragment_of

WIDTH = 88


def operation_card(analysis: Analysis, symbol: s.Symbol) -> str | None:
    """What an operation does, and what is passed to it here."""
    operation = symbol.owner
    if operation is None:
        return None
    parts = [code(declaration(operation))]
    if symbol.role == w.CALLEE:
        parts.append(_bound(analysis, symbol, operation))
    parts.append(_documentation(operation))
    if not operation.body and owner_of(operation.name) is None:
        parts.append(_custom(analysis, operation))
    if operation.is_fragment:
        uses = len(set(users(analysis, operation)))
        parts.append(f"Fragment of this document, used in {plural(uses, 'statement')}.")
    return "\n\n".join(part for part in parts if part)


def _custom(analysis: Analysis, operation: Operation) -> str:
    """Where the shape of an operation without a body comes from."""
    expression, place = analysis.custom.expressions.get(operation.name), analysis.custom.place(operation.name)
    if expression is not None:
        return f"Shape of the result: {inline(expression.text)} ({inline(expression.place)})."
    if place is not None:
        return f"Shape of the result by a rule in {inline(place)}."
    if analysis.custom.withheld:
        return prose(analysis.custom.withheld[0].upper() + analysis.custom.withheld[1:] + ".")
    return "An operation without a body: a rule in the project's settings can give its shape, and a kernel run it."


def card_of(operation: Operation) -> str:
    """The card without a place where it is called."""
    return "\n\n".join((code(declaration(operation)), _documentation(operation)))


def declaration(operation: Operation) -> str:
    """The declaration, on one line where it fits."""
    text = f"fragment {operation.signature}"
    if len(text) <= WIDTH:
        return text
    head = operation.signature[: operation.signature.index("(", len(operation.name))]
    parameters = ",\n".join(f"    {parameter_text(parameter)}" for parameter in operation.parameters)
    results = ", ".join(f"{result.name}: {result.type}" for result in operation.results)
    return f"fragment {head}(\n{parameters}\n) -> ({results})"


def arguments_of(symbol: s.Symbol, operation: Operation) -> dict[str, tuple[int, int]]:
    """Which part of the text is given to which parameter, from the words of the statement."""
    found: dict[str, tuple[int, int]] = {}
    for word in symbol.words:
        if word.call != symbol.word and not _inside(symbol, word):
            continue
        outer = _outermost(symbol, word)
        if outer is None or (outer.named >= 0 and word.start <= symbol.words[outer.named].end):
            continue
        if outer.named >= 0:
            name = symbol.words[outer.named].name
        elif outer.number < len(operation.parameters):
            name = operation.parameters[outer.number].name
        else:
            continue
        start, end = found.get(name, (word.start, word.end))
        found[name] = (min(start, word.start), max(end, word.end))
    return found


def _inside(symbol: s.Symbol, word: w.Word) -> bool:
    return _outermost(symbol, word) is not None


def _outermost(symbol: s.Symbol, word: w.Word) -> w.Word | None:
    """The word of the call itself that a word stands in: itself, or the callee of the call around it."""
    if word.text in (",", "=") and word.call == symbol.word and word.role == w.OTHER:
        return None
    while word.call != symbol.word:
        if word.call < 0:
            return None
        word = symbol.words[word.call]
    if word.start <= symbol.words[symbol.word].start:
        return None
    return word


def _bound(analysis: Analysis, symbol: s.Symbol, operation: Operation) -> str:
    """A line for each argument: the text, and for names what they are; defaults are told in one line."""
    segment = symbol.place.segment
    given = arguments_of(symbol, operation)
    lines, defaults = [], []
    for parameter in operation.parameters:
        if parameter.name in given:
            text = segment.text[slice(*given[parameter.name])].strip()
            value = value_of(analysis, symbol, text)
            known = f" — {inline(value_text(value))}" if isinstance(value, Tensor) or _is_news(value, text) else ""
            lines.append(f"- {parameter.name} = {inline(shortened(text))}{known}")
        elif parameter.default is not MISSING:
            defaults.append(f"{parameter.name} = {literal_text(parameter.default)}")
    if defaults and lines:
        lines.append(f"- by default {inline(', '.join(defaults))}")
    return "\n".join(lines)


def _is_news(value: Value, text: str) -> bool:
    return (
        value is not None
        and value is not MISSING
        and value_text(value).replace(" ", "") != text.replace(" ", "")
        and text[-1:] not in "]'\""
        and not text[:1].isdigit()
    )


def value_of(analysis: Analysis, symbol: s.Symbol, text: str) -> Value:
    """The value of an argument's text if it is a name."""
    body = body_of(analysis, symbol.place.segment)
    fragment = fragment_of(analysis, body)
    if fragment is not None:
        return fragment.names.get(text)
    if body is None:
        return None
    value = analysis.value_at(text, symbol.place.segment)
    return None if value is MISSING else value


def _documentation(operation: Operation) -> str:
    about = operation.documentation
    if operation.is_fragment:  # a comment of the model's, not a text of ours
        return "\n\n".join(quoted_prose(part) for part in (about.summary, about.text) if part)
    parts = [prose(about.summary), prose(about.text.replace("Note:", "\n**Note:**"))]
    if about.formulas:
        parts.append(code("\n".join(about.formulas), "text"))
    if about.shapes:
        parts.append("Shape:\n" + code("\n".join(about.shapes), "text"))
    described = [item for item in (*operation.parameters, *operation.results) if item.documentation]
    parts.append("\n".join(f"- {inline(item.name)} {prose(item.documentation)}" for item in described))
    if about.section and operation.registry in STANDARD.declarations:
        parts.append(f"[{STANDARD.title}, section {about.section}]({STANDARD.specification})")
    return "\n\n".join(part.strip() for part in parts if part.strip())


def parameter_card(analysis: Analysis, symbol: s.Symbol) -> str | None:
    """A parameter: its declaration, what it is for, what it accepts, and its values in a fragment's instances."""
    from .tensor import instance_lines

    operation = symbol.owner
    parameter = operation.by_name.get(symbol.name) if operation else None
    if operation is None or parameter is None:
        return f"{inline(symbol.name)} is not a parameter of {inline(operation.name)}" if operation else None
    parts = [code(f"{parameter_text(parameter)}"), f"Parameter of {inline(operation.name)}."]
    if parameter.documentation:
        parts[-1] = f"Parameter of {inline(operation.name)}: {prose(parameter.documentation)}."
    if parameter.choices:
        parts.append("One of " + ", ".join(inline(f"'{choice}'") for choice in parameter.choices) + ".")
    if operation.is_fragment and symbol.body is not None:
        parts.append(instance_lines(analysis, operation, symbol.name))
    return "\n\n".join(part for part in parts if part)
