"""Compare our verdict with Khronos' on many random documents, and count the differences by kind.

    python -m tests.fuzz.run --documents 100000 [--seed 0] [--corpus FOLDER] [--show 3]

A difference is a document that Khronos rejects and we do not ("missed"), one that it accepts and in which we report an
error ("objected"; fine where the specification objects, see docs/differences.md), or another shape ("shape").
"""

from __future__ import annotations

import argparse
import collections
import re
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.model.operations.dialects import STANDARD as KHRONOS
from nnef_lsp.rules import diagnose
from nnef_lsp.syntax.source import Source

from .generate import document
from .khronos import Khronos
from .mutate import mutated

_BUGS = ("kind mismatch", "vs [[]", "not supported between instances", "ValueError(")
"""What Khronos' Python parts say when they fail by themselves, which is no verdict."""


EXPLAINED = re.compile(
    r"""
      objected:\ (invalid-value|rank-mismatch|shape-mismatch|volume-mismatch|empty-result|not-a-tensor|not-generic
        |label-shape|index-range|extension-missing|default-type|conversion):.*
    | objected:\ operand-types:.*(is\ not\ defined\ for|divides\ by\ zero).*
    | objected:\ axis-out-of-range:\ in\ fragment.*
    | missed:\ parse:.*(invalid\ operand\ types|undeclared\ identifier|cannot\ be\ cast\ to|condition\ in\ comprehension
        |unexpected\ token|unknown\ result\ array\ length).*
    | missed:\ parse:.*expected\ token\ '\.\.',\ found\ '\.\.'
    | missed:\ shapes:.*(values\ must\ be\ non-empty|does\ not\ match\ filter\ batch.*)
    | shape:\ .*
    """,
    re.VERBOSE,
)
"""Kinds of differences that docs/differences.md explains."""


def ours(text: str) -> tuple[list[str], dict[str, Any]]:
    """Our errors ("rule: message") and shapes."""
    analysis = Analysis(Source(text), KHRONOS)
    errors = [f"{item.rule}: {item.message}" for item in diagnose(analysis) if item.severity == "error"]
    shapes = {name: tensor.shape for name, tensor in analysis.tensors().items()}
    return errors, shapes


def difference(text: str, theirs: dict[str, Any], errors: list[str], shapes: dict[str, Any]) -> tuple[str, str] | None:
    """Kind and detail of the difference between two verdicts."""
    if "crash" in theirs:
        return None if errors else ("crashed", "Khronos' parser died, we see no error")
    if any(bug in theirs.get("error", "") for bug in _BUGS):
        return None
    if "error" in theirs:
        return None if errors else ("missed", f"{theirs['stage']}: {_plain(theirs['error'])}")
    if errors:
        return "objected", _plain(errors[0])
    for name, shape in theirs["shapes"].items():
        found = shapes.get(name)
        if name in shapes and shape is not None and (found is None or list(found) != list(shape)):
            if found is None or all(isinstance(extent, int) for extent in found):
                return "shape", f"{found} instead of {shape}"
    return None


def _plain(message: str) -> str:
    """A message without its names and numbers, to count alike what is alike."""
    message = re.sub(r"'graph\.nnef' |\[\d+:\d+\]", "", message.split("\n")[0])
    return re.sub(r"-?\d+(\.\d+)?", "N", re.sub(r"'[^']*'", "'..'", message))[:150]


def documents(random: Random, corpus: list[str]) -> str:
    """The next document."""
    text = random.choice(corpus) if corpus and random.random() < 0.4 else document(random)
    return mutated(random, text) if random.random() < 0.5 else text


def main() -> int:
    """Run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--corpus", type=Path, help="a folder; its .nnef files of up to 5,000 characters are mutated too"
    )
    parser.add_argument("--show", type=int, default=2, help="documents to show of each kind of difference")
    arguments = parser.parse_args()
    corpus = []
    for file in sorted(arguments.corpus.rglob("*.nnef")) if arguments.corpus else ():
        text = file.read_bytes().decode("utf-8", "replace")
        if len(text) <= 5000 and "tract_" not in text:
            corpus.append(text)
    random, khronos = Random(arguments.seed), Khronos()
    counts: collections.Counter[tuple[str, str]] = collections.Counter()
    examples: dict[tuple[str, str], list[str]] = collections.defaultdict(list)
    verdicts: collections.Counter[str] = collections.Counter()
    begin = time.time()
    slowest = 0.0
    for number in range(arguments.documents):
        text = documents(random, corpus)
        start = time.time()
        try:
            errors, shapes = ours(text)
        except Exception as error:
            kind: tuple[str, str] | None = ("raised", repr(error)[:100])
        else:
            slowest = max(slowest, time.time() - start)
            theirs = khronos.ask(text)
            verdicts[next(iter(theirs))] += 1
            kind = difference(text, theirs, errors, shapes)
        if kind is not None:
            counts[kind] += 1
            if len(examples[kind]) < arguments.show:
                examples[kind].append(text)
        if number % 20_000 == 19_999:
            print(
                number + 1,
                dict(verdicts),
                sum(counts.values()),
                f"{time.time() - begin:.0f} s",
                file=sys.stderr,
                flush=True,
            )
    khronos.close()
    unexplained = 0
    for kind, count in counts.most_common():
        new = not EXPLAINED.fullmatch(f"{kind[0]}: {kind[1]}")
        unexplained += count * new
        print(f"== {count} {kind[0]}: {kind[1]}{' (NOT EXPLAINED)' if new else ''}")
        for text in examples[kind]:
            print("   " + text.replace("\n", "\n   "))
    print(f"{arguments.documents} documents, {dict(verdicts)}, {sum(counts.values())} differ, {unexplained} unexplained, slowest {slowest:.2f} s,"
          f" {time.time() - begin:.0f} s")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
