"""What is wrong with a document, in no particular order."""

from __future__ import annotations

from ..model.analysis import Analysis
from ..rules import Diagnostic, diagnose
from ..syntax.source import Source


def diagnose_graph(analysis: Analysis) -> list[Diagnostic]:
    """The diagnostics of a graph document."""
    return diagnose(analysis)


def diagnose_quantization(source: Source, graph: Analysis | None) -> list[Diagnostic]:
    """The diagnostics of a quantization file; `graph` is the analysis of the graph beside it."""
    return [
        Diagnostic("syntax-error", "error", problem.message, segment, problem.start, problem.end, details={"problem": problem})
        for segment in source
        for problem in segment.problems
    ]
