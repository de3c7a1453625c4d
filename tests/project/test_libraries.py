"""Files with fragments only: read as libraries, found beside each other, and used by graphs whose project names them."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from nnef_lsp.ide.hover.card import hover
from nnef_lsp.ide.names.definition import Declared, definition
from nnef_lsp.model.analysis.analysis import Analysis
from nnef_lsp.project.configuration import settings_for
from nnef_lsp.project.libraries import libraries_for
from nnef_lsp.syntax.source import Source

from ..cli.helpers import cli

Capture = pytest.CaptureFixture[str]

CUT = """# Rounds towards zero.
fragment cut( x: tensor<scalar> ) -> ( y: tensor<scalar> )
{
    y = select(x < 0.0, ceil(x), floor(x));
}
"""
MODULO = """fragment modulo( a: tensor<scalar>, b: tensor<scalar> ) -> ( y: tensor<scalar> )
{
    y = a - cut(a / b) * b;
}
"""
GRAPH = """version 1.0;

graph g( x ) -> ( y )
{
    x = external(shape = [4]);
    y = modulo(x, 3.0);
}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[tool.nnef-lsp]\nlibraries = ["fragments/", "other.nnef"]\n')
    (tmp_path / "fragments").mkdir()
    (tmp_path / "fragments" / "cut.nnef").write_text(CUT)
    (tmp_path / "other.nnef").write_text(MODULO)
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "graph.nnef").write_text(GRAPH)
    return tmp_path


def test_a_library_is_not_a_broken_document(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "cut.nnef").write_text(CUT)
    (tmp_path / "modulo.nnef").write_text(MODULO)
    for name in ("cut.nnef", "modulo.nnef"):
        assert cli(capsys, "check", tmp_path / name) == (0, "no problems\n", "")
    (tmp_path / "modulo.nnef").write_text(MODULO.replace("cut(", "cutt(").replace("* b", "* c"))
    out = cli(capsys, "check", tmp_path / "modulo.nnef").out
    assert "there is no operation or fragment 'cutt'; did you mean 'cut'?" in out and "'c' is not defined" in out
    assert "2 errors" in out


def test_a_document_without_graph_stays_wrong(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "graph.nnef").write_text("version 1.0;\nextension KHR_enable_fragment_definitions;\n" + CUT)
    assert "a document needs a graph" in cli(capsys, "check", tmp_path).out


def test_a_graph_uses_the_libraries_of_its_project(project: Path, capsys: Capture) -> None:
    model = project / "model"
    assert cli(capsys, "check", model) == (0, "no problems\n", "")
    np.savez(model / "io.npz", x=np.array([-7, 2, 4, 8], np.float32), y=np.array([-1, 2, 1, 2], np.float32))
    assert cli(capsys, "verify", model) == (0, f"ok    {model}\n", "")
    (project / "pyproject.toml").write_text("[tool.nnef-lsp]\nlibraries = ['fragments/', 'none.nnef']\n")
    ran = cli(capsys, "check", model)
    assert ran.status == 1 and "no library 'none.nnef'" in ran.err and "'modulo'" in ran.out


def test_hover_and_definition_reach_into_a_library(project: Path) -> None:
    text = GRAPH.replace("modulo(x, 3.0)", "cut(x)")
    path = project / "model" / "graph.nnef"
    analysis = Analysis(Source(text), libraries=libraries_for(path, text))
    at = text.index("cut(x)") + 1
    card = hover(analysis, at)
    assert card is not None and "Rounds towards zero." in card.markdown
    (found,) = definition(analysis, at)
    assert isinstance(found.target, Declared)
    assert (found.target.file, found.target.line) == (str(project / "fragments" / "cut.nnef"), 1)


def test_settings_name_no_file_outside_of_their_folder(tmp_path: Path) -> None:
    """Settings come with a workspace, which may be a stranger's."""
    outside, project = tmp_path / "outside", tmp_path / "project"
    for folder in (outside, project):
        folder.mkdir()
    (outside / "secret.nnef").write_text(
        "version 1.0;\nfragment secret(x: tensor<scalar>) -> (y: tensor<scalar>) { y = x; }\n"
    )
    (project / "link.nnef").symlink_to("../outside/secret.nnef")
    for named in (
        "../outside/secret.nnef",
        "../outside",
        "../outside/*.nnef",
        str(outside),
        "link.nnef",
        "*.nnef",
        ".",
    ):
        (project / ".nnef-lsp.toml").write_text(f"libraries = ['{named}']\n")
        os.utime(project / ".nnef-lsp.toml", ns=(0, hash(named)))
        assert not libraries_for(project / "net.nnef", ""), named


def test_a_library_is_not_run(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "cut.nnef").write_text(CUT)
    for command, doing in (("run", "run"), ("flatten", "be expanded")):
        ran = cli(capsys, command, tmp_path / "cut.nnef")
        assert ran.status == 1 and ran.out == ""
        assert (
            ran.err
            == f"nnef-lsp: {tmp_path}/cut.nnef cannot {doing}: it is a library, which has fragments and no graph\n"
        )


@pytest.mark.parametrize("extension", ["", "extension tract_registry tract_core;"])
@pytest.mark.parametrize("command", ["run", "flatten", "stats", "verify"])
def test_a_text_whose_missing_graph_is_ignored_is_not_run(
    tmp_path: Path, capsys: Capture, command: str, extension: str
) -> None:
    (tmp_path / "graph.nnef").write_text(f"version 1.0; # nnef-lsp: ignore\n{extension} # nnef-lsp: ignore")
    np.savez(tmp_path / "io.npz", x=np.zeros(1))
    ran = cli(capsys, command, tmp_path)
    assert ran.status == 1 and "no graph" in ran.out + ran.err


def test_settings_that_are_a_link_out_of_their_folder_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "outside.toml").write_text("secret = 1\n[rules]\nname-repeated = 'error'\n")
    project = tmp_path / "project"
    project.mkdir()
    (project / ".nnef-lsp.toml").symlink_to("../outside.toml")
    settings = settings_for(project)
    assert settings.problems == (".nnef-lsp.toml cannot be read: it is a link out of its folder",)
