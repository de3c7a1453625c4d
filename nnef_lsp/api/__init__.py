"""The package as a library: `nnef_lsp.load(...)`.

Not here: what it does; each method hands on to the package that commands and editors use too.
"""
