"""Facts in words: how values, tensors and sizes are written in hovers, hints and lists."""

from __future__ import annotations

import re

from ..model.extents.dims import format_shape, product
from ..model.operations.declarations import literal_text
from ..model.values.tensor import Opaque, Tensor
from ..model.values.values import Missing, Value

LONG = 60


def value_text(value: Value) -> str:
    """A compile-time value, shortened; a tensor as `tensor<scalar> [1, 8]`."""
    if isinstance(value, Tensor):
        return tensor_text(value)
    if isinstance(value, Opaque):
        return str(value.type) if value.type is not None else "?"
    if isinstance(value, Missing):
        return "not defined"
    if isinstance(value, (list, tuple)) and any(isinstance(item, (Tensor, Opaque, list, tuple)) for item in value):
        brackets = "[]" if isinstance(value, list) else "()"
        return shortened(brackets[0] + ", ".join(map(value_text, value)) + brackets[1])
    return shortened(literal_text(value))


def tensor_text(fact: Tensor) -> str:
    """Type and shape."""
    kind = "" if fact.dtype == "?" else fact.dtype
    return f"tensor<{kind}> {format_shape(fact.shape)}"


def shape_text(value: Value) -> str:
    """The shape alone: `[1, 8]`; of an array of tensors their shapes."""
    if isinstance(value, Tensor):
        return format_shape(value.shape)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(shape_text(item) for item in value) + "]"
    return value_text(value)


_SHAPES: dict[int, tuple[Tensor, str]] = {}


def format_shape_of(fact: Tensor) -> str:
    """The shape, remembered per fact: facts are shared by most tensors of a network."""
    known = _SHAPES.get(id(fact))
    if known is None or known[0] is not fact:
        if len(_SHAPES) > 10_000:
            _SHAPES.clear()
        known = _SHAPES[id(fact)] = (fact, format_shape(fact.shape))
    return known[1]


def volume(fact: Value) -> int | None:
    """Number of items, if all extents are known."""
    if not isinstance(fact, Tensor) or fact.shape is None:
        return None
    found = product(fact.shape)
    return found if isinstance(found, int) else None


def count_text(count: int | float) -> str:
    """A count in three digits: `61 M`, `0.7 G`, `512`."""
    for limit, unit in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if count >= limit / 2 and count >= 1000:
            scaled = count / limit
            return f"{scaled:.1f} {unit}" if scaled < 10 else f"{scaled:.0f} {unit}"
    return str(count)


def plural(count: int, noun: str) -> str:
    """`1 use`, `2 uses`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def shortened(text: str, limit: int = LONG) -> str:
    """At most so many characters, on one line."""
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def code(text: str, language: str = "nnef") -> str:
    """A block of code in Markdown."""
    fence = "`" * max(3, _ticks(text) + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def inline(text: str) -> str:
    """Code within a line of Markdown."""
    fence = "`" * (_ticks(text) + 1)
    room = " " if text.startswith("`") or text.endswith("`") else ""  # Markdown drops it again
    return f"{fence}{room}{text}{room}{fence}"


def _ticks(text: str) -> int:
    """The longest run of backticks: a fence must be longer, or the text ends it."""
    return max(map(len, re.findall("`+", text)), default=0)


_BRACKETS = re.compile(r"`+[^`]*`+|\[[^\[\]\n]*\](?!\()(?:\[[^\[\]\n]*\])*|\w+<\w+>(?:\(\w*\))?")


def prose(text: str) -> str:
    """A sentence for Markdown: what stands in brackets as code, for editors conceal them as those of a link or of HTML."""
    return _BRACKETS.sub(lambda match: match[0] if match[0][0] == "`" else inline(match[0]), text)


_MARKUP = re.compile(
    r"\S*[^\s\w.,;:'\"()/?%@+={}^-]\S*(?: \S*[^\s\w.,;:'\"()/?%@+={}^-]\S*)*|\S*_\S*|(?m:^ *(?:[-+]|\d+[.)]|={2,}|-{2,}))"
)


def quoted_prose(text: str) -> str:
    """What somebody wrote in a comment, for Markdown: words that it would make something of are code, the rest is text."""
    return _MARKUP.sub(lambda match: inline(match[0].strip()), text)
