"""What is wrong with a document, in no particular order, by the settings of its project."""

from __future__ import annotations

from ..model.analysis.analysis import Analysis
from ..model.findings import Located
from ..model.flattening.flatten import Unflattenable
from ..model.quantization.analysis import QuantAnalysis
from ..project.configuration import settings_for
from ..rules import Diagnostic, diagnose, diagnose_quant, diagnostic
from ..syntax.structure import Structure


def diagnostics(analysis: Analysis | QuantAnalysis, path: str | None) -> list[Diagnostic]:
    """The diagnostics of a graph or of a quantization file; `path` is the file, if it is one."""
    settings = settings_for(path) if path is not None else None
    if isinstance(analysis, QuantAnalysis):
        return diagnose_quant(analysis, settings)
    return diagnose(analysis, settings)


def not_expanded(analysis: Analysis, error: Unflattenable) -> tuple[int, str]:
    """The line (from 1) at which a graph cannot be expanded, and why, behind a colon; "" if it is too large."""
    if error.segment is None:
        return 1, f": {error}"
    line = analysis.source.position_in(error.segment, error.segment.blank_start).line + 1
    return (
        line,
        f": {diagnostic(Located(error.segment, error.finding), dialect=analysis.dialect).message}"
        if error.finding is not None
        else "",
    )


def without_graph(structure: Structure) -> str:
    """What a text without a graph is."""
    return "it is a library, which has fragments and no graph" if structure.is_library else "it has no graph"
