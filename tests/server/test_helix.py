"""The configuration for Helix is well formed; no Helix is at hand to try it."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

from nnef_lsp.project.configuration import FILES

EDITORS = Path(__file__).parents[2] / "editors"


def test_the_configuration_names_a_server_that_it_defines() -> None:
    toml = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    found = toml.loads((EDITORS / "helix-languages.toml").read_text(encoding="utf-8"))
    (language,) = found["language"]
    assert set(found) == {"language", "language-server"} and found["language-server"]["nnef-lsp"] == {
        "command": "nnef-lsp"
    }
    assert language["language-servers"] == ["nnef-lsp"] and language["file-types"] == ["nnef", "quant"]
    assert {"name", "scope", "comment-token", "indent", "roots"} <= set(language)
    assert FILES[0] in language["roots"]
