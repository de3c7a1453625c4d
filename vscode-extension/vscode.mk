# Targets of the VS Code extension. Everything that they need is installed into a cache outside the repository.

VSCODE_CACHE ?= $(or $(NNEF_LSP_VSCODE_CACHE),$(HOME)/.cache/nnef-lsp-vscode)
VSCODE_DIR := $(dir $(lastword $(MAKEFILE_LIST)))

.PHONY: test-vscode vsix

# All tests of the extension: types, units, grammar, then a real VS Code. The last line is 'N passed, N failed'.
test-vscode:
	NNEF_LSP_VSCODE_CACHE="$(VSCODE_CACHE)" bash "$(VSCODE_DIR)../tests/vscode/test.sh"

# The .vsix, in vscode-extension/.
vsix:
	NNEF_LSP_VSCODE_CACHE="$(VSCODE_CACHE)" bash "$(VSCODE_DIR)../tests/vscode/test.sh" --package
