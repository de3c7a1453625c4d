"""What can be known of a statement's form without its names: which words it reads, invokes, and refers to by label.

Not here: values, which depend on the names.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter

from ...syntax import nodes as n
from ...syntax.forms import Form
from ...syntax.segments import Segment
from .dialects import DIALECTS

_EXTENDED = (
    n.Unary,
    n.Binary,
    n.Parenthesized,
    n.IfElse,
    n.Subscript,
    n.RangeSubscript,
    n.Comprehension,
    n.Builtin,
)

OTHER_LABELS = frozenset(
    operation
    for dialect in DIALECTS.values()
    for (operation, parameter), kind in dialect.strings.items()
    if parameter == "label" and kind != "weights"
)
"""Operations whose label is that of another thing than a variable."""


def updated(node: n.Invocation) -> n.Argument | None:
    """The argument of an invocation of `update` that says what is updated: by name wherever it stands, or the first."""
    named = [item for item in node.arguments if item.name is not None and item.name.name == "variable"]
    return next(iter([*named, *(item for item in node.arguments[:1] if item.name is None)]), None)


class FormFacts:
    """Derived once per form.

    `reads` are the slots of names used, `strings` those of strings that may matter for shapes, `labels` those of
    strings given to a parameter called label, `callees` the operations invoked, `extended` the first part that needs
    the extension for operator expressions (section 3.2.3), and `bound` the names of iterators.  `names_read` and
    `strings_read` pick the names used and the strings out of a statement's words.
    """

    __slots__ = ("bound", "callees", "extended", "labels", "names_read", "reads", "strings", "strings_read", "top")

    def __init__(self, form: Form) -> None:
        tree = form.exemplar
        value = tree.value if isinstance(tree, n.Assignment) else tree.invocation
        reads, strings, labels = [], [], []
        foreign: set[int] = set()
        self.callees: set[str] = set()
        self.bound: set[int] = set()
        self.extended = extended_part(value)
        self.top = value.callee.name if isinstance(value, n.Invocation) else ""
        for node in value.walk():
            if isinstance(node, n.Identifier) and node.slot >= 0:
                reads.append(node.slot)
            elif isinstance(node, n.String) and node.slot >= 0:
                strings.append(node.slot)
            elif isinstance(node, n.Invocation):
                self.callees.add(node.callee.name)
                if node.callee.name in OTHER_LABELS:
                    foreign.update(map(id, node.arguments))
            elif isinstance(node, n.Argument) and node.name is not None and node.name.name == "label":
                if id(node) in foreign:
                    continue
                if isinstance(node.value, n.String):
                    labels.append(node.value.slot)
            elif isinstance(node, n.Iteration):
                self.bound.update(part.slot for part in node.target.walk() if isinstance(part, n.Identifier))
        self.reads = tuple(reads)
        self.labels = tuple(labels)
        self.strings = tuple(slot for slot in strings if slot not in labels)
        self.names_read = _picker(self.reads)
        self.strings_read = _picker(self.strings)


def _picker(slots: tuple[int, ...]) -> Callable[[tuple[str, ...]], tuple[str, ...]]:
    """A function from words to those in these slots."""
    if len(slots) > 1:
        return itemgetter(*slots)
    return (lambda words: (words[slots[0]],)) if slots else (lambda words: ())


def facts_of(form: Form) -> FormFacts:
    """The facts of a form, derived on first use."""
    if form.facts is None:
        form.facts = FormFacts(form)
    return form.facts  # type: ignore[no-any-return]


def reads(segment: Segment) -> list[str]:
    """The names that a statement uses."""
    if segment.form is None:
        return list(segment.loose)
    return [segment.words[slot] for slot in facts_of(segment.form).reads]


def labels_of(segment: Segment) -> list[str]:
    """The labels of the variables that a statement introduces."""
    if segment.form is None:
        return []
    return [label_of(segment.words[slot]) for slot in facts_of(segment.form).labels]


def label_of(word: str) -> str:
    """The label that a quoted word stands for."""
    return word[1:-1]


def extended_part(value: n.Node) -> n.Node | None:
    """The first node that flat syntax does not have; at the top even a plain name or a literal is one."""
    if not isinstance(value, n.Invocation):
        return value
    for node in value.walk():
        if isinstance(node, _EXTENDED) or (isinstance(node, n.Invocation) and node is not value):
            return node
    return None
