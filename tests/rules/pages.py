"""Rule pages as tests: every indented block of a page is a document, and the carets in it are what must be reported.

- A block without `version` gets the header (with both extensions); one without `graph` gets the graph around it, whose
  inputs are the names that `external` introduces and whose outputs are the names that nothing reads.  A block of
  fragments alone gets a graph that does not matter.
- A block that begins with a quote is a graph.quant, checked against the graph of the block before it in the page, or
  against one with the tensors x [2, 3, 4], w [1, 3, 4] and y [2, 3, 4].
- `# file NAME.dat: TYPE [EXTENTS]` in a block is a data file that exists (with `= NUMBERS` its items),
  `# file NAME.dat: PROBLEM!` one that cannot be read, `# no files` says that there are none.
- `# graph.quant has NAMES`: it has entries for these.
- `# shapes of NAME: RULE` is a rule of the project's settings for an operation without a body.
- `# target NAME` asks for what this target cannot execute, too.

    python -m tests.rules.pages --update     # write the carets anew; read them before you commit
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator

from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.model.operations.custom import CustomShapes, Expression, expression_of
from nnef_lsp.model.quantization.analysis import QuantAnalysis
from nnef_lsp.model.targets import load_target, target_findings
from nnef_lsp.model.weights import NoWeights, WeightHeader
from nnef_lsp.rules import Diagnostic, diagnose, diagnose_quant, diagnostic, rules
from nnef_lsp.syntax.source import Source

HEADER = "version 1.0;\nextension KHR_enable_fragment_definitions, KHR_enable_operator_expressions;\n"
GRAPH = "graph example( x ) -> ( y )\n{\n    x = external(shape = [2, 3, 4]);\n"
ANY_GRAPH = GRAPH + "    y = relu(x);\n}\n"
QUANTIZED = HEADER + GRAPH + "    w = variable(shape = [1, 3, 4], label = 'layer/w');\n    y = add(x, w);\n}\n"
_MARKER = re.compile(r"\s*# *\^+ (error|warning|information|hint)\[[a-z-]+\]: ")
_FILE = re.compile(r"# file ([^\s:]+)\.dat: (?:(\w+) (\[[^\]]*\])(?: = ([-.\d ]+))?|(.*)!)")


class Files(NoWeights):
    """The data files that a block speaks of."""

    def __init__(self, text: str) -> None:
        self.headers = {}
        self.items: dict[str, list[float]] = {}
        self.told = "# file " in text or "# no files" in text
        self.entries = re.findall(r"\w+", " ".join(re.findall(r"# graph.quant has (.*)", text)))
        for label, dtype, extents, items, problem in _FILE.findall(text):
            shape = tuple(json.loads(extents)) if extents else ()
            nnef = "scalar" if dtype.startswith("q") else dtype
            self.headers[label] = WeightHeader(shape, nnef, {"scalar": "float32"}.get(dtype, dtype), problem or None)
            self.items[label] = [float(item) for item in items.split()]

    def header(self, label: str) -> WeightHeader | None:
        return self.headers.get(label)

    def labels(self) -> list[str]:
        return list(self.headers)

    def any(self) -> bool | None:
        return bool(self.headers) if self.told else None

    def quantization(self) -> str | None:
        return None

    def quantized(self) -> list[str]:
        return self.entries

    def numbers(self, label: str) -> Iterator[float]:
        return iter(self.items.get(label, ()))


def blocks(page: str) -> Iterator[tuple[int, list[str]]]:
    """Every indented block of a page: number of its first line, and its lines without the indent."""
    lines = page.split("\n")
    index = 0
    while index < len(lines):
        if not lines[index].startswith("    "):
            index += 1
            continue
        begin = index
        while index < len(lines) and (
            lines[index].startswith("    ") or (not lines[index].strip() and _goes_on(lines, index))
        ):
            index += 1
        yield begin, [line[4:] for line in lines[begin:index]]


def _goes_on(lines: list[str], index: int) -> bool:
    following = next((line for line in lines[index:] if line.strip()), "")
    return following.startswith("    ")


def wrapped(block: str) -> tuple[str, int]:
    """The document that a block stands for, and how many lines stand before the block."""
    code = re.sub(r"#.*", "", block)
    if re.search(r"^(version|import)\b|@", code, re.MULTILINE):
        return block, 0
    if re.search(r"^graph\b", code, re.MULTILINE):
        return HEADER + block, HEADER.count("\n")
    if re.search(r"^fragment\b", code, re.MULTILINE):
        return HEADER + block + "\n" + ANY_GRAPH, HEADER.count("\n")
    defined = [name for left in re.findall(r"^([^=\n]*?)\s*=", code, re.MULTILINE) for name in re.findall(r"\w+", left)]
    inputs = [name for name in dict.fromkeys(defined) if re.search(rf"^{name} *= *external", code, re.MULTILINE)]
    right = [line.partition("=")[2] for line in code.split("\n")]
    read = set(re.findall(r"\b[A-Za-z_]\w*\b(?! *=)", " ".join(right)))
    outputs = [name for name in dict.fromkeys(defined) if name not in read] or defined[-1:]
    head = f"{HEADER}graph example( {', '.join(inputs)} ) -> ( {', '.join(outputs)} )\n{{\n"
    return f"{head}{block}\n}}\n", head.count("\n")


def reported(block: str, before: str) -> tuple[Source, list[Diagnostic], int]:
    """What is reported for a block, and how many lines the wrapping put above it."""
    if block[:1] in "'\"":
        graph = Analysis(Source(wrapped(before)[0] if before else QUANTIZED), weights=Files(before))
        source = Source(block, "quant")
        return source, diagnose_quant(QuantAnalysis(source, graph)), 0
    text, above = wrapped(block)
    source = Source(text)
    rules_of_shapes = {name: expression_of(rule) for name, rule in re.findall(r"# shapes of (\w+): (.*)", block)}
    custom = CustomShapes({name: rule for name, rule in rules_of_shapes.items() if isinstance(rule, Expression)})
    analysis = Analysis(source, weights=Files(block), custom=custom)
    found = diagnose(analysis)
    target = re.search(r"# target (\S+)", block)
    if target:
        found += [diagnostic(item) for item in target_findings(analysis, load_target(target[1]))]
    return source, found, above


def drawn(lines: list[str], before: str = "") -> list[str]:
    """The lines of a block with the carets of what is reported now."""
    plain = [line for line in lines if not _MARKER.match(line)]
    # the carets are comments within the document, so it is checked as it will be written
    source, found, above = reported("\n".join(plain), before)
    below: dict[int, list[tuple[int, str]]] = {}
    for item in found:
        start, end = source.position_in(item.segment, item.start), source.position_in(item.segment, item.end)
        line = start.line - above
        if not 0 <= line < len(plain):
            line, column = len(plain) - 1, 0
        else:
            column = start.column
        width = max(1, (end.column if end.line == start.line else len(plain[line])) - column)
        text = f" {item.severity}[{item.rule}]: {item.message}"
        mark = "#" + " " * (column - 1) + "^" * width if column else "#" + "^" * max(1, width - 1)
        mark += text
        below.setdefault(line, []).append((column, mark))
    drawing = []
    for index, line in enumerate(plain):
        drawing.append(line)
        drawing.extend(mark for _, mark in sorted(below.get(index, ())))
    return drawing


def rendered(page: str) -> str:
    """A page with all its carets drawn anew."""
    lines = page.split("\n")
    found: list[str] = []
    at = 0
    before = ""
    for begin, block in blocks(page):
        found.extend(lines[at:begin])
        found.extend(("    " + line).rstrip() for line in drawn(block, before))
        at = begin + len(block)
        if block[0][:1] not in "'\"":
            before = "\n".join(block)
    return "\n".join([*found, *lines[at:]])


def main() -> None:
    """Write the carets of all pages anew."""
    for rule in rules().values():
        if not rule.page.exists():
            print("no page:", rule.page.name)
            continue
        page = rule.page.read_text(encoding="utf-8")
        new = rendered(page)
        if new != page:
            rule.page.write_text(new, encoding="utf-8")
            print("updated:", rule.page.name)


if __name__ == "__main__":
    if "--update" in sys.argv:
        main()
    else:
        print(__doc__)
