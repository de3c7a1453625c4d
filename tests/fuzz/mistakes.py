"""One mistake in a valid document: is it told where it was made, and is nothing else told?

    python -m tests.fuzz.mistakes --mistakes 20000 [--seed 0] [--corpus FOLDER] [--show 2]

Each document gets one mistake that a person makes: an argument dropped, a name misspelt, a statement deleted or
doubled, a bracket lost ...  Where Khronos' parser refuses the result it names a place; ours must be there or in the
statement that was changed, and no error may be anywhere else.
"""

from __future__ import annotations

import argparse
import collections
import re
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.model.operations.dialects import STANDARD as KHRONOS
from nnef_lsp.rules import diagnose
from nnef_lsp.syntax.source import Source

from .khronos import Khronos

_PLACE = re.compile(r"\[(\d+):(\d+)\]")
_STATEMENT = re.compile(r"^(?P<left>[^=\n]+?) = (?P<operation>\w+)(?:<\w+>)?\((?P<arguments>.*)\);(?: *#.*)?$")


class Mistake(NamedTuple):
    """A document with a mistake; `line` (from 1) is where it was made, 0 where a line is gone."""

    kind: str
    text: str
    line: int


class Error(NamedTuple):
    """An error of ours: where it begins and ends, counted from 1."""

    rule: str
    start: tuple[int, int]
    end: tuple[int, int]
    message: str


def errors(text: str) -> list[Error]:
    """Our errors, in the order of the text."""
    analysis = Analysis(Source(text), KHRONOS)
    found = []
    for item in diagnose(analysis):
        if item.severity == "error":
            at = analysis.source.start_of(item.segment)
            start, end = analysis.source.position(at + item.start), analysis.source.position(at + item.end)
            place = (start.line + 1, start.column + 1), (end.line + 1, end.column + 1)
            found.append(Error(item.rule, *place, item.message))
    return sorted(found, key=lambda error: error.start)


# ---- mistakes: from a line's match to the line as it should not be, None if the line has nothing to get wrong


def _arguments(line: re.Match[str]) -> list[str]:
    """The arguments of a statement, cut at the commas outside of brackets."""
    found, depth, start, quote = [], 0, 0, ""
    text = line["arguments"]
    for index, character in enumerate(text):
        if quote or character in "'\"":
            quote = "" if character == quote else quote or character
        elif character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif character == "," and not depth:
            found.append(text[start:index].strip())
            start = index + 1
    return [*found, text[start:].strip()]


def _with_arguments(line: re.Match[str], arguments: list[str]) -> str:
    begin = line.string[: line.start("arguments")]
    return begin + ", ".join(arguments) + line.string[line.end("arguments") :]


def drop_argument(random: Random, line: re.Match[str]) -> str | None:
    arguments = _arguments(line)
    arguments.pop(random.randrange(len(arguments)))
    return _with_arguments(line, arguments) if arguments else None


def double_argument(random: Random, line: re.Match[str]) -> str | None:
    arguments = _arguments(line)
    arguments.insert(random.randrange(len(arguments) + 1), random.choice(arguments))
    return _with_arguments(line, arguments)


def swap_arguments(random: Random, line: re.Match[str]) -> str | None:
    arguments = _arguments(line)
    if len(arguments) < 2:
        return None
    a, b = random.sample(range(len(arguments)), 2)
    arguments[a], arguments[b] = arguments[b], arguments[a]
    return _with_arguments(line, arguments)


def rename_argument(random: Random, line: re.Match[str]) -> str | None:
    arguments = _arguments(line)
    named = [index for index, argument in enumerate(arguments) if re.match(r"\w+ *=", argument)]
    if not named:
        return None
    index = random.choice(named)
    arguments[index] = (
        random.choice(["x", "sizes", "Size", "axis", "kernel", "pad"]) + arguments[index][arguments[index].index("=") :]
    )
    return _with_arguments(line, arguments)


def unname_argument(random: Random, line: re.Match[str]) -> str | None:
    arguments = _arguments(line)
    named = [index for index, argument in enumerate(arguments) if re.match(r"\w+ *=", argument)]
    if not named:
        return None
    index = random.choice(named)
    arguments[index] = arguments[index].split("=", 1)[1].strip()
    return _with_arguments(line, arguments)


def change_type(random: Random, line: re.Match[str]) -> str | None:
    arguments = _arguments(line)
    index = random.randrange(len(arguments))
    name = re.match(r"\w+ *= *", arguments[index])
    value = random.choice(["1", "1.5", "true", "'max'", "[1]", "[1.5]", "[]", "(1, 2)", "[(1, 2)]", "[[1]]", "-1"])
    arguments[index] = (name[0] if name else "") + value
    return _with_arguments(line, arguments)


def misspell_operation(random: Random, line: re.Match[str]) -> str | None:
    name = line["operation"]
    at = random.randrange(len(name))
    wrong = random.choice(
        [name[:at] + name[at + 1 :], name[:at] + name[at] + name[at:], name.capitalize(), name + "2d"]
    )
    start, end = line.span("operation")
    return None if wrong == name or not wrong or wrong[0].isdigit() else line.string[:start] + wrong + line.string[end:]


def misspell_name(random: Random, line: re.Match[str]) -> str | None:
    found = [
        m
        for m in re.finditer(r"(?<![\w'\"])[A-Za-z_]\w*(?![\w'\"]| *=|\()", line.string)
        if m.start() > line.start("operation")
    ]
    if not found:
        return None
    name = random.choice(found)
    return line.string[: name.end()] + random.choice(["x", "_", "1"]) + line.string[name.end() :]


def rename_result(random: Random, line: re.Match[str]) -> str | None:
    name = random.choice(list(re.finditer(r"\w+", line["left"])))
    at = line.start("left") + name.end()
    return line.string[:at] + "_" + line.string[at:]


def drop_result(random: Random, line: re.Match[str]) -> str | None:
    names = re.findall(r"\w+", line["left"])
    if len(names) < 2:
        return None
    names.pop(random.randrange(len(names)))
    left = "[" + ", ".join(names) + "]" if "[" in line["left"] else ", ".join(names)
    return line.string[: line.start("left")] + left + line.string[line.end("left") :]


def add_result(random: Random, line: re.Match[str]) -> str | None:
    left = line["left"].strip()
    left = left[:-1] + ", extra]" if left.endswith("]") else left + ", extra"
    return line.string[: line.start("left")] + left + line.string[line.end("left") :]


def change_number(random: Random, line: re.Match[str]) -> str | None:
    found = [
        m for m in re.finditer(r"(?<![\w.'\"/])\d+(?![\w.'\"/])", line.string) if m.start() > line.start("arguments")
    ]
    if not found:
        return None
    number = random.choice(found)
    wrong = str(random.choice([0, 1, 2, 3, 5, 7, int(number[0]) + 1, max(0, int(number[0]) - 1), -1, -2, 100]))
    return None if wrong == number[0] else line.string[: number.start()] + wrong + line.string[number.end() :]


def drop_character(random: Random, line: re.Match[str]) -> str | None:
    found = [m.start() for m in re.finditer(r"[()\[\]=,;'\"<>]", line.string)]
    at = random.choice(found)
    return line.string[:at] + line.string[at + 1 :]


def double_character(random: Random, line: re.Match[str]) -> str | None:
    at = random.choice([m.start() for m in re.finditer(r"[()\[\]=,;<>]", line.string)])
    return line.string[:at] + line.string[at] + line.string[at:]


def generic(random: Random, line: re.Match[str]) -> str | None:
    end = line.end("operation")
    if line.string[end] == "<":
        return (
            line.string[:end]
            + random.choice(["<int>", "<?>", "<>", "<string>"])
            + line.string[line.string.index(">", end) + 1 :]
        )
    return line.string[:end] + random.choice(["<scalar>", "<integer>"]) + line.string[end:]


LINE_MISTAKES: dict[str, Callable[[Random, re.Match[str]], str | None]] = {
    function.__name__.replace("_", " "): function
    for function in (
        drop_argument, double_argument, swap_arguments, rename_argument, unname_argument, change_type, misspell_operation,
        misspell_name, rename_result, drop_result, add_result, change_number, drop_character, double_character, generic,
    )
}  # fmt: skip


def mistaken(random: Random, text: str) -> Mistake | None:
    """A document with one mistake; None if the dice found nothing to get wrong."""
    lines = text.split("\n")
    places = [number for number, line in enumerate(lines) if _STATEMENT.match(line.strip())]
    if not places:
        return None
    kind = random.choice([*LINE_MISTAKES, "delete statement", "double statement", "swap statements", "delete line"])
    at = random.choice(places)
    if kind == "delete line":
        at = random.randrange(len(lines))
        return Mistake(kind, "\n".join(lines[:at] + lines[at + 1 :]), 0)
    if kind == "delete statement":
        return Mistake(kind, "\n".join(lines[:at] + lines[at + 1 :]), 0)
    if kind == "double statement":
        return Mistake(kind, "\n".join(lines[: at + 1] + lines[at:]), at + 2)
    if kind == "swap statements":
        other = random.choice(places)
        lines[at], lines[other] = lines[other], lines[at]
        return Mistake(kind, "\n".join(lines), 0) if at != other else None
    indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
    line = _STATEMENT.match(lines[at].strip())
    assert line is not None
    wrong = LINE_MISTAKES[kind](random, line)
    if wrong is None:
        return None
    lines[at] = indent + wrong
    return Mistake(kind, "\n".join(lines), at + 1)


def verdict(mistake: Mistake, theirs: dict[str, Any], found: list[Error]) -> str | None:
    """What is unpleasant about our errors: "missed", "elsewhere", "follow-up"; None if nothing is."""
    if "error" not in theirs:
        return None
    places = [(int(line), int(column)) for line, column in _PLACE.findall(theirs["error"])]
    lines = {line for line, _ in places} | {mistake.line} - {0}
    if not found:
        return "missed"
    if theirs["stage"] == "shapes":
        return "follow-up" if len({error.start[0] for error in found}) > 1 else None
    here = [error for error in found if any(error.start <= place <= error.end for place in places)]
    near = [error for error in found if error.start[0] in lines]
    if not here and not near:
        return "elsewhere"
    return "follow-up" if len({*here, *near}) < len(found) else None


def main() -> int:
    """Run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mistakes", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--corpus", type=Path, required=True, help="a folder; its .nnef files of up to 20,000 characters are used"
    )
    parser.add_argument("--show", type=int, default=2, help="documents to show of each kind of finding")
    parser.add_argument("--kind", help="only mistakes of this kind")
    arguments = parser.parse_args()
    khronos, random = Khronos(), Random(arguments.seed)
    texts = [file.read_text("utf-8", "replace") for file in sorted(arguments.corpus.rglob("graph.nnef"))]
    texts = [
        text
        for text in texts
        if len(text) <= 20_000 and "tract" not in text and not errors(text) and "shapes" in khronos.ask(text)
    ]
    print(f"{len(texts)} documents", file=sys.stderr)
    more: collections.Counter[str] = collections.Counter()
    counts: collections.Counter[tuple[str, str, str]] = collections.Counter()
    of_kind: collections.Counter[str] = collections.Counter()
    shown: collections.Counter[tuple[str, str, str]] = collections.Counter()
    refused = alone = extra = 0
    for _ in range(arguments.mistakes):
        mistake = mistaken(random, random.choice(texts))
        if mistake is None or (arguments.kind and mistake.kind != arguments.kind):
            continue
        theirs = khronos.ask(mistake.text)
        if "error" not in theirs:
            continue
        found = errors(mistake.text)
        refused += 1
        of_kind[mistake.kind] += 1
        alone += len(found) == 1
        extra += max(0, len(found) - 1)
        more[" + ".join(error.rule for error in found[:4])] += len(found) > 1
        what = verdict(mistake, theirs, found)
        if what is None:
            continue
        key = (what, mistake.kind, re.sub(r"\[\d+:\d+\]|\d+|'[^']*'", "..", theirs["error"].split("\n")[0])[:90])
        counts[key] += 1
        if shown[key] < arguments.show:
            shown[key] += 1
            print(f"-- {what}, {mistake.kind}, line {mistake.line}; Khronos: {theirs['error']}")
            print("   " + "\n   ".join(mistake.text.split("\n")))
            for error in found[:6]:
                print(f"   {error.start[0]}:{error.start[1]} {error.rule}: {error.message}")
    khronos.close()
    for key, count in counts.most_common():
        print(count, *key, sep=" | ")
    print("several errors:", *[f"{count} {rules}" for rules, count in more.most_common(20) if count], sep="\n    ")
    print(
        f"{refused} refused by Khronos, {sum(counts.values())} not told well, {alone} with one error, {extra} errors beyond the first"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
