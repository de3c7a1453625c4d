"""`nnef-lsp explain RULE`: the page of a rule."""

from __future__ import annotations

import argparse
import sys

from .commands import Subparsers, add_command


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "explain",
        "print the page of a rule, or the list of all rules",
        "Print the page of a rule: what is wrong, why it matters, an example, how to mend it.",
        ["nnef-lsp explain", "nnef-lsp explain shape-mismatch"],
        ["0 good", "2 there is no such rule"],
    )
    parser.add_argument("rule", metavar="RULE", nargs="?", help="the code shown in brackets behind a severity")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit status 0, or 2 for a rule that does not exist."""
    from ..rules import rules

    known = rules()
    if args.rule is None:
        for slug, listed in sorted(known.items()):
            print(f"{slug:<26} {listed.severity}")
        return 0
    rule = known.get(args.rule)
    if rule is None:
        import difflib

        close = difflib.get_close_matches(args.rule, known, 1)
        hint = f"; did you mean '{close[0]}'?" if close else "; 'nnef-lsp explain' lists all"
        print(f"nnef-lsp: there is no rule '{args.rule}'{hint}", file=sys.stderr)
        return 2
    print(rule.page.read_text(encoding="utf-8"))
    return 0
