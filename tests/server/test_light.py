"""What an editor asks for while a person reads and writes needs no numpy, which takes longer to import than all else."""

from __future__ import annotations

from pathlib import Path

import pytest

from .talk import MODEL, Client, at, model_folder


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="needs Linux' list of what a process has loaded")
def test_reading_and_writing_load_no_numpy(tmp_path: Path) -> None:
    client = Client()
    uri = client.open(model_folder(tmp_path))
    assert client.diagnostics(uri) == []
    for method in ("hover", "definition", "completion"):
        client.about(method, uri, position=at(MODEL, "block(c"))
    for method in ("documentSymbol", "codeLens", "foldingRange", "documentLink"):
        client.about(method, uri)
    client.change(uri, 2, (None, MODEL.replace("block(c", "blokc(c")))
    assert "unknown-operation" in [item["code"] for item in client.diagnostics(uri, 2)]
    assert "numpy" not in Path(f"/proc/{client.process.pid}/maps").read_text()
    client.close()
