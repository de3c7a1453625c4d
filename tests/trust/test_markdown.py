"""Code of a model in Markdown stays code."""

import pytest

from nnef_lsp.ide.describe import code, inline


@pytest.mark.parametrize("ticks", range(7))
def test_no_text_ends_its_fence(ticks: int) -> None:
    evil = "`" * ticks + "\n[x](command:evil)\n" + "`" * ticks
    fence = code(evil).partition("nnef\n")[0]
    assert set(fence) == {"`"} and len(fence) > max(2, ticks) and code(evil).endswith(f"\n{fence}")
    assert fence not in evil
    line = inline("`" * ticks + "x")
    assert line.rstrip("`").count("`" * (ticks + 1)) == 1 and line.endswith(
        "x" + (" " if ticks else "") + "`" * (ticks + 1)
    )
