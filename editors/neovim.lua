vim.filetype.add({ extension = { nnef = "nnef", quant = "nnef" } })
vim.lsp.config("nnef", { cmd = { "nnef-lsp" }, filetypes = { "nnef" }, root_markers = { "graph.nnef" } })
vim.lsp.enable("nnef")
