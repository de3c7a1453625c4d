"""docs/rules.md, made from the rules themselves.

python -m tests.rules.index --update
"""

from __future__ import annotations

import sys
from pathlib import Path

from nnef_lsp.rules import rules

INDEX = Path(__file__).parents[2] / "docs" / "rules.md"
HEAD = """# Rules

Every diagnostic has a rule, and every rule a page, which `nnef-lsp explain RULE` prints. The examples on the pages are
run by the tests: what they draw under the text is what is reported. (This index is made by `python -m tests.rules.index
--update`; how a page is written stands in `tests/rules/pages.py`.)

## Settings

The severity of a rule is a project's choice: `error`, `warning`, `information`, `hint` or `off`, in `.nnef-lsp.toml` or
`pyproject.toml` of the nearest folder above the model that has one.

    # .nnef-lsp.toml                      # pyproject.toml
    [rules]                               [tool.nnef-lsp.rules]
    unused-result = "off"                 unused-result = "off"

The same file says in which dialect graphs are read where their text does not tell: `dialect = "tract"`, above `[rules]`, in
`pyproject.toml` under `[tool.nnef-lsp]`.

A comment silences a rule for one statement, on a line of the statement or alone above it:

    y = softmax(x, axes = [2]); # nnef-lsp: ignore[axis-out-of-range]

## Index

| rule | severity | | fix |
|---|---|---|---|
"""


def rendered() -> str:
    """The text of the index."""
    rows = []
    for slug, rule in sorted(rules().items()):
        summary = rule.page.read_text(encoding="utf-8").split("\n")[2]
        fix = "yes" if rule.fixes is not None else ""
        rows.append(f"| [{slug}](../nnef_lsp/rules/{rule.page.name}) | {rule.severity} | {summary} | {fix} |\n")
    return HEAD + "".join(rows)


if __name__ == "__main__":
    if "--update" in sys.argv:
        INDEX.write_text(rendered(), encoding="utf-8")
    else:
        print(__doc__)
