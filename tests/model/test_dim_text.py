"""tract's text for extents and assertions."""

from __future__ import annotations

import pytest

from nnef_lsp.model.extents.parse import Malformed, parse_assertion, parse_extent

from .test_dims import FORMS

EXTENTS = """
12                  -> 12
S                   -> S
 S + 1              -> S + 1
6*4/3               -> 6
8/2*3               -> 12
a+b-c               -> a + b - c
a-b+c               -> a + c - b
a-b-c               -> a - b - c
2*(S+1)             -> 2*S + 2
(S + 3)/4           -> (S + 3)/4
S/T                 -> S/T
dot.0 + foo/bar     -> dot.0 + foo/bar
-S + 2              -> 2 - S
1#x                 -> x
x # x               -> x
x + 1 # y           -> broadcast(x + 1, y)
min(S, 4, T)        -> min(S, T, 4)
max(S, T)           -> max(S, T)
min                 -> min
"""

MALFORMED = """
                    -> 0-0 expected a number, a name or '(', found the end
S +                 -> 3-3 expected a number, a name or '(', found the end
S T                 -> 2-3 expected an operator or the end, found 'T'
S / T               -> 4-5 expected a number other than 0 to divide by, found 'T'
S/0                 -> 2-3 expected a number other than 0 to divide by, found '0'
(S                  -> 2-2 expected ')', found the end
min()               -> 4-5 expected a number, a name or '(', found ')'
S % 2               -> 2-3 expected an operator or the end, found '%'
99999999999999999999 -> 0-20 the number is too large for 64 bits
"""

ASSERTIONS = """
S >= 1              -> None: S >= 1
S<=T                -> None: S <= T
tg: S==1            -> tg: S == 1
S + 1 > 2*T         -> None: S + 1 > 2*T
S = 1               -> 2-3 expected '==', '<=', '>=', '<' or '>', found '='
S                   -> 1-1 expected '==', '<=', '>=', '<' or '>', found the end
1 < S < 3           -> 6-7 expected an operator or the end, found '<'
S != 3              -> 2-3 expected '==', '<=', '>=', '<' or '>', found '!'
"""


def rows(table: str) -> list[tuple[str, str]]:
    """Texts and what they mean."""
    cells = [line.rpartition("->") for line in table.splitlines() if line]
    return [(before.rstrip(), after.strip()) for before, _, after in cells]


@pytest.mark.parametrize("text, expected", rows(EXTENTS))
def test_extent(text: str, expected: str) -> None:
    assert str(parse_extent(text)) == expected


@pytest.mark.parametrize("text, expected", rows(MALFORMED))
def test_malformed_extent(text: str, expected: str) -> None:
    problem = parse_extent(text)
    assert isinstance(problem, Malformed)
    assert f"{problem.start}-{problem.end} {problem.message}" == expected


@pytest.mark.parametrize("text, expected", rows(ASSERTIONS))
def test_assertion(text: str, expected: str) -> None:
    found = parse_assertion(text)
    if isinstance(found, Malformed):
        assert f"{found.start}-{found.end} {found.message}" == expected
    else:
        assert f"{found.scenario}: {found.left} {found.relation} {found.right}" == expected


@pytest.mark.parametrize("text", [text for _, text in FORMS if "?" not in text])
def test_printed_extents_read_back(text: str) -> None:
    assert str(parse_extent(text)) == text


@pytest.mark.parametrize("text", ["(" * 10_000, "-" * 10_000 + "S", "min(" * 5_000, "1+" * 50_000 + "1"])
def test_nesting_is_bounded(text: str) -> None:
    parse_extent(text)
