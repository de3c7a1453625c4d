"""Does nnef-lsp treat the models of `make.py` rightly?  Runs what a user runs, and writes a table.

    python -m tests.exports.judge FOLDER [NAME...] [--kinds torch,onnx] [--table FILE.md]

`check`, `check --target`, `shapes`, `verify` and `verify --engine tract` run as processes over batches of models; without
`--dialect`, so that it has to be recognised.  What is right:

    check      no error if tract loads the model, an error if it refuses
    target     `--target tract-0.23` finds an error exactly if tract does not run the model
    shapes     types and extents of the outputs are tract's (where it loads), and all extents that they need are known
    numpy      outputs are torch's
    tract      outputs of `--engine tract` are torch's

A run counts as right within 1e-3 of each item and 1e-4; where a model computes in f16, within 2^-6, which is 32 roundings of 2^-11,
of each item and of 1: hundreds of such roundings lie between its inputs and outputs, half of them in torch.
"""

from __future__ import annotations

import argparse
import collections
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nnef_lsp.model.extents.extremes import substitute
from nnef_lsp.model.extents.parse import Malformed, parse_extent

from ..tract.differential.compare import split

TOLERANCES = {False: (1e-3, 1e-4), True: (2**-6, 2**-6)}
"""Of models in f32, and of those in f16: relative, absolute."""
KINDS = {"torch": "torch_to_nnef", "rewritten": "rewritten by tract", "onnx": "ONNX, written by tract"}
HIDDEN = "Unsupported DatumType in the public API TDim"
COLUMNS = ("loads", "runs", "equal", "check", "target", "shapes", "numpy", "engine")
BATCH = 12
PATIENCE = 900
"""Seconds for a batch."""


@dataclass
class Model:
    """A model, what tract says of it, and what we say: `right` by column, `reasons` by column where it is not."""

    kind: str
    name: str
    path: Path
    said: dict[str, Any]
    right: dict[str, bool] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    findings: list[dict[str, Any]] = field(default_factory=list)
    extents: bool = False
    """Whether outputs are extents, which tract's package runs and does not hand out: `--engine tract` tells the rest."""

    @property
    def half(self) -> bool:
        """Whether it computes in f16."""
        return bool(self.said["half"])

    def note(self, column: str, right: bool, reason: str = "") -> None:
        """What came of a column."""
        self.right[column] = right
        if not right:
            self.reasons[column] = reason

    @property
    def ours(self) -> bool:
        """Whether all that is ours is right, as far as tract lets one tell."""
        columns = ["check", "target"] + ["shapes", "numpy"] * self.right["loads"] + ["engine"] * self.right["runs"]
        return all(self.right.get(column, False) for column in columns)


def main() -> int:
    """Judge all, or those whose names begin so."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--nnef-lsp", default=str(Path(sys.executable).with_name("nnef-lsp")))
    parser.add_argument("--table", type=Path, help="a file for the tables, in Markdown")
    arguments = parser.parse_args()
    models = list(found(arguments.folder / "models", arguments.kinds.split(","), arguments.names))
    Judge(arguments.nnef_lsp).all(models)
    unwritten = list(not_written(arguments.folder / "models", arguments.kinds.split(",")))
    text = "\n".join([*summary(models), "", *listed(models), "", *(f"- {line}" for line in unwritten)])
    if arguments.table:
        arguments.table.write_text(text + "\n", encoding="utf-8")
    print(text)
    return not all(model.ours for model in models)


def found(folder: Path, kinds: Iterable[str], names: list[str]) -> Iterator[Model]:
    """The models that exporters could write."""
    for kind in kinds:
        for path in sorted((folder / kind).iterdir()):
            if (path / "tract.json").exists() and (not names or path.name.startswith(tuple(names))):
                model = Model(kind, path.name, path, json.loads((path / "tract.json").read_text()))
                known = model.said
                model.note("loads", "refused" not in known, known.get("refused", ""))
                model.note(
                    "runs", "error" in known, known.get("failed", "" if "refused" in known else "the process died")
                )
                model.extents = HIDDEN in known.get("failed", "")
                near = "error" in known and max(known["error"]) <= TOLERANCES[model.half][0]
                model.note(
                    "equal", near, f"tract is off torch by {max(known['error']):.2g}" if "error" in known else ""
                )
                yield model


def not_written(folder: Path, kinds: Iterable[str]) -> Iterator[str]:
    """What an exporter could not write, and why."""
    for kind in kinds:
        for path in sorted((folder / kind).glob("*.txt")):
            reason = " ".join(path.read_text().split())
            yield f"{KINDS[kind]}: {path.stem}: {reason[:160]}"


class Judge:
    """Asks the command line."""

    def __init__(self, command: str) -> None:
        self._command = command

    def all(self, models: list[Model]) -> None:
        """Fill in every column."""
        for half in (False, True):
            those = [model for model in models if model.half is half]
            for start in range(0, len(those), BATCH):
                batch = those[start : start + BATCH]
                runs = [model for model in batch if model.right["runs"] or model.extents]
                self._verify(runs, "engine", half, "--engine", "tract")
                for model in runs:
                    if model.extents:
                        model.note("runs", True)
                        model.note("equal", model.right["engine"], model.reasons.get("engine", ""))
                self._check(batch)
                self._target(batch)
                self._shapes(batch)
                self._verify(batch, "numpy", half)
                good = sum(model.ours for model in batch)
                print(f"{batch[0].kind} {batch[0].name} ...: {good} of {len(batch)}", file=sys.stderr, flush=True)

    def _call(self, batch: list[Model], *words: str) -> Any:
        command, *options = words
        try:
            done = subprocess.run(
                [self._command, command, *(str(model.path) for model in batch), "--format", "json", *options],
                capture_output=True, text=True, timeout=PATIENCE,
            )  # fmt: skip
            return json.loads(done.stdout)
        except (subprocess.TimeoutExpired, json.JSONDecodeError):
            if len(batch) == 1:
                return None
            parts = [self._call([model], *words) for model in batch]  # one of them is at fault: each by itself
            if command == "shapes":
                return {key: value for part in parts for key, value in (part or {}).items()}
            return [item for part in parts for item in part or []]

    def _errors(self, batch: list[Model], *options: str) -> dict[str, list[dict[str, Any]]]:
        by: dict[str, list[dict[str, Any]]] = collections.defaultdict(list)
        for item in self._call(batch, "check", *options) or []:
            by[
                str(Path(item["file"]).parent if item["file"].endswith(("graph.nnef", "graph.quant")) else item["file"])
            ].append(item)
        return by

    def _check(self, batch: list[Model]) -> None:
        by = self._errors(batch)
        for model in batch:
            model.findings = by[str(model.path)]
            errors = [item["message"] for item in model.findings if item["severity"] == "error"]
            reason = errors[0] if errors else f"no error, but tract refuses: {model.said.get('refused')}"
            model.note("check", bool(errors) is not model.right["loads"], reason)

    def _target(self, batch: list[Model]) -> None:
        by = self._errors(batch, "--target", "tract-0.23")
        for model in batch:
            errors = [item["message"] for item in by[str(model.path)] if item["severity"] == "error"]
            what = model.reasons.get("runs") or model.reasons.get("loads")
            model.note(
                "target",
                bool(errors) is not model.right["runs"],
                errors[0] if errors else f"no error, but tract: {what}",
            )

    def _shapes(self, batch: list[Model]) -> None:
        by = self._call(batch, "shapes") or {}
        for model in batch:
            tensors = by.get(str(model.path))
            if tensors is None or not model.right["loads"]:
                model.note("shapes", tensors is not None, "no answer")
                continue
            names = outputs(model.path)
            wrong = [
                f"{name} is {tensors.get(name)}, not {fact}"
                for name, fact in zip(names, model.said["outputs"])
                if not agrees(tensors.get(name), fact)
            ]
            needed = read_for(model.path, names)
            unknown = [
                name
                for name, tensor in tensors.items()
                if name in needed and (tensor["shape"] is None or None in tensor["shape"])
            ]
            wrong += [f"of {len(unknown)} tensors an extent is not known, first {unknown[0]}"] if unknown else []
            model.note("shapes", not wrong, wrong[0] if wrong else "")

    def _verify(self, batch: list[Model], column: str, half: bool, *options: str) -> None:
        if not batch:
            return
        relative, absolute = (str(item) for item in TOLERANCES[half])
        found = self._call(batch, "verify", "--rtol", relative, "--atol", absolute, *options) or []
        by = {item["path"]: item for item in found}
        for model in batch:
            verdict = by.get(str(model.path), {"ok": False, "reason": "no answer"})
            model.note(column, verdict["ok"], verdict["reason"])


def outputs(path: Path) -> list[str]:
    """The names of a graph's outputs."""
    text = (path / "graph.nnef").read_text(encoding="utf-8")
    match = re.search(r"^graph [^(]*\([^)]*\) *-> *\(([^)]*)\)", text, re.MULTILINE)
    return [name.strip().removeprefix('i"').strip('"') for name in match[1].split(",")] if match else []


def read_for(path: Path, outputs: Iterable[str]) -> set[str]:
    """The names whose last values outputs need: tract types no others.  A name may be assigned again behind its last use."""
    live, needed, seen = set(outputs), set(), set()
    statements = (path / "graph.nnef").read_text(encoding="utf-8").partition("\ngraph ")[2].split(";\n")
    for statement in reversed(statements):
        left, _, right = statement.partition(" = ")
        targets = set(re.findall(r"\w+", left))
        if targets & live:
            needed |= targets - seen
            live = (live - targets) | set(re.findall(r"\w+", right))
        seen |= targets
    return needed


def agrees(tensor: dict[str, Any] | None, fact: str) -> bool:
    """Whether a tensor is what tract says, as `1,S+2,f32`: extents are compared for values of the symbols."""
    *extents, dtype = split(fact)
    if (
        tensor is None
        or tensor["shape"] is None
        or tensor["dtype"] != dtype.lower()
        or len(tensor["shape"]) != len(extents)
    ):
        return False
    symbols = sorted({name for text in extents for name in re.findall(r"[A-Za-z_]\w*", text)})
    for factor in (3, 8, 13):
        values = {name: factor + 2 * index for index, name in enumerate(symbols)}
        for ours, theirs in zip(tensor["shape"], extents):
            a, b = parse_extent(str(ours)), parse_extent(theirs)
            if isinstance(a, Malformed) or isinstance(b, Malformed) or substitute(a, values) != substitute(b, values):
                return False
    return True


def summary(models: list[Model]) -> Iterator[str]:
    """Counts by kind and group."""
    yield (
        "| exported by | networks | models | tract loads | runs | equals torch | check | target | shapes | numpy | "
        "`--engine tract` | all of ours right |"
    )
    yield "|---" * 12 + "|"
    for kind, title in KINDS.items():
        for prefix, group in (("t-", "transformers"), ("n-", "others")):
            those = [model for model in models if model.kind == kind and model.name.startswith(prefix)]
            if those:
                counts = [sum(model.right.get(column, False) for model in those) for column in COLUMNS]
                loads, runs = counts[0], counts[1]
                of = [len(those)] * 2 + [loads] * 2 + [runs]
                right = [f"{count} of {all}" for count, all in zip(_ours(those), of)]
                cells = [title, group, len(those), loads, runs, counts[2], *right, sum(model.ours for model in those)]
                yield f"| {' | '.join(map(str, cells))} |"
    rules = collections.Counter(
        (item["severity"], item.get("code")) for model in models if model.right["loads"] for item in model.findings
    )
    yield ""
    yield "Findings in models that tract loads: " + (
        ", ".join(f"{count} {severity}s {rule}" for (severity, rule), count in rules.most_common()) or "none"
    )


def _ours(models: list[Model]) -> list[int]:
    """How many are right by column, of those for which it can be told."""
    loads = [model for model in models if model.right["loads"]]
    runs = [model for model in models if model.right["runs"]]
    those = {"check": models, "target": models, "shapes": loads, "numpy": loads, "engine": runs}
    return [sum(model.right.get(column, False) for model in group) for column, group in those.items()]


def listed(models: list[Model]) -> Iterator[str]:
    """Each model in which something is not right, with the reasons."""
    yield "| exported by | model | " + " | ".join(COLUMNS) + " | why |"
    yield "|---" * (len(COLUMNS) + 3) + "|"
    for model in models:
        if not model.ours or not model.right["equal"]:
            cells = [{True: "yes", False: "**no**", None: "-"}[model.right.get(column)] for column in COLUMNS]
            why = "; ".join(f"{column}: {reason[:200]}" for column, reason in model.reasons.items() if reason)
            yield f"| {model.kind} | {model.name} | {' | '.join(cells)} | {why.replace('|', '/')} |"


if __name__ == "__main__":
    sys.exit(main())
