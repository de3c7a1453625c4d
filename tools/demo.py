"""The main job on a real model, in a few seconds: check, shapes, weights, a run on pictures, a mistake found.

    .venv/bin/python tools/demo.py              (or: make demo)

With each part stands the command that shows it, or more of it.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from nnef_lsp.cli.document import Document, open_document  # noqa: E402
from nnef_lsp.cli.drawing import painter  # noqa: E402
from nnef_lsp.cli.main import main as command  # noqa: E402

EXAMPLE = "examples/digits"
BAR = 24
BROKEN = ("summary = halve(shapes);", "summary = relu(shapes); ")


def main() -> int:
    """Exit status 0 if everything came out as it should."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    os.chdir(ROOT)
    started = time.perf_counter()
    failed = [part.__name__ for part in (check, shapes, weights, run, diagnostic) if not part()]
    good = not failed
    verdict = (
        "Everything came out as it should" if good else f"Something did NOT come out as it should: {', '.join(failed)}"
    )
    print(f"\n{painter().paint(verdict, '1;32' if good else '1;31')} ({time.perf_counter() - started:.1f} s).")
    tool = Path(sys.executable).with_name("nnef-lsp")
    shown = tool.relative_to(ROOT) if tool.is_relative_to(ROOT) else tool.name
    print(f"Next: '{shown} --help' lists the commands; docs/editors.md tells how an editor finds the server.")
    return 0 if good else 1


def heading(text: str, shown: str) -> None:
    """What comes next, and the command that does it."""
    paint = painter()
    print(f"\n{paint.paint(text, '1')}\n{paint.paint('$ ' + shown, '2')}")


def check() -> bool:
    heading("1. Is the model in order?", f"nnef-lsp check {EXAMPLE}")
    return command(["check", EXAMPLE]) == 0


def shapes() -> bool:
    heading("2. What is the shape of every tensor?", f"nnef-lsp shapes {EXAMPLE}")
    return command(["shapes", EXAMPLE]) == 0


def weights() -> bool:
    from nnef_lsp.archive.pictures.preview import heat_map_lines, histogram_lines, number_text, sparkline
    from nnef_lsp.archive.statistics.statistics import summarise

    heading("3. What is in the weights?", f"nnef-lsp tensor {EXAMPLE}/conv1/filter.dat")
    with open_document(EXAMPLE).model as model:
        for label in model.labels():
            facts = summarise(model.tensor(label))
            shape = str(list(facts.shape))
            span = f"{number_text(facts.minimum):>9} to {number_text(facts.maximum):<9}"
            print(f"{label:<18} {facts.item_type} {shape:<15} {span} {sparkline(facts.histogram)}")
        tensor = model.tensor("conv1/filter")
        print("\nconv1/filter, how often each value occurs:")
        print("\n".join(histogram_lines(summarise(tensor), height=5)))
        print("\nconv1/filter, its 12 filters of 3x3 side by side (dark: least, light: most):")
        print("\n".join(heat_map_lines(side_by_side(tensor.array()), width=96, colour=painter().colour)[:-1]))
    return True


def side_by_side(filters: Any) -> Any:
    """The filters as one row, each pixel about square on a terminal, where a character is twice as high as wide."""
    row = filters.transpose(1, 0, 2, 3).repeat(2, axis=3)
    return row.repeat(2, axis=2) if painter().colour else row


def run() -> bool:
    import json

    from nnef_lsp.model.flattening.flatten import flatten
    from nnef_lsp.runtime.execution.execute import Session
    from nnef_lsp.runtime.inputs.sources import read_input
    from nnef_lsp.runtime.inputs.weights import model_weights
    from nnef_lsp.runtime.planning.plan import make_plan

    heading("4. What does it read in these pictures?", f"nnef-lsp run {EXAMPLE} --input image={EXAMPLE}/samples/3.png")
    document: Document = open_document(EXAMPLE)
    graph = flatten(document.analysis)
    session = Session(make_plan(graph), model_weights(document.model))
    labels = Path(EXAMPLE, "labels.txt").read_text().split()
    expected = json.loads(Path(EXAMPLE, "expected.json").read_text())
    good = True
    for path, want in expected["samples"].items():
        image = read_input("image", str(Path(EXAMPLE, path)), graph.tensors["image"])
        found = session.run({"image": image}).outputs["probabilities"][0].tolist()
        top = sorted(range(len(found)), key=lambda index: -found[index])[:3]
        good = good and top[0] == want["class"]
        print()
        for line, text in zip(
            picture(image[0, 0].tolist()), answers(path, top, found, labels, want["class"]), strict=True
        ):
            print(f"  {line}   {text}".rstrip())
    print(f"\nOn the 360 pictures held back from training it is right in {100 * expected['accuracy']:.1f} %.")
    return good


def picture(rows: list[list[float]]) -> list[str]:
    """An 8x8 picture in four lines: two pixels in one character, upper and lower half."""
    lines = []
    for upper, lower in zip(rows[::2], rows[1::2], strict=True):
        pairs = [(a > 0.4, b > 0.4) for a, b in zip(upper, lower, strict=True)]
        lines.append("".join({(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}[pair] for pair in pairs))
    return lines


def answers(path: str, top: list[int], found: list[float], labels: list[str], want: int) -> list[str]:
    """Four lines: the file, and the top classes with bars."""
    paint = painter()
    lines = [path]
    for index in top:
        bar = "█" * round(found[index] * BAR)
        colour = "32" if index == want else "31"
        lines.append(f"{labels[index]}  {paint.paint(bar.ljust(BAR), colour)} {100 * found[index]:6.2f} %")
    return lines


def diagnostic() -> bool:
    heading("5. And if something is wrong?  (a copy in which the last 'halve' was forgotten)", "nnef-lsp check broken")
    with tempfile.TemporaryDirectory() as folder:
        broken = Path(folder, "broken")
        shutil.copytree(EXAMPLE, broken)
        graph = broken / "graph.nnef"
        text = graph.read_text(encoding="utf-8")
        graph.write_text(text.replace(*BROKEN), encoding="utf-8")
        os.chdir(folder)
        try:
            return BROKEN[0] in text and command(["check", "broken"]) == 1
        finally:
            os.chdir(ROOT)


if __name__ == "__main__":
    sys.exit(main())
