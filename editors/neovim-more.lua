-- Comforts on top of neovim.lua; none of them is needed.

-- Colours: the server's semantic tokens colour the names; this colours the rest until a grammar is installed.
vim.api.nvim_create_autocmd("FileType", {
  pattern = "nnef",
  callback = function()
    vim.bo.commentstring = "# %s"
    vim.bo.shiftwidth, vim.bo.expandtab = 4, true -- the formatter obeys these; without them it writes tabs
    vim.cmd([[syntax match Comment /#.*$/]])
    vim.cmd([[syntax keyword Keyword version extension fragment graph if else for in yield]])
    vim.cmd([[syntax keyword Type tensor integer scalar logical string]])
    vim.cmd([[syntax match Number /\<-\?\d\+\(\.\d*\)\?\([eE][+-]\?\d\+\)\?\>/]])
    vim.cmd([[syntax region String start=/'/ skip=/\\'/ end=/'/ oneline]])
  end,
})

-- Shapes behind the names that statements define, the line above the graph, completion while typing.
vim.api.nvim_create_autocmd("LspAttach", {
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if not client or client.name ~= "nnef" then
      return
    end
    vim.lsp.inlay_hint.enable(true, { bufnr = event.buf })
    -- Nothing is inserted that was not picked: with Neovim's own setting the first proposal lands between the keys.
    vim.bo[event.buf].completeopt = "menuone,noselect,popup"
    -- What is picked in the middle of a word replaces all of it.  This must come before Neovim's own handler.
    vim.api.nvim_create_autocmd("CompleteDone", {
      buffer = event.buf,
      callback = function()
        local item = vim.tbl_get(vim.v.completed_item, "user_data", "nvim", "lsp", "completion_item")
        local rest = item and vim.v.event.reason == "accept" and vim.b.nnef_rest or 0
        if rest > 0 then
          local row, column = unpack(vim.api.nvim_win_get_cursor(0))
          vim.api.nvim_buf_set_text(0, row - 1, column, row - 1, column + rest, {})
        end
      end,
    })
    vim.api.nvim_create_autocmd("CompleteChanged", {
      buffer = event.buf,
      callback = function()
        local column = vim.api.nvim_win_get_cursor(0)[2]
        vim.b.nnef_rest = #vim.api.nvim_get_current_line():sub(column + 1):match("^[%w_]*")
      end,
    })
    vim.lsp.completion.enable(true, client.id, event.buf, { autotrigger = true })
    vim.lsp.codelens.refresh({ bufnr = event.buf })
  end,
})

-- :NnefRun [input=source ...] runs the graph: random numbers, or `:NnefRun image=sample.png`.
vim.api.nvim_create_user_command("NnefRun", function(command)
  local inputs = {}
  for _, argument in ipairs(command.fargs) do
    local name, source = argument:match("^([^=]+)=(.*)$")
    if name then
      inputs[name] = source
    end
  end
  local buffer = vim.api.nvim_get_current_buf()
  local client = vim.lsp.get_clients({ bufnr = buffer, name = "nnef" })[1]
  if not client then
    return vim.notify("nnef-lsp is not running here", vim.log.levels.ERROR)
  end
  local arguments = { { uri = vim.uri_from_bufnr(buffer), inputs = next(inputs) and inputs or nil } }
  client:request("workspace/executeCommand", { command = "nnef.runGraph", arguments = arguments }, function(problem, result)
    if problem or not result.ok then
      return vim.notify(problem and problem.message or result.message, vim.log.levels.ERROR)
    end
    local lines = { ("%.1f ms on %s"):format(result.seconds * 1000, result.engine) }
    for _, tensor in ipairs(result.tensors) do
      lines[#lines + 1] = tensor.name .. " [" .. table.concat(tensor.shape, ", ") .. "]"
      for _, top in ipairs(tensor.top or {}) do
        lines[#lines + 1] = ("  %6.4f  %s"):format(top.value, top.label or top.index)
      end
    end
    vim.notify(table.concat(lines, "\n"))
  end, buffer)
end, { nargs = "*", complete = "file" })
