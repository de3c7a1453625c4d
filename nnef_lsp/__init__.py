"""nnef-lsp: a language server, checker and reference executor for NNEF models."""

__version__ = "0.1.0"
