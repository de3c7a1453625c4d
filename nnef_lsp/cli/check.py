"""`nnef-lsp check PATH...`: every diagnostic of every model, drawn under its line or as JSON."""

from __future__ import annotations

import argparse
import os
import time
from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from ..model.targets import UnknownTarget, load_target, target_findings
from . import document as d
from . import many
from .check_formats import FORMATS
from .commands import UNREADABLE, Subparsers, add_command
from .drawing import Painter, painter, visible

if TYPE_CHECKING:
    from ..rules import Diagnostic
    from ..rules.settings import Settings
    from ..syntax.source import Source
    from .reported import Reported

MAX_WIDTH = 160
"""Longest source line that is drawn whole."""
MOST_ALIKE = 5
"""Diagnostics of one rule that are shown of a text."""
MANY = 20
"""Of more models the end of the report says which are wrong, and what is wrong most often."""


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "check",
        "report everything that is wrong with models",
        "Report every diagnostic of every model: errors, warnings, information and hints. The severity of each rule can be "
        "set in pyproject.toml or .nnef-lsp.toml; 'nnef-lsp explain RULE' tells what a rule is about.",
        [
            "nnef-lsp check model/",
            "nnef-lsp check models/*.nnef.tgz other.nnef",
            "nnef-lsp check zoo/ --jobs 4                # all models below a folder",
            "nnef-lsp check model/ --target tract-0.23   # can this engine execute it?",
            "nnef-lsp check model/ --format json",
            "nnef-lsp check model/ --format github       # annotations on a pull request",
            "nnef-lsp check zoo/ --format junit > report.xml",
            "nnef-lsp check model/ --fix",
            "cat graph.nnef | nnef-lsp check -",
        ],
        ["0 no errors (warnings do not count)", "1 errors", UNREADABLE],
    )
    parser.add_argument("paths", metavar="PATH", nargs="+", help=many.PATHS_HELP + ", or - for standard input")
    many.add_jobs(parser)
    parser.add_argument("--all", action="store_true", help="show every diagnostic, also those that repeat others")
    parser.add_argument(
        "--format",
        choices=["text", *FORMATS],
        default="text",
        help="text is for people, json for programs, sarif, github, gitlab and junit for CI",
    )
    parser.add_argument(
        "--target", metavar="NAME", help="an engine's profile, or a file with one: can it execute the graph?"
    )
    parser.add_argument(
        "--fix",
        action="store_true",
        help="apply the fixes that cannot change what a graph computes, then report the rest",
    )
    parser.add_argument("--diff", action="store_true", help="show what --fix would change, and write nothing")
    d.add_input_shape(parser)
    d.add_symbols(parser)
    d.add_dialect(parser)
    d.add_trust(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit status 0 if there are no errors, 1 if there are, 2 if a path cannot be read."""
    try:
        paths = many.models_of(args.paths)
        symbols = d.symbol_values(args.set)
    except (d.ArchiveError, ValueError) as error:
        d.complain(error)
        return 2
    if args.fix or args.diff:
        unfixed = [path for path in paths if not _fixed(path, args)]
        if args.diff:
            return 2 if unfixed else 0
    one = partial(
        _checked,
        dialect=args.dialect,
        target=args.target,
        symbols=symbols,
        trust=args.trust,
        shapes=tuple(args.input_shape),
    )
    checked: list[_Checked] = []
    for path, outcome in many.each(one, paths, args.jobs, _died):
        checked.append(outcome)
        if outcome.unreadable:
            d.complain(outcome.unreadable)
        if args.format == "text":
            _draw(outcome.found, painter(), None if args.all else MOST_ALIKE)
            if outcome.hint is not None:
                print(f"{visible(path)}: {outcome.hint}\n")
    found = [item for outcome in checked for item in outcome.found]
    status = 2 if any(each.unreadable for each in checked) else 1 if any(each.wrong for each in checked) else 0
    if args.format != "text":
        problems = {each.file: each.unreadable for each in checked}
        text = FORMATS[args.format](found, problems)
        print(text, end="\n" if text else "")
        return status
    if len(checked) > MANY:
        _tell_many(checked)
    elif found or status == 0:
        models = "" if len(checked) == 1 else f" in {len(checked)} models"
        print(f"{_summary(found)}{models}")
    return status


def _fixed(path: str, args: argparse.Namespace) -> bool:
    """Whether the model could be read and fixed."""
    from .fixing import fix

    try:
        if path == "-":
            raise ValueError("what is on standard input cannot be fixed where it is; name the file")
        with d.open_document(path, args.dialect, trust=args.trust) as document:
            fix(document, not args.diff)
    except (d.ArchiveError, ValueError) as error:
        d.complain(error)
        return False
    return True


class _Checked(NamedTuple):
    """What came of one model: its graph, its diagnostics, a sentence if only the dialect makes it wrong, or why it cannot be read."""

    path: str
    file: str
    found: list[Reported]
    hint: str | None = None
    unreadable: str = ""
    seconds: float = 0.0

    @property
    def wrong(self) -> bool:
        return any(item["severity"] == "error" for item in self.found)


def _checked(
    path: str, dialect: str | None, target: str | None, symbols: Mapping[str, int], trust: bool, shapes: tuple[str, ...]
) -> _Checked:
    started = time.perf_counter()
    try:
        with _opened(path, dialect, target, symbols, trust) as opened:
            document = d.reshaped(opened, d.input_shapes(opened, list(shapes)))
            found = diagnostics_of(document, target)
            wrong = any(item["severity"] == "error" for item in found)
            hint = document.other_dialect() if wrong else None
    except (d.ArchiveError, UnknownTarget, ValueError) as error:
        return _Checked(path, path, [], unreadable=str(error))
    return _Checked(path, document.graph_path, found, hint, seconds=time.perf_counter() - started)


def _died(path: str) -> _Checked:
    return _Checked(
        path, path, [], unreadable=f"{path} ended the process that checked it, twice; nothing is known of it"
    )


def _tell_many(checked: list[_Checked]) -> None:
    """How many models are good, which are not, what is wrong most often, and what took longest."""
    wrong, unreadable = [each for each in checked if each.wrong], [each for each in checked if each.unreadable]
    warned = sum(1 for each in checked if not each.wrong and any(item["severity"] == "warning" for item in each.found))
    good = len(checked) - len(wrong) - len(unreadable) - warned
    parts = [f"{good} good", f"{warned} with warnings", f"{len(wrong)} with errors", f"{len(unreadable)} not readable"]
    print(f"{len(checked)} models: {', '.join(parts)}")
    for title, those in (("with errors", wrong), ("not readable", unreadable)):
        if those:
            print(f"\n{title}:")
            for each in those:
                print(f"  {visible(each.path)}" + (f": {_summary(each.found)}" if each.found else ""))
    rules = Counter(item["code"] for each in checked for item in each.found if item["severity"] in ("error", "warning"))
    if rules:
        print("\nmost often: " + ", ".join(f"{rule} ({count})" for rule, count in rules.most_common(5)))
    slowest = sorted(checked, key=lambda each: -each.seconds)[:3]
    print("took longest: " + ", ".join(f"{visible(each.path)} ({each.seconds:.2f} s)" for each in slowest))


def _summary(found: list[Reported]) -> str:
    """`2 errors, 1 hint`."""
    counts = Counter(item["severity"] for item in found)
    words = {"error": "errors", "warning": "warnings", "information": "information", "hint": "hints"}
    parts = [f"{counts[word]} {word if counts[word] == 1 else words[word]}" for word in words if counts[word]]
    return ", ".join(parts) or "no problems"


def _opened(
    path: str,
    dialect: str | None,
    target: str | None,
    symbols: Mapping[str, int] | None = None,
    trust: bool = False,
) -> d.Document:
    profile = load_target(target) if target else None
    dialect = dialect or (profile.dialect or None if profile else None)
    return d.open_document(path, dialect, stdin=True, symbols=symbols, trust=trust)


def diagnostics(path: str, dialect: str | None = None, target: str | None = None) -> list[Reported]:
    """The diagnostics of the model at a path, see `diagnostics_of`; raises `ArchiveError`."""
    return diagnostics_of(_opened(path, dialect, target), target)


def diagnostics_of(document: d.Document, target: str | None = None) -> list[Reported]:
    """The diagnostics of a model's graph and quantization file as plain data, in the order of the text; raises
    `ArchiveError`.

    `path` is the file that line and column are in.  `file` is what programs match against the PATH they gave: the
    same, except that a quantization file beside a PATH that is itself a file goes under that PATH.  Keys that begin
    with an underscore are for drawing.
    """
    from ..rules import diagnose, diagnostic

    profile = load_target(target) if target else None
    analysis = document.analysis
    settings = document.settings
    for problem in settings.problems:
        d.complain(f"the settings for {document.path}: {problem}")
    reported = diagnose(analysis, settings)
    if profile is not None and not any(item.severity == "error" for item in reported):
        reported += [diagnostic(item) for item in target_findings(analysis, profile)]
    found = [_plain(document.graph_path, analysis.source, item) for item in reported]
    quant = document.model.quant_text()
    if quant is not None:
        found.extend(_of_quantization(document, quant, settings))
    found.sort(key=lambda item: (item["path"], item["line"], item["column"]))
    return found


def _of_quantization(document: d.Document, text: str, settings: Settings) -> list[Reported]:
    from ..model.quantization.analysis import QuantAnalysis
    from ..rules import diagnose_quant
    from ..syntax.source import Source

    source = Source(text, "quant")
    file = document.quant_path
    found = [_plain(file, source, item) for item in diagnose_quant(QuantAnalysis(source, document.analysis), settings)]
    if not os.path.isdir(document.path):
        for item in found:
            item["file"] = document.path
    return found


def _plain(file: str, source: Source, item: Diagnostic) -> Reported:
    start = source.position_in(item.segment, item.start)
    end = source.position_in(item.segment, item.end)
    last = min(end.line, start.line + 2)
    return {
        "file": file,
        "path": file,
        "line": start.line + 1,
        "column": start.column + 1,
        "endLine": end.line + 1,
        "endColumn": end.column + 1,
        "severity": item.severity,
        "code": item.rule,
        "message": item.message,
        "_lines": [(line + 1, source.line_text(line)) for line in range(start.line, last + 1)],
        "_related": [(other.message, source.position_in(other.segment, other.start)) for other in item.related],
    }


def _draw(found: list[Reported], paint: Painter, most: int | None = None) -> None:
    """Show diagnostics, of each rule at most so many; how many are left out is told behind the last of them."""
    alike = Counter((item["path"], item["code"]) for item in found)
    seen: Counter[tuple[str, str]] = Counter()
    for item in found:
        kind = item["path"], item["code"]
        seen[kind] += 1
        if most is not None and seen[kind] > most:
            continue
        place = f"{item['path']}:{item['line']}:{item['column']}"
        lines, start, end = item["_lines"], item["column"] - 1, item["endColumn"] - 1
        if lines and not lines[-1][1].strip() and len(lines) > 1:
            lines, end = lines[:1], len(lines[0][1]) + 1
        if lines and len(lines[0][1]) > MAX_WIDTH:
            cut = max(0, start - MAX_WIDTH // 2)
            lines = [(lines[0][0], lines[0][1][cut : cut + MAX_WIDTH])]
            start, end = start - cut, min(end - cut, MAX_WIDTH) if item["line"] == item["endLine"] else MAX_WIDTH
        print(paint.diagnostic(item["severity"], item["code"], item["message"], place, lines, start, end))
        for message, at in item["_related"]:
            print(paint.paint(f"  note: {visible(message)} (line {at.line + 1}, column {at.column + 1})", "34"))
        if most is not None and seen[kind] == most < alike[kind]:
            print(paint.paint(f"  and {alike[kind] - most} more like this (--all shows them)", "34"))
        print()
