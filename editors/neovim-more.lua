-- Comforts on top of neovim.lua; none of them is needed.

-- Colours, indentation and comments: the folder vim/ beside this file, so source it where it lies.
local here = vim.fs.dirname(vim.fn.resolve(debug.getinfo(1, "S").source:sub(2)))
if vim.uv.fs_stat(here .. "/vim/syntax/nnef.vim") then
  vim.opt.runtimepath:append(here .. "/vim")
end

-- Once :NnefInstallGrammar has compiled the tree-sitter grammar, colours and folds come from it.
vim.api.nvim_create_autocmd("FileType", {
  pattern = "nnef",
  callback = function(event)
    if pcall(vim.treesitter.start, event.buf, "nnef") then
      vim.wo[0][0].foldexpr, vim.wo[0][0].foldmethod, vim.wo[0][0].foldlevel = "v:lua.vim.treesitter.foldexpr()", "expr", 99
    end
  end,
})
vim.api.nvim_create_user_command("NnefInstallGrammar", function()
  local grammar, site = here .. "/tree-sitter-nnef", vim.fn.stdpath("data") .. "/site"
  vim.fn.mkdir(site .. "/parser", "p")
  vim.fn.mkdir(site .. "/queries/nnef", "p")
  local source = grammar .. "/src"
  local done = vim.system({ "cc", "-shared", "-fPIC", "-O2", "-I", source, source .. "/parser.c", "-o", site .. "/parser/nnef.so" }):wait()
  if done.code ~= 0 then
    return vim.notify("The grammar could not be compiled: " .. done.stderr, vim.log.levels.ERROR)
  end
  for name in vim.fs.dir(grammar .. "/queries") do
    assert(vim.uv.fs_copyfile(grammar .. "/queries/" .. name, site .. "/queries/nnef/" .. name))
  end
  vim.notify("Installed the grammar; it is used from the next start on")
end, {})

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
    vim.api.nvim_create_autocmd({ "BufEnter", "InsertLeave", "TextChanged" }, {
      buffer = event.buf,
      callback = function()
        vim.lsp.codelens.refresh({ bufnr = event.buf })
      end,
    })
  end,
})

-- :NnefRun [input=source ...] runs the graph: on random numbers, or `:NnefRun image=sample.png`.  :NnefCheck runs it on the inputs
-- of io.npz and compares.  The server says what came of it and opens a report.
local function execute(command, more)
  local buffer = vim.api.nvim_get_current_buf()
  local client = vim.lsp.get_clients({ bufnr = buffer, name = "nnef" })[1]
  if not client then
    return vim.notify("nnef-lsp is not running here", vim.log.levels.ERROR)
  end
  local argument = vim.tbl_extend("force", { uri = vim.uri_from_bufnr(buffer) }, more)
  client:request("workspace/executeCommand", { command = command, arguments = { argument } }, function(problem)
    if problem then
      vim.notify(problem.message, vim.log.levels.ERROR)
    end
  end, buffer)
end
vim.api.nvim_create_user_command("NnefRun", function(command)
  local inputs = {}
  for _, argument in ipairs(command.fargs) do
    local name, source = argument:match("^([^=]+)=(.*)$")
    if name then
      inputs[name] = source
    end
  end
  execute("nnef.runGraph", { inputs = next(inputs) and inputs or nil })
end, { nargs = "*", complete = "file" })
vim.api.nvim_create_user_command("NnefCheck", function()
  execute("nnef.checkGraph", {})
end, {})

-- The verdict comes with a report that is opened; drawn in between, it asks for no Enter.
local show_message = vim.lsp.handlers["window/showMessage"]
vim.lsp.handlers["window/showMessage"] = function(problem, result, context)
  local client = vim.lsp.get_client_by_id(context.client_id)
  if not client or client.name ~= "nnef" then
    return show_message(problem, result, context)
  end
  local level = ({ vim.log.levels.ERROR, vim.log.levels.WARN })[result.type] or vim.log.levels.INFO
  vim.schedule(function()
    vim.cmd.redraw()
    vim.notify(result.message, level)
  end)
end

-- "3 uses" above a fragment lists them.
vim.lsp.commands["nnef.showReferences"] = function(command, context)
  local client, place = assert(vim.lsp.get_client_by_id(context.client_id)), command.arguments[1]
  local params = { textDocument = { uri = place.uri }, position = place.position, context = { includeDeclaration = false } }
  client:request("textDocument/references", params, function(_, found)
    vim.fn.setqflist({}, " ", { title = command.title, items = vim.lsp.util.locations_to_items(found or {}, client.offset_encoding) })
    vim.cmd("botright copen")
  end, context.bufnr)
end
