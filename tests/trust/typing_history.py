"""What a person types into a graph in an hour, key by key: histories of edits that end where they began.

Statements come with typing errors that are taken back, numbers are made others, names are typed anew, lines go and come
back, blocks are pasted, brackets are opened and closed late.  At its end a history is undone, so a document can be typed in
for hours and stays what it is.

Not here: what an editor asks after each key (`soak.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from random import Random

Edit = tuple[int, int, str]
"""The characters from a start to an end, and what is put in their place."""
NUMBER = re.compile(r"(?<![\w.])\d+(?![\w.])")
NAME = re.compile(r"(?m)^ +(\w+) = ")
STATEMENT = re.compile(r"(?m)^ +\w+ = [^;]*;\n")
LINE_END = re.compile(r";\n")
STATEMENTS = [
    "    extra = relu({name});\n", "    extra = add({name}, 1.5); # größer\n", "    extra = max_pool({name}, size = [1, 1, 2, 2], "
    "border = 'ignore');\n", "    extra = concat([{name}, {name}], axis = 1);\n", "    extra = reshape({name}, shape = [0, -1]);\n",
    "    k{number} = variable(shape = [4, {number}], label = 'layer/k{number}');\n", "    extra = ({name} + {name}) * 2.0;\n",
    "    extra = conv({name}, {name}, 0.0, stride = [{number}, 1]);\n",
]  # fmt: skip


class Text:
    """A text that edits are made in, which remembers how to undo them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._undo: list[Edit] = []

    def apply(self, edit: Edit) -> Edit:
        start, end, new = edit
        self._undo.append((start, start + len(new), self.text[start:end]))
        self.text = self.text[:start] + new + self.text[end:]
        return edit

    def undone(self) -> Iterator[Edit]:
        """The edits that take back all that was done."""
        while self._undo:
            start, end, old = self._undo.pop()
            self.text = self.text[:start] + old + self.text[end:]
            yield start, end, old


def history(random: Random, text: Text) -> Iterator[Edit]:
    """A few minutes of somebody's work, and its undoing; each edit is applied to the text when it is taken."""
    for _ in range(random.choice([1, 1, 2, 4])):
        for edit in random.choice(_WORK)(random, text.text):
            yield text.apply(edit)
    yield from text.undone()


def _typed(random: Random, at: int, written: str) -> Iterator[Edit]:
    """A text, key by key; before one key in thirty another one is typed, and taken back two keys later."""
    for letter in written:
        if random.random() < 1 / 30:
            for slip in (random.choice("abcx(,;'1 "), letter):
                yield at, at, slip
                at += 1
            for _ in range(2):
                at -= 1
                yield at, at + 1, ""
        yield at, at, letter
        at += 1


def _statement(random: Random, text: str) -> Iterator[Edit]:
    ends, names = list(LINE_END.finditer(text)), NAME.findall(text)
    if not ends or not names:
        return
    at = random.choice(ends).end()
    pattern = random.choice(STATEMENTS)
    yield from _typed(random, at, pattern.format(name=random.choice(names), number=random.randrange(1, 9)))


def _number(random: Random, text: str) -> Iterator[Edit]:
    numbers = list(NUMBER.finditer(text))
    if not numbers:
        return
    found = random.choice(numbers)
    start, end = found.span()
    for at in range(end, start, -1):
        yield at - 1, at, ""
    yield from _typed(random, start, str(random.randrange(1, random.choice([4, 32, 2000]))))


def _name(random: Random, text: str) -> Iterator[Edit]:
    names = list(NAME.finditer(text))
    if not names:
        return
    start, end = random.choice(names).span(1)
    for at in range(end, start, -1):
        yield at - 1, at, ""
    yield from _typed(
        random, start, random.choice(["hidden", "attention_scores", "x1", f"block{random.randrange(90)}"])
    )


def _line_out(random: Random, text: str) -> Iterator[Edit]:
    lines = list(STATEMENT.finditer(text))
    if lines:
        start, end = random.choice(lines).span()
        yield start, end, ""


def _comment(random: Random, text: str) -> Iterator[Edit]:
    lines = list(STATEMENT.finditer(text))
    if lines:
        start = random.choice(lines).start()
        yield from _typed(random, start, "# ")


def _pasted(random: Random, text: str) -> Iterator[Edit]:
    lines = list(STATEMENT.finditer(text))
    if lines:
        first = random.randrange(len(lines))
        block = "".join(line[0] for line in lines[first : first + random.choice([1, 5, 12])])
        at = random.choice(lines).end()
        yield at, at, block


def _bracket(random: Random, text: str) -> Iterator[Edit]:
    places = [match.start() for match in re.finditer(r"[()\[\]{};']", text)]
    if places:
        at = random.choice(places)
        yield at, at + 1, ""
        yield from _typed(random, at, text[at])


_WORK: list[Callable[[Random, str], Iterator[Edit]]] = [
    _statement, _statement, _statement, _number, _number, _number, _name, _line_out, _comment, _pasted, _bracket,
]  # fmt: skip
