"""The first answers, given before pygls is loaded: the same as those that it gives, once, and in the same order."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

WRONG = "version 1.0;\n\ngraph g( x ) -> ( y )\n{\n    x = external(shape = [1, 4]);\n    y = rleu(x);\n}\n"
URI = "file:///nowhere/graph.nnef"
SLOW = {"NNEF_LSP_CACHE": "/dev/null/none"}
"""Nothing can be kept there, so every start is pygls' alone."""


def message(method: str, params: object = None, number: int | None = None) -> dict[str, Any]:
    return {"jsonrpc": "2.0", **({} if number is None else {"id": number}), "method": method, "params": params}


def initialize(**more: Any) -> dict[str, Any]:
    return message("initialize", {"processId": None, "rootUri": None, "capabilities": {}, **more}, 1)


def opened(text: object = WRONG, uri: str = URI) -> dict[str, Any]:
    return message(
        "textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "nnef", "version": 1, "text": text}}
    )


HOVER = message("textDocument/hover", {"textDocument": {"uri": URI}, "position": {"line": 4, "character": 9}}, 2)
END = [message("shutdown", None, 9), message("exit")]


def framed(messages: list[Any]) -> bytes:
    bodies = [body if isinstance(body, bytes) else json.dumps(body).encode() for body in messages]
    return b"".join(b"Content-Length: %d\r\n\r\n%b" % (len(body), body) for body in bodies)


def said(data: bytes, environment: dict[str, str]) -> tuple[list[Any], str, int]:
    """All that a server says to this, its log, its exit status."""
    process = subprocess.run(
        [sys.executable, "-m", "nnef_lsp", "serve"],
        input=data,
        capture_output=True,
        env={**os.environ, **environment},
        timeout=100,
    )
    found, rest = [], process.stdout
    while rest:
        head, _, rest = rest.partition(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
        )
        found.append(json.loads(rest[:length]))
        rest = rest[length:]
    return found, process.stderr.decode(), process.returncode


@pytest.fixture
def warm(tmp_path: Path) -> dict[str, str]:
    """The environment of a server that has answered this client before."""
    environment = {"NNEF_LSP_CACHE": str(tmp_path / "kept")}
    said(framed([initialize(), *END]), environment)
    assert len(list((tmp_path / "kept").iterdir())) == 1
    return environment


@pytest.mark.parametrize(
    "messages",
    [
        [initialize(), message("initialized", {}), opened(), HOVER, *END],
        [initialize(), message("initialized", {}), opened(), opened(), HOVER, *END],
        [initialize(), message("initialized", {}), opened(uri="file:///nowhere/graph.quant", text="'a': b"), *END],
        [initialize(), message("initialized", {}), HOVER, opened(), *END],
        [initialize(), opened(7), message("textDocument/didOpen", None), HOVER, *END],  # type: ignore[arg-type]
        [initialize(), message("initialized", {}), b'{"jsonrpc": "2.0", "id": 3, "method"', HOVER, *END],
        [initialize(), message("initialized", {}), b"[" * 100_000, HOVER, *END],
        [HOVER, initialize(), *END],
        [initialize(initializationOptions={"dialect": "tract"}), message("initialized", {}), opened(), HOVER, *END],
        [
            initialize(), message("initialized", {}), opened(),
            message("textDocument/didChange", {
                "textDocument": {"uri": URI, "version": 2},
                "contentChanges": [{"range": {"start": {"line": 5, "character": 8}, "end": {"line": 5, "character": 12}}, "text": "relu"}],
            }), HOVER, *END,
        ],
    ],
)  # fmt: skip
def test_a_client_is_told_the_same(warm: dict[str, str], messages: list[Any]) -> None:
    """But for when: notifications may stand elsewhere among the answers, in their own order."""

    def parts(found: list[Any]) -> tuple[list[Any], list[Any]]:
        return [item for item in found if "id" in item], [item for item in found if "id" not in item]

    fast, slow = said(framed(messages), warm), said(framed(messages), SLOW)
    assert parts(fast[0]) == parts(slow[0])
    assert fast[2] == slow[2] and ("Traceback" in fast[1]) == ("Traceback" in slow[1])


def test_diagnostics_come_before_pygls_is_loaded(warm: dict[str, str]) -> None:
    """They are there though the client, which waits for them, says nothing more; and the types of the protocol are not."""
    code = (
        "import sys; from nnef_lsp.server import prologue; from nnef_lsp.server.wire.framing import FramedInput;"
        "from nnef_lsp.server.wire.standard_input import StandardInput; stdin = StandardInput();"
        "prologue.begin(stdin, FramedInput(stdin, print));"
        "sys.exit(bool({'lsprotocol', 'pygls.lsp', 'asyncio', 'numpy'} & sys.modules.keys()))"
    )
    data = framed([initialize(), message("initialized", {}), opened()])
    process = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, env={**os.environ, **warm})
    assert process.returncode == 0, process.stderr
    assert b'"code":"unknown-operation"' in process.stdout and process.stdout.count(b"Content-Length") == 2


def test_another_client_has_another_answer(warm: dict[str, str]) -> None:
    other = initialize(capabilities={"general": {"positionEncodings": ["utf-8"]}})
    for _ in range(2):
        found, log, _ = said(framed([other, *END]), warm)
        assert found[0]["result"]["capabilities"]["positionEncoding"] == "utf-8" and not log
    assert len(list(Path(warm["NNEF_LSP_CACHE"]).iterdir())) == 2


@pytest.mark.parametrize("content", [b"", b"[]", b'{"capabilities": 1}', b"\xff", b"x" * (2 << 20)])
def test_what_is_kept_may_be_anything(warm: dict[str, str], content: bytes) -> None:
    (kept,) = Path(warm["NNEF_LSP_CACHE"]).iterdir()
    kept.write_bytes(content)
    found, log, status = said(framed([initialize(), *END]), warm)
    assert found[0]["result"]["serverInfo"]["name"] == "nnef-lsp" and not log and status == 0


def test_an_answer_that_is_not_true_any_more_is_told_and_replaced(warm: dict[str, str]) -> None:
    (kept,) = Path(warm["NNEF_LSP_CACHE"]).iterdir()
    true = kept.read_bytes()
    kept.write_bytes(b'{"capabilities": {}}')
    found, log, _ = said(framed([initialize(), *END]), warm)
    assert [item["id"] for item in found] == [1, 9] and "which is not true any more" in log
    assert json.loads(kept.read_bytes()) == json.loads(true)


def test_few_answers_are_kept(warm: dict[str, str]) -> None:
    from nnef_lsp.server.initialize_answers import MOST_KEPT

    folder = Path(warm["NNEF_LSP_CACHE"])
    for number in range(30):
        (folder / f"initialize-{number}.json").write_text("{}")
        os.utime(folder / f"initialize-{number}.json", (number, number))
    said(framed([initialize(capabilities={"window": {}}), *END]), warm)
    assert len(list(folder.iterdir())) == MOST_KEPT
