"""Rules: from findings of the model to diagnostics that a person understands.

One module per rule, named like the rule with underscores, beside a page `<slug>.md` that is its documentation and its
test.  A rule module has

- `SEVERITY`: "error", "warning", "information" or "hint";
- `message(finding) -> str`: what is wrong, what was expected and what was found;
- optionally `severity(finding) -> str` where it is not the same for all;
- optionally `ONCE = True` if the first place and the number of the others are enough;
- optionally `TAGS` ("unnecessary", "deprecated") and `fixes(context, diagnostic) -> list[Fix]`.

Rules are found by walking the package.

Not here: finding out what is wrong (`model`), showing it (`ide`, `cli`).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..faults import sheltered
from ..model.findings import CAST, READER, Chosen, Finding, Located, Related, in_bounds
from ..model.operations.dialect import Dialect
from ..syntax.structure import place
from ._diagnostic import Context, Diagnostic, Edit, Fix, Rule
from ._foreign_names import told_once
from ._ignore import silenced
from ._provisional import semicolons_at_once
from ._severities import SEVERITIES, Settings

if TYPE_CHECKING:
    from ..model.analysis.analysis import Analysis
    from ..model.quantization.analysis import QuantAnalysis

__all__ = [
    "SEVERITIES",
    "Context",
    "Diagnostic",
    "Edit",
    "Fix",
    "Rule",
    "diagnose",
    "diagnose_quant",
    "diagnostic",
    "fixes_of",
    "rules",
]

MOST_SUGGESTIONS, MOST_RELATED = 20, 5
"""For how many diagnostics of one rule the name that was meant is looked for."""


@cache
def rules() -> dict[str, Rule]:
    """All rules by slug."""
    found = {}
    for module in pkgutil.iter_modules(__path__):
        if module.name.startswith("_"):
            continue
        loaded = importlib.import_module(f"{__name__}.{module.name}")
        if hasattr(loaded, "SEVERITY"):
            slug = module.name.replace("_", "-")
            page = Path(__path__[0]) / f"{module.name}.md"
            tags, fixes = getattr(loaded, "TAGS", ()), getattr(loaded, "fixes", None)
            once, severity_of = getattr(loaded, "ONCE", False), getattr(loaded, "severity", None)
            found[slug] = Rule(slug, loaded.SEVERITY, loaded.message, tags, fixes, page, once, severity_of)
    return found


def diagnose(analysis: Analysis, settings: Settings | None = None) -> list[Diagnostic]:
    """All diagnostics of a graph, in the order of the text but for comments that silence nothing."""
    return _diagnostics(analysis, settings)


def diagnose_quant(analysis: QuantAnalysis, settings: Settings | None = None) -> list[Diagnostic]:
    """All diagnostics of a graph.quant, in the same order."""
    return _diagnostics(analysis, settings)


def fixes_of(analysis: Analysis | QuantAnalysis, diagnostic: Diagnostic) -> list[Fix]:
    """The changes that mend a diagnostic.  What is wrong inside a fragment cannot be mended at its call."""
    fixes = (rules().get(diagnostic.rule) or _UNWORDED).fixes
    if fixes is None or diagnostic.details.get("fragment"):
        return []
    return sheltered(f"the fixes of {diagnostic.rule}", [], fixes, Context(analysis), diagnostic)


def _diagnostics(analysis: Analysis | QuantAnalysis, settings: Settings | None) -> list[Diagnostic]:
    located = [
        Located(segment, Finding("syntax-error", problem.start, problem.end, {"problem": problem}))
        for segment, problem in analysis.syntax_problems()
    ]
    located.extend(analysis.findings())
    located = semicolons_at_once(analysis.source, told_once(located))
    dialect = getattr(analysis, "dialect", None)
    # neither their order nor which of them get a suggestion may depend on the edits that led here
    located.sort(key=lambda item: (*place(item.segment), item.finding.start, item.finding.end, item.finding.rule))
    other_language = [item for item in located if item.finding.details.get("skriptnd")]
    seen: Counter[str] = Counter()
    found = []
    for item in other_language or located:
        seen[item.finding.rule] += 1
        found.append(diagnostic(item, seen[item.finding.rule] <= MOST_SUGGESTIONS, dialect))
    found, unused = silenced(analysis.source, analysis.comments, found, rules())
    found.extend(diagnostic(item, suggest=index < MOST_SUGGESTIONS) for index, item in enumerate(unused))
    found = _once(found)
    if dialect is not None and dialect.severities:
        found = _as_set(found, dialect.severities)
    return _as_set(found, settings.severities) if settings is not None and settings.severities else found


def _once(found: list[Diagnostic]) -> list[Diagnostic]:
    """Of each rule that is told once, the first diagnostic, which knows of the others."""
    firsts: dict[str, Diagnostic] = {}
    kept = []
    for item in found:
        rule = rules().get(item.rule)
        first = firsts.setdefault(item.rule, item) if rule is not None and rule.once else item
        if first is item:
            kept.append(item)
        else:
            first.others.append(item)
    for first in firsts.values():
        others = first.others
        if others:
            first.message += f"; and {len(others)} more like this"
            first.related = [
                Related(other.segment, other.start, other.end, other.message) for other in others[:MOST_RELATED]
            ]
    return kept


def _as_set(found: list[Diagnostic], severities: Mapping[str, Chosen]) -> list[Diagnostic]:
    """The diagnostics with the severities of the settings, without those that are off."""
    kept = []
    for item in found:
        chosen = severities.get(item.rule, item.severity)
        if chosen != "off":
            item.severity = chosen
            kept.append(item)
    return kept


_UNWORDED = Rule(
    "", "error", lambda finding: finding.details.get("reason") or finding.rule.replace("-", " "), (), None, Path()
)
"""For a slug without a rule: the tests see to it that there is none, and an editor should not stop for it."""


ANY_READER = "the engine"


def diagnostic(located: Located, suggest: bool = True, dialect: Dialect | None = None) -> Diagnostic:
    """The diagnostic that a finding becomes; `dialect` is the one that the document is in.

    Looking for the name that was meant takes time where names are many.
    """
    finding = located.finding
    if not suggest and "names" in finding.details:
        finding = replace(finding, details={**finding.details, "names": ()})
    rule = rules().get(finding.rule) or _UNWORDED
    message = sheltered(f"the wording of {finding.rule}", finding.rule.replace("-", " "), rule.message, finding)
    message = message.replace(READER, dialect.title if dialect is not None else ANY_READER)
    message = message.replace(CAST, (dialect.cast if dialect is not None else "") or "a cast")
    fragment = finding.details.get("fragment")
    if fragment:
        message = f"in fragment '{fragment}': {message}"
    severity = rule.severity_of(finding) if rule.severity_of is not None else rule.severity
    severity = "information" if finding.details.get("again") else severity
    return Diagnostic(
        finding.rule,
        severity,
        in_bounds(message),
        located.segment,
        finding.start,
        finding.end,
        finding.related,
        rule.tags,
        finding.details,
    )
