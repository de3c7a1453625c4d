"""A whole session as an editor has it, by an independent client (pytest-lsp): open, look, edit, look again."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient

TEXT = """version 1.0;
graph net( x ) -> ( y )
{
    x = external(shape = [1, 3, 8, 8]);
    y = max_pool(z, size = [1, 1, 2, 2], stride = [1, 1, 2, 2]);
}
"""


@pytest_lsp.fixture(config=ClientServerConfig(server_command=[sys.executable, "-m", "nnef_lsp", "serve"]))  # type: ignore[untyped-decorator]
async def client(lsp_client: LanguageClient) -> AsyncIterator[None]:
    hover = types.HoverClientCapabilities(content_format=[types.MarkupKind.Markdown])
    capabilities = types.ClientCapabilities(text_document=types.TextDocumentClientCapabilities(hover=hover))
    await lsp_client.initialize_session(types.InitializeParams(capabilities=capabilities))
    yield
    await lsp_client.shutdown_session()


async def test_an_edit_mends_what_was_wrong(client: LanguageClient, tmp_path: Path) -> None:
    path = tmp_path / "graph.nnef"
    path.write_text(TEXT)
    uri = path.as_uri()
    item = types.TextDocumentItem(uri=uri, language_id="nnef", version=1, text=TEXT)
    client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))
    await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    [problem] = client.diagnostics[uri]
    assert (problem.code, problem.range.start) == ("undefined-name", types.Position(4, 17))

    at = types.Range(types.Position(4, 17), types.Position(4, 18))
    change = types.TextDocumentContentChangePartial(range=at, text="x")
    version = types.VersionedTextDocumentIdentifier(uri=uri, version=2)
    client.text_document_did_change(types.DidChangeTextDocumentParams(text_document=version, content_changes=[change]))
    await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    assert not client.diagnostics[uri]

    document = types.TextDocumentIdentifier(uri=uri)
    hover = await client.text_document_hover_async(
        types.HoverParams(text_document=document, position=types.Position(4, 4))
    )
    assert hover is not None and isinstance(hover.contents, types.MarkupContent)
    assert "[1, 3, 4, 4]" in hover.contents.value
