"""What the server does for texts that grow in one way grows with their length, not with its square.

Counted, not timed: calls of functions while a text is opened, for one of four times the length of another.
"""

from __future__ import annotations

import sys

import pytest

from . import histories
from .growing import of_size, uri_of
from .histories import Player


def calls_to_open(player: Player, text: str) -> int:
    """How many functions are called to open a text."""
    count = 0

    def note(*_: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(note)
    try:
        player.open(uri_of(text), text)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    "name",
    [
        "mutual", "mutual_two", "frag_chained", "frag_chained_down", "frag_chained_twice", "frag_called", "frag_same",
        "no_semis", "semicolons", "undefined_similar", "unknown_similar", "sym_growing",
    ],
)  # fmt: skip
def test_work_grows_with_the_text(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(histories, "SLOW", 1e9)  # counting takes long
    player = Player()
    calls_to_open(player, of_size(name, 2_000))  # what is done once
    small, large = calls_to_open(player, of_size(name, 4_000)), calls_to_open(player, of_size(name, 16_000))
    assert large < 6 * small


def test_numbers_of_extents_stay_small() -> None:
    statements = "".join(f"    a{i + 1} = pow(a{i}, a{i});\n" for i in range(30))
    text = (
        "version 1.0;\nextension tract_registry tract_core;\ngraph g( x ) -> ( y )\n{\n    x = external(shape = [1]);\n"
        f"    a0 = tract_core_cast([3], to = 'i64');\n{statements}    y = mul(x, a30);\n}}\n"
    )
    document = Player().open(uri_of(text), text)
    assert not [found for found in document.analysis.findings() if found.finding.rule == "undefined-name"]
